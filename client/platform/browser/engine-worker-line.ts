import { SwitchboardError } from '@switchboard/protocol';
import type { EngineEvent } from '../../engine/engine-messages.ts';
import { startModuleWorker } from './module-worker.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

export interface EngineWorkerEvents {
  event(event: EngineEvent): void;
  /** A plugin's worker missed too many frames in a row. */
  sandboxStuck(sandboxId: number): void;
  /** It threw, once it had run; it is stopped, for what a half-broken engine does is anyone's guess. */
  failed(error: SwitchboardError): void;
}

/** The page's end of the engine's worker. */
export class EngineWorkerLine {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** @throws SwitchboardError `client.audio_failed` */
  static start(url: URL, events: EngineWorkerEvents): Promise<EngineWorkerLine> {
    return new Promise((resolve, reject) => {
      const { worker, release } = started(url);
      let fail = (error: SwitchboardError): void => reject(error);
      const failed = (cause: unknown): void => {
        worker.terminate();
        release();
        fail(new SwitchboardError('client.audio_failed', undefined, { cause }));
      };
      // Without a message the script itself could not be loaded.
      worker.onerror = (event) => failed(event.message || `could not load ${url.href}`);
      worker.onmessageerror = () => failed('a message could not be read');
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        switch (data.type) {
          case 'ready':
            release();
            fail = (error) => events.failed(error);
            resolve(new EngineWorkerLine(worker));
            return;
          case 'failed':
            failed(data.reason);
            return;
          case 'event':
            events.event(data.event);
            return;
          case 'sandbox.stuck':
            events.sandboxStuck(data.sandboxId);
            return;
        }
      };
    });
  }

  send(message: ToWorker, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  close(): void {
    this.#worker.terminate();
  }
}

function started(url: URL): ReturnType<typeof startModuleWorker> {
  try {
    return startModuleWorker(url, 'switchboard-engine');
  } catch (cause) {
    // A page's policy that forbids workers shows here in some browsers, and as an event in others.
    throw new SwitchboardError('client.audio_failed', undefined, { cause });
  }
}
