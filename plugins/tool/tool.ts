import { SwitchboardError } from '@switchboard/protocol';
import { buildCommand } from './build-command.ts';
import { devCommand } from './dev-command.ts';
import { inspectCommand } from './inspect-command.ts';
import { keygenCommand } from './keygen-command.ts';
import { newCommand } from './new-command.ts';
import { packCommand, signCommand } from './pack-command.ts';
import { schemasCommand } from './schemas-command.ts';
import { testCommand } from './test-command.ts';
import { ToolError, UsageError, type ToolCommand, type ToolIo } from './tool-io.ts';

const COMMANDS: readonly ToolCommand[] = [
  newCommand,
  buildCommand,
  testCommand,
  packCommand,
  keygenCommand,
  signCommand,
  inspectCommand,
  devCommand,
  schemasCommand,
];

const HELP = `Makes plugins, from nothing to a package that people install.

  npm run plugin -- COMMAND …

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`).join('\n')}

Each of them says more: npm run plugin -- COMMAND --help`;

/**
 * Runs the command that is named.
 * @param complain for what went wrong
 * @returns the exit code: 0, 1 where something failed, 2 where the command line is wrong
 */
export async function runTool(
  [name, ...args]: readonly string[],
  io: ToolIo,
  complain: (line: string) => void,
): Promise<number> {
  if (name === '--help' || name === '-h') {
    io.say(HELP);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    complain(name === undefined ? HELP : `There is no command ${name}.\n\n${HELP}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    io.say(command.help);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    complain(sentenceOf(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** What failed, for a person. */
function sentenceOf(error: unknown): string {
  if (error instanceof ToolError || error instanceof UsageError || SwitchboardError.is(error)) return error.message;
  return `Something unexpected failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
