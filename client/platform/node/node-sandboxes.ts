import { Worker } from 'node:worker_threads';
import type { FrameLine } from '../../plugins/frame-line.ts';
import type { OpenSandbox, SandboxEvents, SandboxLine } from '../../plugins/sandbox-line.ts';
import type { FromSandbox, ToSandbox } from '../../plugins/sandbox-messages.ts';
import { FrameMemory, SharedFrameLine } from './shared-frames.ts';

/** What JavaScript in a thread may have, in MiB: the plugin's own memory is not of it, and our part needs a tenth. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8, stackSizeMb: 4 };

export interface NodeSandboxesOptions {
  /** The thread's entry, where it is bundled; by default `sandbox-thread` beside this file. */
  readonly threadFile?: URL;
  /** Whoever has frames for the threads: the engine. */
  readonly frames?: {
    opened(sandboxId: number, line: FrameLine): void;
    closed(sandboxId: number): void;
  };
}

let lastId = 0;

/** The threads of plugins in Node. */
export class NodeSandboxes {
  readonly #options: NodeSandboxesOptions;
  readonly #threads = new Map<number, SandboxThread>();

  constructor(options: NodeSandboxesOptions = {}) {
    this.#options = options;
  }

  readonly open: OpenSandbox = (events) => {
    const id = ++lastId;
    const thread = new SandboxThread(id, this.#options.threadFile ?? threadBeside(), events, () => {
      this.#threads.delete(id);
      this.#options.frames?.closed(id);
    });
    this.#threads.set(id, thread);
    this.#options.frames?.opened(id, thread.frames);
    return thread;
  };

  /** The engine has missed too many frames of this one in a row. */
  stuck(sandboxId: number): void {
    this.#threads.get(sandboxId)?.stuck();
  }

  /** Ends all of them. */
  close(): void {
    for (const thread of [...this.#threads.values()]) thread.close();
  }
}

/** Threads that nobody has frames for: the server's. */
export const openNodeSandbox: OpenSandbox = (events) => new NodeSandboxes().open(events);

class SandboxThread implements SandboxLine {
  readonly id: number;
  readonly frames: SharedFrameLine;
  readonly #memory = new FrameMemory();
  readonly #events: SandboxEvents;
  readonly #gone: () => void;
  #worker: Worker | undefined;
  #failure: string | undefined;
  #closed = false;

  constructor(id: number, file: URL, events: SandboxEvents, gone: () => void) {
    this.id = id;
    this.frames = new SharedFrameLine(this.#memory);
    this.#events = events;
    this.#gone = gone;
    try {
      this.#worker = startThread(file, this.#memory.buffer);
      this.#worker
        .on('message', (message: FromSandbox) => {
          if (!this.#closed) this.#events.message(message);
        })
        .on('messageerror', () => this.#end('It said what cannot be read.'))
        .on('error', (error) => (this.#failure = error instanceof Error ? error.message : String(error)))
        .on('exit', () => this.#end(this.#failure ?? 'It ended by itself.'));
    } catch (error) {
      // The system has no more threads.
      queueMicrotask(() => this.#end(error instanceof Error ? error.message : String(error)));
    }
  }

  post(message: ToSandbox): void {
    if (this.#closed) return;
    if (message.type === 'start') this.#start(message);
    else this.#worker?.postMessage(message);
    this.#memory.ring();
  }

  stuck(): void {
    if (!this.#closed) this.#events.stuck();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.frames.close();
    void this.#worker?.terminate();
    this.#gone();
  }

  #start(message: Extract<ToSandbox, { type: 'start' }>): void {
    // A copy: the module may lie in a buffer with much else.
    const wasm = new Uint8Array(message.wasm);
    this.#worker?.postMessage({ ...message, wasm }, [wasm.buffer]);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.ended(reason);
  }
}

const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** As this file runs: from TypeScript, which Node strips of its types, or as built. */
function threadBeside(): URL {
  return new URL(`./sandbox-thread.${FROM_SOURCE ? 'ts' : 'js'}`, import.meta.url);
}

function startThread(file: URL, frames: SharedArrayBuffer): Worker {
  const worker = new Worker(file, {
    name: 'plugin',
    workerData: frames,
    resourceLimits: RESOURCE_LIMITS,
    // Nothing of the process is its business.
    env: {},
    argv: [],
    execArgv: file.pathname.endsWith('.ts') ? ['--conditions=source'] : [],
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}
