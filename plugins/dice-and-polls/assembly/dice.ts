import { Random } from 'switchboard';

/* Dice as people write them: 2d6+3, d20 adv, 4d6kh3, 3d6!. */

const MAX_TERMS: i32 = 8;
const MAX_DICE: i32 = 100;
const MAX_SIDES: i32 = 1_000;
const MAX_NUMBER: i32 = 1_000_000;
/** How often one die explodes at most, and how many are thrown in all. */
const MAX_EXPLOSIONS: i32 = 10;
const MAX_THROWN: i32 = 200;
const HELP =
  'Try /roll 2d6+3, /roll d20 adv, /roll 4d6kh3 (keep the highest three) or /roll 3d6! (a highest roll is rolled again).';

/** A number, or some dice of a kind. */
class Term {
  sign: i32 = 1;
  /** 0 for a number. */
  sides: i32 = 0;
  /** How many dice, or the number. */
  count: i32 = 0;
  isExploding: bool = false;
  /** So many count; all, where it is 0. */
  keep: i32 = 0;
  keepsLowest: bool = false;
}

export class Dice {
  terms: Term[] = [];
  /** What was wrong; empty if nothing was. */
  fault: string = '';
  private thrown: i32 = 0;

  constructor(readonly written: string) {}

  /** What came, in words: `2d6+3: [4 2] + 3 = 9`. */
  roll(random: Random): string {
    const parts: string[] = [];
    let sum = 0;
    for (let at = 0; at < this.terms.length; at++) {
      const term = this.terms[at];
      const rolls: i32[] = term.sides == 0 ? [term.count] : this.throwAll(term, random);
      const kept = keptOf(term, rolls);
      let value = 0;
      for (let roll = 0; roll < rolls.length; roll++) if (kept[roll]) value += rolls[roll];
      sum += term.sign * value;
      const shown = term.sides == 0 ? term.count.toString() : `[${shownRolls(rolls, kept)}]`;
      parts.push(at == 0 ? (term.sign < 0 ? `−${shown}` : shown) : `${term.sign < 0 ? '−' : '+'} ${shown}`);
    }
    return `${this.written}: ${parts.join(' ')} = ${sum < 0 ? `−${(-sum).toString()}` : sum.toString()}`;
  }

  private throwAll(term: Term, random: Random): i32[] {
    const rolls: i32[] = [];
    for (let die = 0; die < term.count; die++) {
      let roll = this.throwOne(term, random);
      rolls.push(roll);
      for (let more = 0; term.isExploding && roll == term.sides && more < MAX_EXPLOSIONS; more++) {
        if (this.thrown >= MAX_THROWN) break;
        roll = this.throwOne(term, random);
        rolls.push(roll);
      }
    }
    return rolls;
  }

  private throwOne(term: Term, random: Random): i32 {
    this.thrown++;
    return <i32>random.below(<u32>term.sides) + 1;
  }
}

/** Which rolls count: all, or the highest or lowest so many. */
function keptOf(term: Term, rolls: i32[]): StaticArray<bool> {
  const kept = new StaticArray<bool>(rolls.length);
  const wanted = term.keep == 0 || term.sides == 0 ? rolls.length : min(term.keep, rolls.length);
  for (let round = 0; round < wanted; round++) {
    let best = -1;
    for (let at = 0; at < rolls.length; at++) {
      if (kept[at]) continue;
      if (best < 0 || (term.keepsLowest ? rolls[at] < rolls[best] : rolls[at] > rolls[best])) best = at;
    }
    kept[best] = true;
  }
  return kept;
}

/** What does not count stands in brackets. */
function shownRolls(rolls: i32[], kept: StaticArray<bool>): string {
  const shown: string[] = [];
  for (let at = 0; at < rolls.length; at++) shown.push(kept[at] ? rolls[at].toString() : `(${rolls[at].toString()})`);
  return shown.join(' ');
}

export function parseDice(args: string): Dice {
  return new DiceReader(args.toLowerCase()).read();
}

class DiceReader {
  private at: i32 = 0;
  private readonly dice: Dice;

  constructor(private readonly from: string) {
    this.dice = new Dice(from.split(' ').join(''));
  }

  private peek(): i32 {
    while (this.at < this.from.length && this.from.charCodeAt(this.at) == 0x20) this.at++;
    return this.at < this.from.length ? this.from.charCodeAt(this.at) : -1;
  }

  private take(word: string): bool {
    this.peek();
    if (!this.from.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** −1 where there is none, and MAX_NUMBER + 1 for what is too large. */
  private number(): i32 {
    let number = -1;
    for (let digit = this.peek(); digit >= 0x30 && digit <= 0x39; digit = this.peekHere()) {
      number = min(max(number, 0) * 10 + digit - 0x30, MAX_NUMBER + 1);
      this.at++;
    }
    return number;
  }

  private peekHere(): i32 {
    return this.at < this.from.length ? this.from.charCodeAt(this.at) : -1;
  }

  read(): Dice {
    const dice = this.dice;
    let isFirst = true;
    while (this.peek() >= 0 && dice.fault.length == 0) {
      if (dice.terms.length >= MAX_TERMS) return this.fail(`At most ${MAX_TERMS.toString()} parts can be added.`);
      const isMinus = this.take('-') || this.take('−');
      if (!isMinus && !this.take('+') && !isFirst) return this.fail(HELP);
      this.term(isMinus ? -1 : 1);
      isFirst = false;
    }
    if (dice.terms.length == 0 && dice.fault.length == 0) return this.fail(HELP);
    return dice;
  }

  private fail(fault: string): Dice {
    this.dice.fault = fault;
    return this.dice;
  }

  private term(sign: i32): void {
    const term = new Term();
    term.sign = sign;
    const number = this.number();
    const isAdvantage = number < 0 && this.startsAdvantage();
    if (!isAdvantage && !this.take('d') && !this.take('w')) {
      term.count = number;
      if (number < 0) this.fail(HELP);
      else if (number > MAX_NUMBER) this.fail(`Numbers go up to ${MAX_NUMBER.toString()}.`);
      this.dice.terms.push(term);
      return;
    }
    term.count = number < 0 ? 1 : number;
    term.sides = isAdvantage ? 20 : this.take('%') ? 100 : this.number();
    this.suffixes(term);
    this.check(term);
    this.dice.terms.push(term);
  }

  /** `adv` alone is of a d20. */
  private startsAdvantage(): bool {
    this.peek();
    return this.from.startsWith('adv', this.at) || this.from.startsWith('dis', this.at);
  }

  private suffixes(term: Term): void {
    term.isExploding = this.take('!');
    const isAdvantage = this.take('advantage') || this.take('adv');
    const isDisadvantage = !isAdvantage && (this.take('disadvantage') || this.take('dis'));
    if (isAdvantage || isDisadvantage) {
      if (term.count != 1) this.fail('Advantage is for a single die: /roll d20 adv.');
      term.count = 2;
      term.keep = 1;
      term.keepsLowest = isDisadvantage;
      return;
    }
    term.keepsLowest = this.take('kl');
    if (!term.keepsLowest && !this.take('kh') && !this.take('k')) return;
    term.keep = max(1, this.number());
  }

  private check(term: Term): void {
    if (term.count < 1 || term.count > MAX_DICE) this.fail(`Between 1 and ${MAX_DICE.toString()} dice can be rolled.`);
    else if (term.sides < 2 || term.sides > MAX_SIDES)
      this.fail(`A die has between 2 and ${MAX_SIDES.toString()} sides.`);
  }
}
