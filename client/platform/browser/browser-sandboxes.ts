import type { OpenSandbox, SandboxEvents, SandboxLine } from '../../plugins/sandbox-line.ts';
import type { FromSandbox, ToSandbox } from '../../plugins/sandbox-messages.ts';
import { startModuleWorker } from './module-worker.ts';
import type { ToSandboxWorker } from './sandbox-worker-messages.ts';

/** Whoever has frames for plugins: the engine's worker, which makes a line of the port by `openFrameLine`. */
export interface SandboxPorts {
  opened(sandboxId: number, port: MessagePort): void;
  closed(sandboxId: number): void;
}

let lastId = 0;

/** The workers of plugins in a page. */
export class BrowserSandboxes {
  readonly #workerFile: URL;
  readonly #frames: SandboxPorts | undefined;
  readonly #workers = new Map<number, SandboxWorker>();

  /** @param workerFile `sandbox-worker.js`; may be of another origin, as in `startModuleWorker` */
  constructor(workerFile: URL, frames?: SandboxPorts) {
    this.#workerFile = workerFile;
    this.#frames = frames;
  }

  readonly open: OpenSandbox = (events) => {
    const id = ++lastId;
    const worker = new SandboxWorker(id, this.#workerFile, events, () => {
      this.#workers.delete(id);
      this.#frames?.closed(id);
    });
    this.#workers.set(id, worker);
    if (this.#frames !== undefined) {
      const { port1, port2 } = new MessageChannel();
      worker.serveFrames(port1);
      this.#frames.opened(id, port2);
    }
    return worker;
  };

  /** The engine has missed too many frames of this one in a row. */
  stuck(sandboxId: number): void {
    this.#workers.get(sandboxId)?.stuck();
  }

  /** Ends all of them. */
  close(): void {
    for (const worker of [...this.#workers.values()]) worker.close();
  }
}

class SandboxWorker implements SandboxLine {
  readonly id: number;
  readonly #events: SandboxEvents;
  readonly #gone: () => void;
  #worker: Worker | undefined;
  #release = (): void => undefined;
  #closed = false;

  constructor(id: number, file: URL, events: SandboxEvents, gone: () => void) {
    this.id = id;
    this.#events = events;
    this.#gone = gone;
    try {
      this.#start(file);
    } catch (error) {
      // The page's policy allows no such worker.
      queueMicrotask(() => this.#end(error instanceof Error ? error.message : String(error)));
    }
  }

  post(message: ToSandbox): void {
    if (this.#closed) return;
    if (message.type !== 'start') {
      this.#send(message);
      return;
    }
    // A copy: the module may lie in a buffer with much else.
    const wasm = new Uint8Array(message.wasm);
    this.#send({ ...message, wasm }, [wasm.buffer]);
  }

  serveFrames(port: MessagePort): void {
    this.#send({ type: 'frames', port }, [port]);
  }

  stuck(): void {
    if (!this.#closed) this.#events.stuck();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    this.#worker?.terminate();
    this.#gone();
  }

  #start(file: URL): void {
    const { worker, release } = startModuleWorker(file, 'plugin');
    this.#worker = worker;
    this.#release = release;
    worker.onmessage = ({ data }: MessageEvent<FromSandbox>) => {
      release();
      if (!this.#closed) this.#events.message(data);
    };
    worker.onmessageerror = () => this.#end('It said what cannot be read.');
    worker.onerror = (event: Event) => {
      event.preventDefault();
      // Of a script that cannot be loaded there is a plain event.
      this.#end(event instanceof ErrorEvent ? event.message : 'It could not be loaded.');
    };
  }

  #send(message: ToSandboxWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.ended(reason);
  }
}
