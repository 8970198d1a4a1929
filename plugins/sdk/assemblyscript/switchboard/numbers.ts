/*
 * Numbers as JSON writes them. Not by F64.parseFloat, which is wrong by a power of ten for some with 16 digits and an exponent from 23 on
 * (AssemblyScript 0.28.20).
 */

/** Where the number that was read last ends; where it began, if there was none. */
export let numberEnd: i32 = 0;

function digitAt(text: string, at: i32): i32 {
  if (at >= text.length) return -1;
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

function has(text: string, at: i32, character: i32): bool {
  return at < text.length && text.charCodeAt(at) == character;
}

/** Exact with up to 15 digits and powers of ten up to 22 (Clinger 1990), else to the last digit or two. NaN where there is no number. */
export function readNumber(text: string, from: i32): f64 {
  numberEnd = from;
  const isNegative = has(text, from, 0x2d);
  const start = from + (isNegative ? 1 : 0);
  let at = start;
  let digits: f64 = 0;
  for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) digits = digits * 10 + <f64>digit;
  if (at == start || (has(text, start, 0x30) && at > start + 1)) return NaN;
  let exponent = 0;
  if (has(text, at, 0x2e)) {
    if (digitAt(text, ++at) < 0) return NaN;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) {
      // Further ones are beyond what a double holds.
      if (digits >= 9e14) continue;
      digits = digits * 10 + <f64>digit;
      exponent--;
    }
  }
  if (has(text, at, 0x65) || has(text, at, 0x45)) {
    at++;
    const isSmall = has(text, at, 0x2d);
    if (isSmall || has(text, at, 0x2b)) at++;
    if (digitAt(text, at) < 0) return NaN;
    let given = 0;
    for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at))
      given = min(given * 10 + digit, 10_000);
    exponent += isSmall ? -given : given;
  }
  numberEnd = at;
  const number = scaled(digits, exponent);
  return isNegative ? -number : number;
}

/** In two parts: 1e-310 is a number, 1e310 is none. */
function scaled(digits: f64, exponent: i32): f64 {
  if (digits == 0) return 0;
  const first = max(-300, min(300, exponent));
  return byTens(byTens(digits, first), max(-400, min(400, exponent - first)));
}

function byTens(number: f64, exponent: i32): f64 {
  let power: f64 = 1;
  for (let times = abs(exponent); times > 0; times--) power *= 10;
  return exponent < 0 ? number / power : number * power;
}

/** NaN for what is no number, or more than one. */
export function parseNumber(text: string): f64 {
  const number = readNumber(text, 0);
  return numberEnd == text.length ? number : NaN;
}
