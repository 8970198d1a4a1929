import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SoundCard } from '../../e2e/harness/sound-card.ts';

/** The one that the devices' own tests use. */
const PROCESS = fileURLToPath(new URL('../../extension/engine/devices/testing/device-process.ts', import.meta.url));

interface Told {
  readonly type: string;
  readonly id?: number;
  readonly message?: string;
}

/**
 * A process that plays what its microphone hears, by the extension's own way to the devices: frames of 20 ms, and as many of them
 * waiting as bursts need; no codec, no network.
 */
export class DeviceLoop implements AsyncDisposable {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(card: SoundCard): Promise<DeviceLoop> {
    const child = fork(PROCESS, ['loop'], {
      env: { ...process.env, ...card.env },
      execArgv: ['--conditions=source'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const loop = new DeviceLoop(child);
    await loop.#told(({ type }) => type === 'ready');
    for (const [id, type] of ['start', 'openMicrophone'].entries()) {
      child.send({ id, type });
      const { type: answer, message } = await loop.#told((told) => told.id === id);
      if (answer !== 'answer') throw new Error(`The devices do not run: ${message ?? answer}`);
    }
    return loop;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  #told(fits: (told: Told) => boolean): Promise<Told> {
    return new Promise((resolve, reject) => {
      const hear = (told: Told): void => {
        if (!fits(told)) return;
        this.#process.off('message', hear);
        resolve(told);
      };
      this.#process.on('message', hear);
      this.#process.once('exit', () => reject(new Error('The process of the devices ended')));
    });
  }
}
