import type { CommandState } from '@switchboard/client';

export interface SlashCommand {
  readonly command: CommandState;
  /** What follows the name, trimmed. */
  readonly args: string;
}

/** The known command that a text gives; null for any other text, a path such as `/usr/bin` among them. */
export function slashCommandOf(draft: string, commands: readonly CommandState[]): SlashCommand | null {
  const [, name, args = ''] = /^\/([a-z][a-z0-9-]*)(?:\s+([^]*))?$/.exec(draft.trim()) ?? [];
  const command = commands.find((one) => one.name === name);
  return command === undefined ? null : { command, args };
}

/** The first argument that has to be there and is not; undefined where all are. */
export function missingArgument({ command, args }: SlashCommand): string | undefined {
  const given = args === '' ? 0 : args.split(/\s+/).length;
  return command.arguments.slice(given).find(({ required }) => required)?.name;
}
