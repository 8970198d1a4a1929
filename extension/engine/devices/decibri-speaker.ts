import type { Clock } from '@switchboard/client/engine-parts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';
import { speakerError } from './device-errors.ts';
import { decibriSpeakers } from './device-lister.ts';
import type { Decibri, DecibriSpeaker } from './native-modules.ts';
import { PlaybackLead, type LeadTuning } from './playback-lead.ts';
import { QueueEstimate } from './queue-estimate.ts';
import { toRate } from './rate.ts';
import type { LineEvents, ListedDevice, SpeakerFigures, SpeakerLibrary, SpeakerLine } from './sound-library.ts';

const LOOK_MS = 4;
/** The device takes what it wants at once, some 25 ms of it over PulseAudio, and this is asked of a clock that is not its own. */
const LEAD: LeadTuning = {
  startMs: 60,
  minMs: 40,
  maxMs: 200,
  growMs: 15,
  shrinkShare: 0.25,
  marginMs: 20,
  windowMs: 10_000,
};
/** After so many silent frames the device may run dry: what the two clocks differ by begins at nothing again. */
const SILENT_FRAMES = 15;
/** The library queues 32 writes and then waits; this many that it has not taken are a device that stands. */
const MAX_WAITING_WRITES = 40;
const MAX_SKIPPED_FRAMES = 50;

/**
 * Speakers by decibri, which tells neither time nor what it still has to play; only that it had nothing. So frames are
 * made by this machine's clock, and in every pause the queue runs dry on purpose, which sets the estimate right.
 */
export class DecibriSpeakers implements SpeakerLibrary {
  readonly name = 'decibri';
  readonly #decibri: Decibri;
  readonly #clock: Clock;

  constructor(decibri: Decibri, clock: Clock) {
    this.#decibri = decibri;
    this.#clock = clock;
  }

  speakers(): Promise<readonly ListedDevice[]> {
    return Promise.resolve(decibriSpeakers(this.#decibri.Speaker.devices()));
  }

  async openSpeaker(
    device: ListedDevice | undefined,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ): Promise<SpeakerLine> {
    try {
      return await this.#openAt(SAMPLE_RATE_HZ, device, render, events);
    } catch (cause) {
      const rateHz = this.#ownRate(device);
      if (rateHz === undefined || rateHz === SAMPLE_RATE_HZ) throw speakerError(cause);
      return await this.#openAt(rateHz, device, render, events).catch((second: unknown) => {
        throw speakerError(second);
      });
    }
  }

  /** The stream itself opens with what is first written: silence, so that a rate the device has not is found here. */
  async #openAt(
    rateHz: number,
    device: ListedDevice | undefined,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ): Promise<SpeakerLine> {
    const speaker = await this.#decibri.Speaker.open({
      sampleRate: rateHz,
      channels: 1,
      dtype: 'float32',
      ...(device === undefined ? {} : { device: { id: device.handle } }),
    });
    await speaker.writeAsync(Buffer.alloc((rateHz * FRAME_MS * Float32Array.BYTES_PER_ELEMENT) / 1_000));
    return new DecibriLine(speaker, rateHz, this.#clock, render, events);
  }

  #ownRate(device: ListedDevice | undefined): number | undefined {
    const all = this.#decibri.Speaker.devices();
    const own = device === undefined ? all[0] : all.find(({ id }) => id === device.handle);
    return own?.defaultSampleRate;
  }
}

class DecibriLine implements SpeakerLine {
  readonly #speaker: DecibriSpeaker;
  readonly #rateHz: number;
  readonly #clock: Clock;
  readonly #render: (out: Float32Array) => void;
  readonly #events: LineEvents;
  readonly #convert: (frame: Float32Array) => Float32Array;
  readonly #frame = new Float32Array(FRAME_SAMPLES);
  readonly #lead = new PlaybackLead(LEAD);
  readonly #queue = new QueueEstimate();
  #dueMs: number;
  #drySamples = 0;
  #silentFrames = 0;
  #waitingWrites = 0;
  #written: Promise<void> = Promise.resolve();
  #skippedFrames = 0;
  #open = true;
  #cancel: () => void = () => undefined;

  constructor(
    speaker: DecibriSpeaker,
    rateHz: number,
    clock: Clock,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ) {
    this.#speaker = speaker;
    this.#rateHz = rateHz;
    this.#clock = clock;
    this.#render = render;
    this.#events = events;
    this.#convert = toRate(rateHz);
    this.#dueMs = clock.nowMs();
    this.#look();
  }

  get figures(): SpeakerFigures {
    return { underruns: this.#lead.gaps, skippedFrames: this.#skippedFrames, leadMs: this.#lead.ms };
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancel();
    this.#speaker.stop();
  }

  #look(): void {
    const nowMs = this.#clock.nowMs();
    this.#noticeDryness(nowMs);
    this.#makeUpFor(nowMs);
    while (this.#open && this.#dueMs <= nowMs) {
      this.#dueMs += FRAME_MS;
      this.#play(nowMs);
    }
    if (this.#open) this.#cancel = this.#clock.after(LOOK_MS, () => this.#look());
  }

  #noticeDryness(nowMs: number): void {
    const { underrunCount } = this.#speaker;
    const dry = underrunCount > this.#drySamples;
    this.#drySamples = underrunCount;
    const meant = this.#silentFrames > SILENT_FRAMES;
    if (dry) {
      if (this.#queue.known && !meant) this.#lead.observe(0, nowMs);
      this.#queue.ranDry(nowMs);
    } else if (this.#queue.known && !meant)
      this.#lead.observe(Math.max(Number.EPSILON, this.#queue.aheadMs(nowMs)), nowMs);
  }

  #makeUpFor(nowMs: number): void {
    const late = Math.floor((nowMs - this.#dueMs) / FRAME_MS);
    if (late <= 1) return;
    for (let i = 0; i < Math.min(late, MAX_SKIPPED_FRAMES); i++) this.#render(this.#frame);
    this.#skippedFrames += late;
    this.#dueMs += late * FRAME_MS;
  }

  #play(nowMs: number): void {
    this.#render(this.#frame);
    if (this.#frame.some((sample) => sample !== 0)) this.#silentFrames = 0;
    else this.#silentFrames++;
    if (this.#silentFrames > SILENT_FRAMES) return;
    // What a look that came a little late has cost is not filled up: that would be a hole in the middle of a word.
    if (this.#queue.known && this.#queue.aheadMs(nowMs) <= 0) this.#pad(this.#lead.ms - FRAME_MS);
    this.#write(this.#convert(this.#frame), FRAME_MS);
  }

  #pad(ms: number): void {
    this.#write(new Float32Array(Math.round((ms * this.#rateHz) / 1_000)), ms);
  }

  /** One after the other: writes that wait at once have no order. */
  #write(samples: Float32Array, ms: number): void {
    if (this.#waitingWrites >= MAX_WAITING_WRITES) {
      this.#fail(new Error('The speaker takes no sound'));
      return;
    }
    const chunk = Buffer.from(samples.slice().buffer);
    this.#queue.wrote(ms);
    this.#waitingWrites++;
    this.#written = this.#written.then(async () => {
      if (this.#open) await this.#speaker.writeAsync(chunk);
      this.#waitingWrites--;
    });
    this.#written.catch((cause: unknown) => this.#fail(cause));
  }

  #fail(cause: unknown): void {
    if (!this.#open) return;
    this.close();
    this.#events.failed(cause);
  }
}
