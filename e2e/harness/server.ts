import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './free-port.ts';
import { RECORDER, RECORDER_FILE } from './page-tap.ts';

const ENTRY = new URL('../../server/dist/main.js', import.meta.url).pathname;
const PAGE = new URL('../../webcomponents/dist/web/', import.meta.url).pathname;
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;

export interface TestServerOptions {
  /** More settings, by the names of the configuration table. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The built page, and beside it what records it. */
function webRootOf(dataDir: string): string {
  return join(dataDir, 'web');
}

/** The built server in a process of its own, on free ports of loopback and a data folder that goes with it. */
export class TestServer implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  readonly dataDir: string;
  readonly webPort: number;
  readonly controlPort: number;
  readonly voicePort: number;
  readonly log: string[] = [];

  private constructor(
    dataDir: string,
    ports: readonly [number, number, number],
    env: Readonly<Record<string, string>>,
  ) {
    const [web, control, voice] = ports;
    this.webPort = web;
    this.controlPort = control;
    this.voicePort = voice;
    this.dataDir = dataDir;
    this.#env = {
      SWITCHBOARD_HOST: '127.0.0.1',
      SWITCHBOARD_WEB_PORT: String(web),
      SWITCHBOARD_CONTROL_PORT: String(control),
      SWITCHBOARD_VOICE_PORT: String(voice),
      SWITCHBOARD_DATA_DIR: dataDir,
      SWITCHBOARD_WEB_ROOT: webRootOf(dataDir),
      ...env,
    };
  }

  /** Starts one and waits until it listens. */
  static async start(options: TestServerOptions = {}): Promise<TestServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-'));
    await cp(PAGE, webRootOf(dataDir), { recursive: true });
    await writeFile(join(webRootOf(dataDir), RECORDER_FILE), RECORDER);
    const server = new TestServer(dataDir, [await freePort(), await freePort(), await freePort()], options.env ?? {});
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.webPort)}`;
  }

  /** Starts it (again), on the same ports and data. Resolves with the milliseconds from spawn to ready. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [ENTRY], {
      env: { PATH: process.env.PATH ?? '', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line));
    }
    await this.#untilReady(child);
    return performance.now() - startedAt;
  }

  /** Ends it as an operator does (SIGTERM), or as a power cut does (SIGKILL). */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const forced = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(forced);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #untilReady(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`the server ended at its start:\n${this.log.join('\n')}`);
      const ready = await fetch(`${this.url}/health/ready`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`the server did not get ready:\n${this.log.join('\n')}`);
  }
}
