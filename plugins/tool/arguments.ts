import { resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError, type ToolIo } from './tool-io.ts';

/** @throws UsageError with a sentence of Node's own, which names the option */
export function parsed<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // A hint about values that begin with a dash follows it.
    const [sentence = 'The options could not be read'] = error instanceof Error ? error.message.split('. ') : [];
    throw new UsageError(`${sentence.replace(/\.$/, '')}. --help lists the options.`);
  }
}

/**
 * The one thing that a command is about.
 * @param usual what it is where nothing is named; undefined if something has to be
 * @throws UsageError
 */
export function onlyOne(positionals: readonly string[], what: string, usual?: string): string {
  const [one = usual, ...others] = positionals;
  if (one === undefined || one === '') throw new UsageError(`Name ${what}. --help says how.`);
  if (others.length > 0) throw new UsageError(`Name ${what}, and nothing else: "${others.join(' ')}" is too much.`);
  return one;
}

/** A path as it was given, from where the tool was called. */
export function pathOf(io: ToolIo, given: string): string {
  return resolve(io.cwd, given);
}
