import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { LaneKind } from '@switchboard/protocol';
import { SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { readWav } from '../../client/audio/wav.ts';
import type { Listener, Take } from './takes.ts';

const ENTRY = new URL('../../client/dist/platform/node/talk.js', import.meta.url).pathname;

/** A line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>>;

export interface TalkerOptions {
  readonly server: string;
  readonly channel: string;
  readonly nickname: string;
  readonly play?: string;
  readonly record?: string;
  readonly args?: readonly string[];
}

/** A person at a terminal: `npm run talk`, in a process of its own, read by its JSON lines. */
export class Talker implements Listener, AsyncDisposable {
  readonly nickname: string;
  readonly #recording: string | undefined;
  readonly #process: ChildProcess;
  readonly lines: JsonLine[] = [];
  readonly stderr: string[] = [];
  readonly #waiting = new Set<() => void>();
  #seen = 0;
  readonly exited: Promise<number | null>;

  constructor(options: TalkerOptions) {
    this.nickname = options.nickname;
    this.#recording = options.record;
    const args = ['--server', options.server, '--channel', options.channel, '--nickname', options.nickname, '--json'];
    if (options.play !== undefined) args.push('--play', options.play);
    if (options.record !== undefined) args.push('--record', options.record);
    const child = spawn(process.execPath, [ENTRY, ...args, ...(options.args ?? [])], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as JsonLine);
      for (const check of this.#waiting) check();
    });
    createInterface({ input: child.stderr }).on('line', (line) => this.stderr.push(line));
    this.exited = once(child, 'exit').then(([code]) => {
      for (const check of this.#waiting) check();
      return code as number | null;
    });
  }

  /** Waits for a line that fits, the ones before included; throws with what was said if the process ends first. */
  async until(fits: (line: JsonLine, index: number) => boolean): Promise<JsonLine> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = this.lines.find(fits);
        if (found !== undefined) resolve(found);
        else if (this.#process.exitCode !== null) reject(new Error(`talk ended: ${this.stderr.join('\n')}`));
        else return;
        this.#waiting.delete(check);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Waits until it is in the room and voice has a lane, this one if it is named; a lane of before does not count. */
  async connected(lane?: LaneKind): Promise<void> {
    const from = this.#seen;
    await this.until(
      (line, index) =>
        index >= from && line.type === 'lane' && line.status === 'connected' && (lane ?? line.lane) === line.lane,
    );
    this.#seen = this.lines.length;
  }

  /** Waits until it has lost the server: a lane of before does not count as `connected` any more. */
  async reconnecting(): Promise<void> {
    const from = this.#seen;
    await this.until((line, index) => index >= from && line.type === 'connection' && line.status === 'reconnecting');
    this.#seen = this.lines.length;
  }

  /** The end of the recording that it makes all along. */
  async take(seconds: number): Promise<Take> {
    const firstLine = this.lines.length;
    const from = (await this.#recorded()).length;
    let samples: Float32Array;
    do {
      await this.#nextFigures();
      samples = (await this.#recorded()).subarray(from);
    } while (samples.length < seconds * SAMPLE_RATE_HZ);
    const told = this.lines.slice(firstLine);
    const stalledMs = told.reduce((sum, { type, ms }) => (type === 'stalled' ? sum + Number(ms) : sum), 0);
    return { samples, stalledMs, figures: told.findLast(isFigures) ?? null };
  }

  /** Ctrl-C; resolves with the exit code once the recording is complete. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode === null) this.#process.kill('SIGINT');
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** It tells them once a second. */
  async #nextFigures(): Promise<void> {
    const from = this.lines.length;
    await this.until((line, index) => index >= from && isFigures(line));
  }

  /** As far as it is written. */
  async #recorded(): Promise<Float32Array> {
    if (this.#recording === undefined) throw new Error(`${this.nickname} does not record`);
    return readWav(await readFile(this.#recording));
  }
}

function isFigures({ type }: JsonLine): boolean {
  return type === 'stats';
}
