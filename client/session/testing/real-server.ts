import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { freePort } from './free-port.ts';

const ENTRY = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));

/** The server is another package, which this one may not import: it is run as people run it, once it is built. */
export const SERVER_IS_BUILT = existsSync(ENTRY);

/** A server on free ports of loopback, in a process of its own, that can be killed and started again. */
export class RealServer implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #dataDir: string;
  readonly url: string;
  #process: ChildProcess | undefined;

  private constructor(dataDir: string, [web, control, voice]: readonly number[]) {
    this.#dataDir = dataDir;
    this.url = `http://127.0.0.1:${web}`;
    this.#env = {
      SWITCHBOARD_HOST: '127.0.0.1',
      SWITCHBOARD_WEB_PORT: String(web),
      SWITCHBOARD_CONTROL_PORT: String(control),
      SWITCHBOARD_VOICE_PORT: String(voice),
      SWITCHBOARD_DATA_DIR: dataDir,
    };
  }

  static async start(): Promise<RealServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-'));
    const server = new RealServer(dataDir, [await freePort(), await freePort(), await freePort()]);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    // Its environment is all its own: a setting of the person who runs the test must not change it.
    const child = spawn(process.execPath, [ENTRY], { cwd: this.#dataDir, env: this.#env, stdio: 'ignore' });
    this.#process = child;
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
        const { ok } = await fetch(`${this.url}/health/ready`);
        if (!ok) throw new Error('the server is not ready');
      },
      { timeout: 20_000, interval: 20 },
    );
  }

  /** As a power cut does, or as an operator does. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}
