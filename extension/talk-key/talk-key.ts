import type { ChildProcess } from 'node:child_process';
import { isFromTalkKeyProcess, type TalkKeyProblem, type ToTalkKeyProcess } from './talk-key-messages.ts';

export interface TalkKeyEvents {
  pressed(): void;
  released(): void;
  /**
   * There is no key to hold; told once, and nothing follows.
   * @param detail the system's own words, for the log
   */
  unavailable(problem: TalkKeyProblem, detail: string): void;
}

/** A key that is held to talk, whichever program has the keyboard. */
export interface TalkKey {
  /**
   * Listens for one key from now on, instead of the one before.
   * @param key as in the setting `switchboard.talkKey`: `F13`, `CtrlRight`, `Ctrl+Shift+Space`
   */
  start(key: string, events: TalkKeyEvents): void;
  /** Listens no more; a key that is down at that moment is told as released. */
  stop(): void;
}

export interface ForkedTalkKeyOptions {
  /** Starts `talk-key-process` with an IPC channel. */
  readonly fork: () => ChildProcess;
  /** Runs something later; the returned function prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

/** A hook starts in a fraction of a second or not at all; on macOS, the system may ask the user first. */
const START_TIMEOUT_MS = 10_000;

/** The talk key in a process of its own (`talk-key-process.ts`). */
export class ForkedTalkKey implements TalkKey {
  readonly #options: ForkedTalkKeyOptions;
  #end: () => void = () => undefined;

  constructor(options: ForkedTalkKeyOptions) {
    this.#options = options;
  }

  start(key: string, events: TalkKeyEvents): void {
    this.stop();
    let down = false;
    let child: ChildProcess;
    try {
      child = this.#options.fork();
    } catch (error) {
      events.unavailable('failed', String(error));
      return;
    }
    let ended = false;
    const release = (): void => {
      if (!down) return;
      down = false;
      events.released();
    };
    const end = (): void => {
      if (ended) return;
      ended = true;
      this.#end = () => undefined;
      forget();
      child.kill('SIGKILL');
      release();
    };
    const fail = (problem: TalkKeyProblem, detail: string): void => {
      if (ended) return;
      end();
      events.unavailable(problem, detail);
    };
    const forget = this.#options.after(START_TIMEOUT_MS, () => fail('failed', 'the keyboard hook did not start'));
    this.#end = end;

    child.on('error', (error) => fail('failed', error.message));
    child.on('exit', (code, signal) => fail('failed', `the keyboard hook ended (${signal ?? code ?? 'unknown'})`));
    child.on('message', (message) => {
      if (ended || !isFromTalkKeyProcess(message)) return;
      switch (message.type) {
        case 'ready':
          forget();
          return;
        case 'pressed':
          down = true;
          events.pressed();
          return;
        case 'released':
          release();
          return;
        case 'unavailable':
          fail(message.problem, message.detail);
          return;
      }
    });
    child.send({ type: 'watch', key } satisfies ToTalkKeyProcess);
  }

  stop(): void {
    this.#end();
  }
}
