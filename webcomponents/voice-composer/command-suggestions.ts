import type { CommandState } from '@switchboard/client';

/*
 * What can complete a text that begins with a slash: the names of commands, then the choices of the argument that is being written. Pure.
 */

export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** The plugin whose command it is; empty for a choice. */
  readonly pluginName: string;
  /** The text with it. */
  readonly draft: string;
}

export interface Suggestions {
  readonly items: readonly Suggestion[];
  /** A name can only be one of them; an argument can be anything else, too. */
  readonly only: boolean;
  /** The beginning of what they complete. */
  readonly typed: string;
  /** The command whose arguments are being written, and which of them; null while its name is. */
  readonly usage: { readonly command: CommandState; readonly argument: number } | null;
}

const NAME = /^\/([a-z0-9-]*)$/i;
const CALL = /^\/([a-z][a-z0-9-]*)\s+([^]*)$/;

/** Null where there is nothing to complete, and nothing to say. */
export function suggestionsFor(draft: string, commands: readonly CommandState[]): Suggestions | null {
  const typed = NAME.exec(draft)?.[1]?.toLowerCase();
  if (typed !== undefined) return names(typed, commands);
  const [, name, rest = ''] = CALL.exec(draft) ?? [];
  const command = commands.find((one) => one.name === name);
  return command === undefined ? null : choices(draft, command, rest);
}

function names(typed: string, commands: readonly CommandState[]): Suggestions | null {
  const begins = commands.filter(({ name }) => name.startsWith(typed));
  const holds = commands.filter((command) => !begins.includes(command) && command.name.includes(`-${typed}`));
  const items = [...begins, ...holds].map((command): Suggestion => ({
    label: usageOf(command),
    detail: command.description,
    pluginName: command.pluginName,
    draft: `/${command.name}${command.arguments.length === 0 ? '' : ' '}`,
  }));
  return items.length === 0 ? null : { items, only: true, typed, usage: null };
}

function choices(draft: string, command: CommandState, rest: string): Suggestions | null {
  const { argument, typed } = argumentAt(command, rest);
  const wanted = command.arguments[argument];
  if (wanted === undefined) return null;
  const head = draft.slice(0, draft.length - typed.length);
  const more = argument + 1 < command.arguments.length ? ' ' : '';
  const items = wanted.choices
    .filter((choice) => choice.toLowerCase().startsWith(typed.toLowerCase()) && choice !== typed)
    .map((choice): Suggestion => ({ label: choice, detail: '', pluginName: '', draft: `${head}${choice}${more}` }));
  return { items, only: false, typed, usage: { command, argument } };
}

/** Arguments are words, or choices, which may have spaces. */
function argumentAt(command: CommandState, rest: string): { readonly argument: number; readonly typed: string } {
  let left = rest;
  for (const [argument, { choices: known }] of command.arguments.entries()) {
    const chosen = known.find((choice) => left.startsWith(`${choice} `));
    const word = chosen ?? /^\S+(?=\s)/.exec(left)?.[0];
    if (word === undefined) return { argument, typed: left };
    left = left.slice(word.length).trimStart();
  }
  return { argument: command.arguments.length, typed: left };
}

/** `/roll dice [reason]` */
function usageOf(command: CommandState): string {
  const given = command.arguments.map(({ name, required }) => (required ? name : `[${name}]`));
  return [`/${command.name}`, ...given].join(' ');
}
