import type { AudioDevice } from '@switchboard/client/engine-parts';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { DeviceOrder, DeviceTold, ProcessFigures } from './device-messages.ts';

/** Its first answer, to no order. */
const READY = 0;
const ENTRY = fileURLToPath(new URL('device-process.ts', import.meta.url));

export interface RealDevicesOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly mode: 'loop' | 'tone' | 'listen';
  /** Libraries that do not load. */
  readonly without?: readonly string[];
}

/** `openAudio` in a process of its own. */
export class RealDevices implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #exited: Promise<unknown>;
  readonly told: string[] = [];
  readonly log: string[] = [];
  #id = 0;

  private constructor({ env, mode, without = [] }: RealDevicesOptions) {
    this.#process = fork(ENTRY, [mode, without.join(',')], {
      env: { ...process.env, ...env },
      // Room for garbage: what is to be given back must not wait until it happens to be collected.
      execArgv: ['--conditions=source', '--min-semi-space-size=128', '--max-semi-space-size=128'],
      serialization: 'advanced',
      // ALSA says there which of its devices cannot do what.
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
    this.#process.on('message', (told: DeviceTold) => this.#hear(told));
    this.#exited = once(this.#process, 'exit').then(([code, signal]) => {
      const error = new Error(`the devices' process ended: ${String(code ?? signal)}\n${this.log.join('\n')}`);
      for (const { reject } of this.#answers.values()) reject(error);
    });
  }

  /** Resolves once it plays. */
  static async start(options: RealDevicesOptions): Promise<RealDevices> {
    const devices = await RealDevices.load(options);
    await devices.order({ type: 'start' });
    return devices;
  }

  /** Resolves once the libraries are loaded; rejects if none can be. */
  static async load(options: RealDevicesOptions): Promise<RealDevices> {
    const devices = new RealDevices(options);
    await new Promise<unknown>((resolve, reject) => devices.#answers.set(READY, { resolve, reject }));
    return devices;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  async openMicrophone(deviceId?: string): Promise<void> {
    await this.order({ type: 'openMicrophone', deviceId });
  }

  async useSpeaker(deviceId?: string): Promise<void> {
    await this.order({ type: 'useSpeaker', deviceId });
  }

  async devices(): Promise<readonly AudioDevice[]> {
    return (await this.order({ type: 'devices' })) as readonly AudioDevice[];
  }

  async figures(): Promise<ProcessFigures> {
    return (await this.order({ type: 'figures' })) as ProcessFigures;
  }

  /** Every frame captured so far, one after the other. */
  async heard(): Promise<Float32Array> {
    const frames = (await this.order({ type: 'heard' })) as readonly Float32Array[];
    const whole = new Float32Array(frames.reduce((length, frame) => length + frame.length, 0));
    frames.reduce((offset, frame) => (whole.set(frame, offset), offset + frame.length), 0);
    return whole;
  }

  order(order: DeviceOrder): Promise<unknown> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.#process.send({ id, ...order });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #hear(told: DeviceTold): void {
    switch (told.type) {
      case 'answer':
        this.#answers.get(told.id)?.resolve(told.value);
        this.#answers.delete(told.id);
        return;
      case 'refusal':
        this.#answers.get(told.id)?.reject(Object.assign(new Error(told.message), { code: told.code }));
        this.#answers.delete(told.id);
        return;
      case 'log':
        this.log.push(told.text);
        return;
      case 'ready':
        this.#answers.get(READY)?.resolve(undefined);
        this.#answers.delete(READY);
        return;
      default:
        this.told.push(told.type);
    }
  }
}
