import { parseArgs } from 'node:util';

/** How long is measured, and how often. */
export interface RelayBenchOptions {
  readonly seconds: number;
  readonly runs: number;
}

/** The scheduler's beat and a phase of 20 ms are a part of shorter ones. */
const DEFAULTS: RelayBenchOptions = { seconds: 15, runs: 3 };

/** Takes `--seconds` and `--runs` out of the arguments of a benchmark. @throws Error if one is no number above 0. */
export function takeRelayOptions(args: readonly string[]): [options: RelayBenchOptions, rest: readonly string[]] {
  const { values, rest } = takeOptions(args, ['seconds', 'runs']);
  const options = {
    seconds: positive('seconds', values.seconds) ?? DEFAULTS.seconds,
    runs: positive('runs', values.runs) ?? DEFAULTS.runs,
  };
  if (!Number.isInteger(options.runs)) throw new Error('--runs takes a whole number');
  return [options, rest];
}

/** The same for `--minutes`. */
export function takeMinutes(args: readonly string[], otherwise: number): [minutes: number, rest: readonly string[]] {
  const { values, rest } = takeOptions(args, ['minutes']);
  return [positive('minutes', values.minutes) ?? otherwise, rest];
}

/** The same for `--frames`. */
export function takeFrames(args: readonly string[], otherwise: number): [frames: number, rest: readonly string[]] {
  const { values, rest } = takeOptions(args, ['frames']);
  return [positive('frames', values.frames) ?? otherwise, rest];
}

function takeOptions<Name extends string>(
  args: readonly string[],
  names: readonly Name[],
): { values: Partial<Record<Name, string | undefined>>; rest: readonly string[] } {
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const values: Partial<Record<Name, string | undefined>> = {};
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || !isOneOf(names, token.name)) continue;
    values[token.name] = token.value ?? '';
    taken.add(token.index);
    if (token.inlineValue === false) taken.add(token.index + 1);
  }
  return { values, rest: args.filter((_, index) => !taken.has(index)) };
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((known) => known === name);
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new Error(`--${name} takes a number above 0`);
  return value;
}
