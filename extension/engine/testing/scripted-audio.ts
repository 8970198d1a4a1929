import { FramePacer, nodeClock } from '@switchboard/client/headless';
import type { AudioBackend, AudioDevice, AudioPort } from '@switchboard/client/engine-parts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ, SwitchboardError } from '@switchboard/protocol';

const TONE_HZ = 220;

/** Devices whose ids say what they do. */
export const MICROPHONES = {
  /** Hums. */
  good: 'good',
  /** Ends the process, as a library does that finds no device. */
  aborts: 'aborts',
  /** Is never opened. */
  waits: 'waits',
  /** Opens never, and nothing else is done meanwhile. */
  blocks: 'blocks',
  /** Opens, and then something is thrown that nobody expects. */
  throws: 'throws',
  /** Says no, in its own words. */
  refuses: 'refuses',
} as const;

export const SPEAKERS = {
  /** Devices come and go. */
  plugs: 'plugs',
  /** Takes the microphone along. */
  pulls: 'pulls',
  fails: 'fails',
} as const;

/** Devices of a test: a humming microphone, a loudspeaker that nobody hears, at the pace of the clock. */
export class ScriptedAudio implements AudioBackend {
  #port: AudioPort | undefined;
  #events: Parameters<AudioBackend['start']>[1] | undefined;
  #pacer: FramePacer | undefined;
  #open = false;
  #samples = 0;

  start(port: AudioPort, events: Parameters<AudioBackend['start']>[1]): Promise<void> {
    this.#port = port;
    this.#events = events;
    this.#pacer = new FramePacer(
      nodeClock,
      () => this.#tick(),
      () => undefined,
    );
    this.#pacer.start();
    return Promise.resolve();
  }

  openMicrophone(deviceId: string = MICROPHONES.good): Promise<void> {
    switch (deviceId) {
      case MICROPHONES.aborts:
        process.abort();
        break;
      case MICROPHONES.waits:
        return new Promise(() => {});
      case MICROPHONES.blocks:
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        break;
      case MICROPHONES.throws:
        setImmediate(() => {
          throw new Error('broken on purpose');
        });
        return new Promise(() => {});
      case MICROPHONES.refuses:
        return Promise.reject(new SwitchboardError('client.microphone_refused', 'Allow it in the system’s settings.'));
      default:
        break;
    }
    this.#open = true;
    return Promise.resolve();
  }

  closeMicrophone(): void {
    this.#open = false;
  }

  useSpeaker(deviceId?: string): Promise<void> {
    if (deviceId === SPEAKERS.plugs) this.#events?.devicesChanged();
    if (deviceId === SPEAKERS.pulls) this.#events?.microphoneLost();
    return deviceId === SPEAKERS.fails ? Promise.reject(new Error('no such device')) : Promise.resolve();
  }

  devices(): Promise<readonly AudioDevice[]> {
    return Promise.resolve([{ id: MICROPHONES.good, label: 'Hum', kind: 'microphone' }]);
  }

  close(): Promise<void> {
    this.#pacer?.stop();
    return Promise.resolve();
  }

  #tick(): void {
    if (this.#open) this.#port?.captured(this.#hum());
    this.#port?.render(new Float32Array(FRAME_SAMPLES));
  }

  #hum(): Float32Array {
    const step = (2 * Math.PI * TONE_HZ) / SAMPLE_RATE_HZ;
    return Float32Array.from({ length: FRAME_SAMPLES }, () => 0.3 * Math.sin(step * this.#samples++));
  }
}
