import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const START_LIMIT_MS = 25_000;
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const HOOKS = new URL('./typescript-hooks.ts', import.meta.url).href;
/** As of the tests themselves: compiled code of files that did not change, and nothing else. */
const { NODE_COMPILE_CACHE } = process.env;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The server as people run it: a process of its own, from its sources, that can be killed. */
export class ServerProcess {
  readonly output: string[] = [];
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;

  constructor(settings: Readonly<Record<string, string>>, cwd: string) {
    // Its environment is all its own: a setting of the person who runs the test must not change it.
    const env = { ...settings, NODE_COMPILE_CACHE };
    this.#child = spawn(process.execPath, ['--conditions=source', `--import=${HOOKS}`, MAIN], { cwd, env });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.output.push(line));
    }
    // `close` comes when the output is complete too.
    this.exited = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
  }

  get text(): string {
    return this.output.join('\n');
  }

  /** Resolves with the address to open once it has been printed. */
  async ready(): Promise<string> {
    const ended = this.exited.then(() => {
      throw new Error(`the server ended at its start:\n${this.text}`);
    });
    return Promise.race([this.#printedUrl(), ended]);
  }

  get controlPort(): number {
    return Number(/control\s+(\d+)\/tcp/.exec(this.text)?.[1]);
  }

  async #printedUrl(): Promise<string> {
    return vi.waitFor(
      () => {
        // The block is complete with its last line.
        const url = /is ready: (\S+)[^]*data {5}/.exec(this.text)?.[1];
        if (url === undefined) throw new Error(`the server is not ready:\n${this.text}`);
        return url;
      },
      { timeout: START_LIMIT_MS, interval: 10 },
    );
  }

  kill(signal: NodeJS.Signals): Promise<Exit> {
    this.#child.kill(signal);
    return this.exited;
  }
}

/** A folder that is gone after the test. */
export async function scratchFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'switchboard-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Free ports and this data folder. */
export function settingsFor(dataDir: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    SWITCHBOARD_WEB_PORT: '0',
    SWITCHBOARD_CONTROL_PORT: '0',
    SWITCHBOARD_VOICE_PORT: '0',
    SWITCHBOARD_DATA_DIR: dataDir,
    ...more,
  };
}
