import type { Clock } from '@switchboard/client/engine-parts';
import { FRAME_MS, FRAME_SAMPLES } from '@switchboard/protocol';
import { speakerError } from './device-errors.ts';
import { mediaDevices } from './device-lister.ts';
import type { WebAudio, WebAudioContext } from './native-modules.ts';
import { PlaybackLead, type LeadTuning } from './playback-lead.ts';
import { toRate } from './rate.ts';
import type { LineEvents, ListedDevice, SpeakerFigures, SpeakerLibrary, SpeakerLine } from './sound-library.ts';

const RATE_HZ = 48_000;
/** Buffers of 10 ms asked of the device: shorter ones glitch over PulseAudio, longer ones are delay. */
const LATENCY_HINT_S = 0.01;
/** How often it is looked whether the next frame is due. */
const LOOK_MS = 4;
/** A device whose clock stands for so long is gone. */
const STANDSTILL_MS = 2_000;
/** More than this is not made up for: the process or the machine slept. */
const MAX_SKIPPED_FRAMES = 50;

/** The device takes 10 ms at once, and the look that comes too late for it is the one that may be late. */
const LEAD: LeadTuning = {
  startMs: 35,
  minMs: 22,
  maxMs: 150,
  growMs: 8,
  shrinkShare: 0.5,
  marginMs: 12,
  windowMs: 5_000,
};

/**
 * Speakers by node-web-audio-api: each frame is a buffer that begins where the one before ends, by the clock of the device
 * itself, so that no drift adds up. A speaker is chosen by a context of its own: `setSinkId` did not come back where the
 * device had gone.
 */
export class WebAudioSpeakers implements SpeakerLibrary {
  readonly name = 'node-web-audio-api';
  readonly #webAudio: WebAudio;
  readonly #clock: Clock;

  constructor(webAudio: WebAudio, clock: Clock) {
    this.#webAudio = webAudio;
    this.#clock = clock;
  }

  async speakers(): Promise<readonly ListedDevice[]> {
    return mediaDevices('speaker', await this.#webAudio.mediaDevices.enumerateDevices());
  }

  openSpeaker(
    device: ListedDevice | undefined,
    render: (out: Float32Array) => void,
    events: LineEvents,
  ): Promise<SpeakerLine> {
    try {
      const context = new this.#webAudio.AudioContext({
        latencyHint: LATENCY_HINT_S,
        sampleRate: RATE_HZ,
        ...(device === undefined ? {} : { sinkId: device.handle }),
      });
      return Promise.resolve(new WebAudioLine(context, this.#clock, render, events));
    } catch (cause) {
      return Promise.reject(speakerError(cause));
    }
  }
}

class WebAudioLine implements SpeakerLine {
  readonly #context: WebAudioContext;
  readonly #clock: Clock;
  readonly #render: (out: Float32Array) => void;
  readonly #events: LineEvents;
  readonly #convert: (frame: Float32Array) => Float32Array;
  readonly #frame = new Float32Array(FRAME_SAMPLES);
  readonly #lead = new PlaybackLead(LEAD);
  /** Samples of the device's clock at which the next frame begins: whole ones, or frames would not join. */
  #nextSample = 0;
  #started = false;
  #skippedFrames = 0;
  #movedAtMs: number;
  #deviceMs = 0;
  #cancel: () => void = () => undefined;

  constructor(context: WebAudioContext, clock: Clock, render: (out: Float32Array) => void, events: LineEvents) {
    this.#context = context;
    this.#clock = clock;
    this.#render = render;
    this.#events = events;
    this.#convert = toRate(context.sampleRate);
    this.#movedAtMs = clock.nowMs();
    this.#look();
  }

  get figures(): SpeakerFigures {
    return { underruns: this.#lead.gaps, skippedFrames: this.#skippedFrames, leadMs: this.#lead.ms };
  }

  close(): void {
    this.#cancel();
    // Nobody waits for it: over a device that has gone it may take long.
    this.#context.close().catch(() => undefined);
  }

  #look(): void {
    const nowMs = this.#clock.nowMs();
    const deviceMs = this.#context.currentTime * 1_000;
    if (deviceMs !== this.#deviceMs) {
      this.#deviceMs = deviceMs;
      this.#movedAtMs = nowMs;
    } else if (nowMs - this.#movedAtMs > STANDSTILL_MS) {
      this.#events.failed(new Error('The speaker takes no sound'));
      return;
    }
    // Before that the device is not open.
    if (deviceMs > 0) this.#serve(deviceMs, nowMs);
    this.#cancel = this.#clock.after(LOOK_MS, () => this.#look());
  }

  #serve(deviceMs: number, nowMs: number): void {
    const samplesPerMs = this.#context.sampleRate / 1_000;
    const aheadMs = this.#nextSample / samplesPerMs - deviceMs;
    if (!this.#started) {
      this.#started = true;
      this.#nextSample = Math.ceil((deviceMs + this.#lead.ms) * samplesPerMs);
    } else {
      this.#lead.observe(aheadMs, nowMs);
      if (aheadMs <= 0) this.#skip(-aheadMs, deviceMs);
    }
    while (this.#nextSample / samplesPerMs - deviceMs < this.#lead.ms) this.#play();
  }

  /** The time of these frames has passed: what they held would only be late, and all that follows with it. */
  #skip(lateMs: number, deviceMs: number): void {
    const frames = Math.min(MAX_SKIPPED_FRAMES, Math.ceil(lateMs / FRAME_MS));
    for (let i = 0; i < frames; i++) this.#render(this.#frame);
    this.#skippedFrames += frames;
    this.#nextSample += (frames * FRAME_MS * this.#context.sampleRate) / 1_000;
    const deviceSample = Math.ceil((deviceMs * this.#context.sampleRate) / 1_000);
    this.#nextSample = Math.max(this.#nextSample, deviceSample);
  }

  #play(): void {
    this.#render(this.#frame);
    const samples = this.#convert(this.#frame);
    const { sampleRate, destination } = this.#context;
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(destination);
    source.start(this.#nextSample / sampleRate);
    this.#nextSample += samples.length;
  }
}
