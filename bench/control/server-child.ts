import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../e2e/harness/free-port.ts';
import { ask, ended, idOf, LogTail } from '../relay/child.ts';
import { HOST } from '../relay/target.ts';
import type { HeapAnswer } from './heap-probe.ts';

const MAIN = createRequire(import.meta.url).resolve('@switchboard/server/main');
const PROBE = new URL('heap-probe.ts', import.meta.url).href;
const START_LIMIT_MS = 20_000;
const POLL_MS = 20;

/** The built server, whole, in a process of its own, with a data folder that goes with it. */
export class ServerChild implements AsyncDisposable {
  readonly log: LogTail;
  readonly url: string;
  readonly controlPort: number;
  readonly voicePort: number;
  readonly #process: ChildProcess;
  readonly #dataDir: string;
  #output = '';

  /** @throws Error with its last words if it does not start. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<ServerChild> {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'));
    const server = new ServerChild(dataDir, [await freePort(), await freePort(), await freePort()], settings);
    try {
      await server.#untilReady();
      return server;
    } catch (cause) {
      await server[Symbol.asyncDispose]();
      throw new Error(`The server did not start:\n${server.log.text}`, { cause });
    }
  }

  private constructor(
    dataDir: string,
    [web, control, voice]: readonly [number, number, number],
    settings: Readonly<Record<string, string>>,
  ) {
    this.#dataDir = dataDir;
    this.url = `http://${HOST}:${web}`;
    this.controlPort = control;
    this.voicePort = voice;
    this.#process = spawn(process.execPath, ['--expose-gc', `--import=${PROBE}`, MAIN], {
      env: {
        PATH: process.env.PATH ?? '',
        SWITCHBOARD_HOST: HOST,
        SWITCHBOARD_WEB_PORT: String(web),
        SWITCHBOARD_CONTROL_PORT: String(control),
        SWITCHBOARD_VOICE_PORT: String(voice),
        SWITCHBOARD_DATA_DIR: dataDir,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.log = new LogTail(this.#process);
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.#output += bytes.toString();
    });
  }

  get pid(): number {
    return idOf(this.#process);
  }

  /** What makes the first administrator. @throws Error if it was not printed. */
  get setupCode(): string {
    const code = /#setup=(\S+)/.exec(this.#output)?.[1];
    if (code === undefined) throw new Error('The server printed no set-up link');
    return code;
  }

  /** After everything that is not in use any more was given back. */
  heap(): Promise<HeapAnswer> {
    return ask<HeapAnswer>(this.#process, { type: 'heap' });
  }

  /** @throws Error unless it is answered with success. */
  async api<T>(path: string, body: unknown, bearer?: string): Promise<T> {
    const response = await this.post(path, body, bearer);
    if (!response.ok) throw new Error(`POST ${path} was answered with ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  post(path: string, body: unknown, bearer?: string): Promise<Response> {
    const authorization = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    return fetch(`${this.url}/api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#process);
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    const deadlineMs = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadlineMs) {
      if (this.#process.exitCode !== null) throw new Error('It ended at its start');
      const isReady = await fetch(`${this.url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady && this.#output.includes(this.#dataDir)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error('It did not get ready in time');
  }
}
