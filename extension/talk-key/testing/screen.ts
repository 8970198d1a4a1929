import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** An X display that nobody sees (Debian's `xvfb`), with a keyboard that `xdotool` types on. */
export class Screen implements AsyncDisposable {
  readonly #server: ChildProcess;
  readonly env: Readonly<Record<string, string | undefined>>;

  private constructor(server: ChildProcess, display: string) {
    this.#server = server;
    this.env = { ...process.env, DISPLAY: display, XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: undefined };
  }

  /** It finds itself a free number. */
  static async start(): Promise<Screen> {
    const args = ['-displayfd', '3', '-screen', '0', '320x200x8', '-nolisten', 'tcp'];
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    const failed = once(server, 'error').then(([error]: unknown[]) => {
      throw new Error('Xvfb did not start: on Debian, install the package xvfb', { cause: error });
    });
    const [number] = (await Promise.race([once(server.stdio[3] as Readable, 'data'), failed])) as [Buffer];
    return new Screen(server, `:${number.toString().trim()}`);
  }

  /** Presses and releases keys one after the other; by the names of X. */
  async type(...events: readonly (readonly [key: string, toggle: 'down' | 'up'])[]): Promise<void> {
    const args = events.flatMap(([key, toggle]) => [`key${toggle}`, key]);
    const typist = spawn('xdotool', args, { env: this.env, stdio: 'ignore' });
    const [code] = (await once(typist, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`xdotool could not press the keys (${code})`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#server, 'exit');
    this.#server.kill();
    await ended;
  }
}
