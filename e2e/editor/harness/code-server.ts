import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../harness/free-port.ts';
import { endSession, processesOfSession, type RunningProcess } from './session-processes.ts';

const ENTRY = new URL('../code-server/node_modules/code-server/out/node/entry.js', import.meta.url).pathname;
const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 10_000;

/** What an editor for tests is not to do: ask, advise, look for news, talk with a model. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'npm.fetchOnlinePackageInfo': false,
  'window.confirmBeforeClose': 'never',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

export interface CodeServerOptions {
  /** The packed extension. */
  readonly vsix?: string;
  /** For the extension host and what it forks, beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user's settings, by the names of `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A VS Code whose extensions run here and whose window is a page: code-server, with folders of its own. */
export class CodeServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  readonly log: string[] = [];

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** Starts one with the extension installed, and waits until it answers. */
  static async start({ vsix, env = {}, settings = {} }: CodeServerOptions = {}): Promise<CodeServer> {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-editor-'));
    const server = new CodeServer(folder, await freePort());
    try {
      await mkdir(join(folder, 'home'));
      await writeFile(join(folder, 'config.yaml'), '');
      await mkdir(join(folder, 'data/User'), { recursive: true });
      await writeFile(join(folder, 'data/User/settings.json'), JSON.stringify({ ...QUIET, ...settings }, null, 2));
      if (vsix !== undefined) await server.#install(vsix);
      await server.#start(env);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** A window with this folder opened. */
  address(workspaceFolder: string): string {
    const address = new URL(`http://127.0.0.1:${String(this.#port)}/`);
    address.searchParams.set('folder', workspaceFolder);
    return address.href;
  }

  /** A folder to open, with these files in it, by their paths. */
  async workspace(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const folder = join(this.#folder, 'workspaces', name);
    await mkdir(folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return folder;
  }

  /** Everything that it has started, itself included: extension hosts, and what they have forked. */
  async processes(): Promise<RunningProcess[]> {
    const pid = this.#process?.pid;
    return pid === undefined ? [] : processesOfSession(pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pid = this.#process?.pid;
    // Extension hosts would wait for their windows to come back.
    if (pid !== undefined) await endSession(pid, END_LIMIT_MS);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #install(vsix: string): Promise<void> {
    const child = this.#spawn(['--install-extension', vsix], {});
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${vsix} could not be installed:\n${this.log.join('\n')}`);
  }

  async #start(env: Readonly<Record<string, string>>): Promise<void> {
    const child = this.#spawn(
      [
        ...['--auth', 'none', '--bind-addr', `127.0.0.1:${String(this.#port)}`],
        ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
        ...['--disable-getting-started-override', '--reconnection-grace-time', '5'],
      ],
      env,
    );
    this.#process = child;
    const deadline = performance.now() + START_LIMIT_MS;
    while (performance.now() < deadline) {
      if (child.exitCode !== null) throw new Error(`code-server ended at its start:\n${this.log.join('\n')}`);
      const ready = await fetch(`http://127.0.0.1:${String(this.#port)}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`code-server did not get ready:\n${this.log.join('\n')}`);
  }

  #spawn(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
    const folders = [
      ...['--user-data-dir', join(this.#folder, 'data')],
      ...['--extensions-dir', join(this.#folder, 'extensions')],
      ...['--config', join(this.#folder, 'config.yaml')],
    ];
    const child = spawn(process.execPath, [ENTRY, ...folders, ...args], {
      // Nothing of an editor that these tests may be started from, and no settings of a person.
      env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', HOME: join(this.#folder, 'home'), ...env },
      // A session of its own: whatever it starts is found again by it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.log.push(line));
    }
    return child;
  }
}
