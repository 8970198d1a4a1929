import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const END_LIMIT_MS = 5_000;
const LOG_LINES = 40;

/** What a process said last, for the error that it is the reason of. */
export class LogTail {
  #lines: string[] = [];

  constructor(child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#lines = [...this.#lines, ...bytes.toString().trimEnd().split('\n')].slice(-LOG_LINES);
      });
    }
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

/** The id of a process that was started. @throws Error if it was not. */
export function idOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('A process did not start');
  return pid;
}

/** Ends a process by its id, and waits until it has. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await exited;
  clearTimeout(forced);
}

/** What a forked child answers when it could not do as it was told. */
interface Failed {
  readonly type: 'failed';
  readonly message: string;
}

/** Sends a command to a forked child, which answers each before the next. @throws Error with its words if it fails, or ends. */
export async function ask<Answer extends { readonly type: string }>(
  child: ChildProcess,
  command: { readonly type: string },
): Promise<Answer> {
  const settled = new AbortController();
  const answered = once(child, 'message', settled) as Promise<[Answer | Failed]>;
  const exited = once(child, 'exit', settled).then(() => {
    throw new Error('The process ended by itself');
  });
  try {
    child.send(command);
    const [answer] = await Promise.race([answered, exited]);
    if (isFailed(answer)) throw new Error(answer.message);
    return answer;
  } finally {
    // The other one is of no interest any more.
    for (const waiting of [answered, exited]) waiting.catch(() => undefined);
    settled.abort();
  }
}

function isFailed(answer: { readonly type: string }): answer is Failed {
  return answer.type === 'failed';
}

/** The child's side: answers each command, and ends with the process that forked it. */
export function answerCommands(handle: (command: never) => Promise<{ readonly type: string }>): void {
  process.on('message', (command) => {
    const answer = (message: { readonly type: string } | Failed): void => void process.send?.(message);
    handle(command as never).then(answer, (error: unknown) => answer({ type: 'failed', message: String(error) }));
  });
  process.on('disconnect', () => process.exit());
}
