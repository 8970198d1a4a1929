import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, type Machine } from './machine.ts';

/** By name, with the unit at its end (`startMs`, `embedGzipBytes`); a figure without one is a plain number. */
export type Figures = Readonly<Record<string, number>>;

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** One measurement as it was made: what the figures can be computed from again. */
export type Run = Readonly<Record<string, Value>>;

export interface PartResult {
  readonly figures: Figures;
  /** Every one of them: a run that went wrong is an error, not a gap. */
  readonly runs: readonly Run[];
}

/** What of a benchmark can be run by itself. */
export interface BenchPart {
  readonly name: string;
  /** @param log tells the person who waits how far it is. @throws Error what was wrong with a run. */
  measure(log: (line: string) => void): Promise<PartResult>;
}

export interface BenchReport {
  readonly name: string;
  readonly command: string;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly figures: Figures;
  readonly runs: readonly Run[];
}

export interface BenchOptions {
  /** File that the report is written to. */
  readonly json: string | undefined;
  /** Names of the parts to run; all of them if empty. */
  readonly only: readonly string[];
}

/** @throws Error saying which argument is wrong, or that the file's folder cannot be written to. */
export function parseBenchOptions(args: readonly string[], parts: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'string' }, only: { type: 'string', multiple: true } },
  });
  const only = values.only ?? [];
  const unknown = only.find((name) => !parts.includes(name));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}": ${parts.join(', ')}`);
  // Not after minutes of measuring.
  if (values.json !== undefined) accessSync(dirname(resolve(values.json)), constants.W_OK);
  return { json: values.json, only };
}

/**
 * The door of every benchmark: `npm run bench -- NAME [--only PART]… [--json FILE]`. Runs its parts one after the other,
 * prints the figures as a table, and writes the report. A part that fails ends it with an exit code, and nothing is written.
 */
export async function runBenchmark(
  name: string,
  parts: readonly BenchPart[],
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const names = parts.map((part) => part.name);
  let options: BenchOptions;
  try {
    options = parseBenchOptions(args, names);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`Usage: npm run bench -- ${name} [--json FILE] [--only PART]…, with the parts: ${names.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const { json, only } = options;
  const machine = describeMachine();
  const date = new Date().toISOString();
  const results: [string, PartResult][] = [];
  for (const part of parts) {
    if (only.length > 0 && !only.includes(part.name)) continue;
    results.push([part.name, await measured(part)]);
  }
  const command = ['npm run bench --', name, ...only.map((part) => `--only ${part}`)].join(' ');
  const report: BenchReport = { name, command, date, machine, ...combined(results) };
  console.log(markdownTable(report.figures));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
}

async function measured(part: BenchPart): Promise<PartResult> {
  const startedMs = performance.now();
  try {
    const result = await part.measure((line) => console.error(`${part.name}: ${line}`));
    console.error(`${part.name}: done in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    return result;
  } catch (cause) {
    throw new Error(`The part "${part.name}" failed; nothing is reported.`, { cause });
  }
}

/** All figures under one roof; each run says which part it belongs to. @throws Error if two parts give one figure, or one is no number. */
export function combined(results: readonly (readonly [string, PartResult])[]): Pick<BenchReport, 'figures' | 'runs'> {
  const figures = new Map<string, number>();
  for (const [part, result] of results) {
    for (const [key, value] of Object.entries(result.figures)) {
      if (figures.has(key)) throw new Error(`"${part}" gives ${key} once more`);
      if (!Number.isFinite(value)) throw new Error(`"${part}" has no figure for ${key}`);
      figures.set(key, rounded(value));
    }
  }
  return {
    figures: Object.fromEntries(figures),
    runs: results.flatMap(([part, { runs }]) => runs.map((run) => ({ part, ...run }))),
  };
}

/** As many digits as anyone could repeat: whole numbers, tenths, thousandths. */
function rounded(value: number): number {
  const digits = Math.abs(value) < 10 ? 3 : 1;
  return Number(value.toFixed(digits));
}

/** A table as it stands in docs/benchmarks.md. */
export function markdownTable(figures: Figures): string {
  const rows: [string, string][] = [
    ['Figure', 'Value'],
    ...Object.entries(figures).map(([key, value]): [string, string] => [`\`${key}\``, value.toLocaleString('en')]),
  ];
  const [left, right] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) as [
    number,
    number,
  ];
  const lines = rows.map(([key, value]) => `| ${key.padEnd(left)} | ${value.padStart(right)} |`);
  lines.splice(1, 0, `| ${'-'.repeat(left)} | ${'-'.repeat(right - 1)}: |`);
  return lines.join('\n');
}
