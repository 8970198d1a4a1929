import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ForkedTalkKey, type TalkKeyEvents } from './talk-key.ts';
import { Screen } from './testing/screen.ts';

const PROCESS = join(import.meta.dirname, 'talk-key-process.ts');
const CTRL_RIGHT = 'Control_R';
const SPACE = 'space';
const A = 'a';
const B = 'b';

const NO_SCREEN = { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, XDG_SESSION_TYPE: undefined };

const open: TestKey[] = [];
afterEach(() => {
  for (const key of open.splice(0)) key.sut.stop();
});

/** A talk key with the real process, and everything that the process and the key tell. */
class TestKey {
  readonly told: string[] = [];
  readonly messages: unknown[] = [];
  child!: ChildProcess;
  readonly #timers: (() => void)[] = [];
  readonly sut: ForkedTalkKey;

  constructor(
    env: Readonly<Record<string, string | undefined>>,
    script = PROCESS,
    after?: (ms: number, run: () => void) => () => void,
  ) {
    this.sut = new ForkedTalkKey({
      fork: () => {
        this.child = fork(script, [], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
        this.child.on('message', (message) => this.messages.push(message));
        return this.child;
      },
      after:
        after ??
        ((_ms, run) => {
          this.#timers.push(run);
          return () => void this.#timers.splice(this.#timers.indexOf(run), 1);
        }),
    });
    open.push(this);
  }

  readonly events: TalkKeyEvents = {
    pressed: () => this.told.push('pressed'),
    released: () => this.told.push('released'),
    unavailable: (problem) => this.told.push(problem),
  };

  async listening(key: string): Promise<void> {
    this.sut.start(key, this.events);
    await vi.waitFor(() => expect(this.messages).toContainEqual({ type: 'ready' }), { timeout: 20_000 });
  }

  timeOut(): void {
    for (const run of this.#timers.splice(0)) run();
  }

  async firstTold(): Promise<string[]> {
    await vi.waitFor(() => expect(this.told).not.toEqual([]), { timeout: 20_000 });
    return this.told;
  }
}

describe.runIf(process.platform === 'linux')('ForkedTalkKey on a screen', () => {
  it('tells when the chord is held, and of no other key', async () => {
    await using screen = await Screen.start();
    const key = new TestKey(screen.env);
    await key.listening('CtrlRight+Space');
    await screen.type([A, 'down'], [A, 'up'], [CTRL_RIGHT, 'down'], [B, 'down'], [SPACE, 'down']);
    await expect.poll(() => key.told).toEqual(['pressed']);
    await screen.type([B, 'up'], [A, 'down'], [A, 'up'], [SPACE, 'up'], [CTRL_RIGHT, 'up'], [SPACE, 'down']);
    await expect.poll(() => key.told).toEqual(['pressed', 'released']);
    await screen.type([CTRL_RIGHT, 'down']);
    await expect.poll(() => key.told).toEqual(['pressed', 'released', 'pressed']);
    expect(key.messages).toEqual(['ready', 'pressed', 'released', 'pressed'].map((type) => ({ type })));
  });

  it('lets go of a key that is down when it stops, and ends the process', async () => {
    await using screen = await Screen.start();
    const key = new TestKey(screen.env);
    await key.listening('Space');
    await screen.type([SPACE, 'down']);
    await expect.poll(() => key.told).toEqual(['pressed']);
    const ended = once(key.child, 'close');
    key.sut.stop();
    await ended;
    expect(key.told).toEqual(['pressed', 'released']);
  });

  it('lets go of the key and says so when the process dies', async () => {
    await using screen = await Screen.start();
    const key = new TestKey(screen.env);
    await key.listening('Space');
    await screen.type([SPACE, 'down']);
    await expect.poll(() => key.told).toEqual(['pressed']);
    process.kill(key.child.pid!, 'SIGKILL');
    await expect.poll(() => key.told).toEqual(['pressed', 'released', 'failed']);
  });

  it('ends with the program that started it', async () => {
    await using screen = await Screen.start();
    const key = new TestKey(screen.env);
    await key.listening('Space');
    const ended = once(key.child, 'exit');
    key.child.disconnect();
    expect(await ended).toEqual([0, null]);
  });

  it('listens for another key from the next start on', async () => {
    await using screen = await Screen.start();
    const key = new TestKey(screen.env);
    await key.listening('Space');
    key.messages.length = 0;
    await key.listening('A');
    await screen.type([SPACE, 'down'], [SPACE, 'up'], [A, 'down'], [A, 'up']);
    await expect.poll(() => key.told).toEqual(['pressed', 'released']);
  });

  it('says so where the display cannot be opened', async () => {
    // The hook aborts its process there; once in twenty times it stands still instead, and is given up.
    const key = new TestKey({ ...NO_SCREEN, DISPLAY: ':1999' }, PROCESS, (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    });
    key.sut.start('Space', key.events);
    expect(await key.firstTold()).toEqual(['failed']);
  });
});

describe('ForkedTalkKey', () => {
  it('says that the setting names no key', async () => {
    const key = new TestKey(NO_SCREEN);
    key.sut.start('Any key', key.events);
    expect(await key.firstTold()).toEqual(['unknown_key']);
  });

  it.runIf(process.platform === 'linux')('says that the machine has no screen', async () => {
    const key = new TestKey(NO_SCREEN);
    key.sut.start('Space', key.events);
    expect(await key.firstTold()).toEqual(['no_display']);
  });

  it('says so if the process cannot be started, once', async () => {
    const key = new TestKey(NO_SCREEN, join(import.meta.dirname, 'no-such-process.ts'));
    key.sut.start('Space', key.events);
    expect(await key.firstTold()).toEqual(['failed']);
    key.timeOut();
    expect(key.told).toEqual(['failed']);
  });

  it.runIf(process.platform === 'linux')('does not wait for ever for a hook that does not start', async () => {
    const key = new TestKey(NO_SCREEN);
    key.sut.start('Space', key.events);
    process.kill(key.child.pid!, 'SIGSTOP');
    const ended = once(key.child, 'close');
    key.timeOut();
    await ended;
    expect(key.told).toEqual(['failed']);
  });
});
