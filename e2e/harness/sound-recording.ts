import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';

/** What is recorded from a source of PulseAudio, mono at 48 kHz, as it is played. */
export class SoundRecording {
  readonly #process: ChildProcess;
  readonly #blocks: Float32Array[] = [];
  readonly #waiting = new Set<() => void>();
  #samples = 0;
  #startedAtMs = Infinity;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Resolves with the first sound, silence included. */
  static async start(source: string, env: NodeJS.ProcessEnv, kept: boolean): Promise<SoundRecording> {
    const child = spawn(
      'parec',
      [
        `--device=${source}`,
        '--latency-msec=5',
        '--format=float32le',
        '--channels=1',
        `--rate=${String(SAMPLE_RATE_HZ)}`,
        '--raw',
      ],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const recording = new SoundRecording(child);
    const first = Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${source} cannot be recorded`))),
    ]);
    let rest = new Uint8Array();
    child.stdout.on('data', (bytes: Buffer) => {
      const all = new Uint8Array(rest.length + bytes.length);
      all.set(rest);
      all.set(bytes, rest.length);
      const whole = all.length - (all.length % 4);
      rest = all.slice(whole);
      recording.#take(new Float32Array(all.buffer.slice(0, whole)), kept);
    });
    await first;
    return recording;
  }

  /** All there is by now. */
  get samples(): Float32Array {
    const whole = new Float32Array(this.#blocks.reduce((length, block) => length + block.length, 0));
    let offset = 0;
    for (const block of this.#blocks) {
      whole.set(block, offset);
      offset += block.length;
    }
    return whole;
  }

  /** When sample 0 was recorded, by `performance.now()`: as good as the quickest delivery so far. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  /** Waits for this much more than there is. */
  async more(seconds: number): Promise<Float32Array> {
    const until = this.#samples + seconds * SAMPLE_RATE_HZ;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (this.#samples >= until) resolve();
        else if (this.#process.exitCode !== null || this.#process.signalCode !== null)
          reject(new Error('the recording ended'));
        else return;
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
    return this.samples;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
  }

  #take(samples: Float32Array, kept: boolean): void {
    this.#samples += samples.length;
    if (kept) this.#blocks.push(samples);
    this.#startedAtMs = Math.min(this.#startedAtMs, performance.now() - (this.#samples / SAMPLE_RATE_HZ) * 1_000);
    for (const check of this.#waiting) check();
  }
}
