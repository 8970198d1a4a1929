import { askPassword } from './ask-password.ts';
import { parseTalkOptions, sentenceOf, TALK_HELP, TalkUsageError, type TalkOptions } from './talk-options.ts';
import { JsonOutput, PlainOutput, TerminalOutput, type TalkOutput } from './talk-output.ts';
import { TalkSession } from './talk-session.ts';

/** Ended by Ctrl-C for the second time: 128 + SIGINT, as shells have it. */
const FORCED_EXIT_CODE = 130;

async function main(args: readonly string[]): Promise<void> {
  const options = parseTalkOptions(args);
  if (options === 'help') {
    process.stdout.write(TALK_HELP);
    return;
  }
  let interruptions = 0;
  const interrupt = (): void => {
    interruptions++;
    if (interruptions > 1) process.exit(FORCED_EXIT_CODE);
    session.stop();
  };
  // Asked for before the terminal shows figures and takes messages.
  const password = options.who.type === 'account' ? await passwordOf(options.who.username) : '';
  const output = outputFor(options, { typed: (text) => session.sendMessage(text), interrupted: interrupt });
  const session = new TalkSession(options, password, output);
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    await session.run();
  } finally {
    output.close();
  }
}

/** @throws TalkUsageError where there is nobody to ask */
async function passwordOf(username: string): Promise<string> {
  const { SWITCHBOARD_PASSWORD: given } = process.env;
  if (given !== undefined && given !== '') return given;
  const { stdin, stderr } = process;
  const typed = stdin.isTTY ? await askPassword(`Password of ${username}: `, stdin, stderr) : undefined;
  if (typed !== undefined && typed !== '') return typed;
  throw new TalkUsageError('Type the password of the account, or set SWITCHBOARD_PASSWORD.');
}

function outputFor(
  { json }: TalkOptions,
  events: { readonly typed: (text: string) => void; readonly interrupted: () => void },
): TalkOutput {
  const { stdin, stdout } = process;
  if (json) return new JsonOutput(stdout);
  return stdin.isTTY && stdout.isTTY ? new TerminalOutput(stdin, stdout, events) : new PlainOutput(stdout);
}

try {
  await main(process.argv.slice(2));
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
// Timers and sockets that are still being closed need not be waited for.
process.exit();
