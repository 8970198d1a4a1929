/**
 * The receiving half for one speaker: packets in as they arrive, a frame out every 20 ms. Jitter buffer → decode, recover
 * or conceal → plugins → volume. Never a click: what starts out of silence or falls into it is faded over 5 ms.
 */

import type { VoiceDecoder } from './codec.ts';
import { FRAME_SAMPLES, msToSamples } from './frame.ts';
import {
  JitterBuffer,
  type InsertResult,
  type JitterBufferOptions,
  type JitterFigures,
  type JitterPacket,
} from './jitter-buffer.ts';
import { crossFade } from './seam.ts';

const FADE_SAMPLES = msToSamples(5);

/** Twice the amplitude, +6 dB. */
const MAX_VOLUME = 2;

export interface PlayoutFigures extends JitterFigures {
  /** Packets that the decoder did not accept; each was concealed. */
  readonly refused: number;
}

/** What frames go through between decoder and volume, which takes until the next one is pulled. */
export interface PlayoutFilter {
  /** Whether there is anything that would change them. */
  readonly on: boolean;
  /** A frame sets out. @param samples not changed before it is taken. */
  begin(samples: Float32Array): void;
  /** What has become of it by now: its own samples or others; undefined if none set out. */
  take(): Float32Array | undefined;
  /** Silence follows. What is on its way is not wanted any more. */
  rest(): void;
}

export interface SpeakerPlayoutOptions {
  /** Owned from here on: freed by `free`. */
  readonly decoder: VoiceDecoder;
  readonly jitterBuffer?: JitterBufferOptions;
  /** Told when the speaker begins and ceases to be heard, from within `pull`. */
  readonly onSpeaking?: (speaking: boolean) => void;
  readonly filter?: PlayoutFilter;
}

/** 20 ms as decoded. */
interface DecodedFrame {
  readonly samples: Float32Array;
  /** The last of its talk spurt fades from this sample on. */
  readonly fadeOutAt: number | undefined;
}

export class SpeakerPlayout {
  readonly #decoder: VoiceDecoder;
  readonly #jitterBuffer: JitterBuffer;
  readonly #onSpeaking: ((speaking: boolean) => void) | undefined;
  readonly #filter: PlayoutFilter | undefined;
  /** Within a talk spurt, as decoded: one frame before it is heard where there is a filter. */
  #decoding = false;
  /** On its way through the filter. */
  #ahead: DecodedFrame | undefined;
  /** The frame on its way was played already, as it was, when the filter was switched on. */
  #repeats = false;
  #speaking = false;
  #volume = 1;
  #targetVolume = 1;
  #refused = 0;
  #unrecoverable = 0;

  constructor(options: SpeakerPlayoutOptions) {
    this.#decoder = options.decoder;
    this.#jitterBuffer = new JitterBuffer(options.jitterBuffer);
    this.#onSpeaking = options.onSpeaking;
    this.#filter = options.filter;
  }

  get speaking(): boolean {
    return this.#speaking;
  }

  get figures(): PlayoutFigures {
    const { recovered, concealed, ...rest } = this.#jitterBuffer.figures;
    return {
      ...rest,
      recovered: recovered - this.#unrecoverable,
      concealed: concealed + this.#unrecoverable + this.#refused,
      refused: this.#refused,
    };
  }

  /**
   * 0 (silent) to 2 (+6 dB); what is beyond is brought within. Reached over the next frame.
   *
   * @throws RangeError on NaN.
   */
  setVolume(volume: number): void {
    if (Number.isNaN(volume)) throw new RangeError('A volume is a number');
    this.#targetVolume = Math.min(MAX_VOLUME, Math.max(0, volume));
  }

  insert(packet: JitterPacket): InsertResult {
    return this.#jitterBuffer.insert(packet);
  }

  /** The next 20 ms, 960 samples of the caller's own; `undefined` while there is nothing to hear. */
  pull(): Float32Array | undefined {
    const decoded = this.#next();
    const heard = this.#filter === undefined ? decoded : this.#filtered(this.#filter, decoded);
    if (heard !== undefined) return this.#play(heard);
    // Nobody hears a step in silence.
    this.#volume = this.#targetVolume;
    return undefined;
  }

  free(): void {
    this.#filter?.rest();
    this.#decoder.free();
  }

  #next(): DecodedFrame | undefined {
    const pulled = this.#jitterBuffer.pull();
    const wasDecoding = this.#decoding;
    this.#decoding = pulled.kind !== 'idle' && !(pulled.kind === 'frame' && pulled.end);
    switch (pulled.kind) {
      case 'frame':
        return {
          samples: this.#decode(pulled.payload),
          fadeOutAt: pulled.end ? FRAME_SAMPLES - FADE_SAMPLES : undefined,
        };
      case 'recover':
        return { samples: this.#recover(pulled.next), fadeOutAt: undefined };
      case 'conceal':
        return { samples: this.#decoder.conceal(), fadeOutAt: undefined };
      case 'idle':
        // Broken off without END: the sound that was going on is let out of the concealment, not cut off.
        return wasDecoding ? { samples: this.#decoder.conceal(), fadeOutAt: 0 } : undefined;
    }
  }

  /**
   * The frame that set out when the one before was pulled. So there is one frame of delay, which comes with the first frame
   * after a silence, and goes in a silence. Where it has to come in the middle of a word, 20 ms of that are heard twice: as they
   * were and then filtered, faded into each other.
   */
  #filtered(filter: PlayoutFilter, decoded: DecodedFrame | undefined): DecodedFrame | undefined {
    const before = this.#ahead;
    if (before === undefined) {
      const lasts = decoded !== undefined && decoded.fadeOutAt === undefined;
      if (decoded === undefined || !filter.on || (this.#speaking && !lasts)) return decoded;
      this.#ahead = decoded;
      this.#repeats = this.#speaking;
      filter.begin(decoded.samples);
      return this.#repeats ? { ...decoded, samples: decoded.samples.slice() } : undefined;
    }
    const samples = filter.take() ?? before.samples;
    if (this.#repeats && decoded !== undefined) crossFade(decoded.samples, samples);
    this.#repeats = false;
    this.#ahead = decoded;
    if (decoded === undefined) filter.rest();
    else filter.begin(decoded.samples);
    return { ...before, samples };
  }

  #decode(payload: Uint8Array): Float32Array {
    const frame = this.#decoder.decode(payload);
    if (frame !== undefined) return frame;
    this.#refused++;
    return this.#decoder.conceal();
  }

  #recover(next: Uint8Array): Float32Array {
    const frame = this.#decoder.recover(next);
    if (frame !== undefined) return frame;
    this.#unrecoverable++;
    return this.#decoder.conceal();
  }

  #play({ samples, fadeOutAt }: DecodedFrame): Float32Array {
    if (!this.#speaking) fadeIn(samples);
    if (fadeOutAt !== undefined) fadeOut(samples, fadeOutAt);
    this.#applyVolume(samples);
    this.#setSpeaking(true);
    if (fadeOutAt !== undefined) this.#setSpeaking(false);
    return samples;
  }

  #applyVolume(frame: Float32Array): void {
    const from = this.#volume;
    const step = (this.#targetVolume - from) / FRAME_SAMPLES;
    this.#volume = this.#targetVolume;
    if (from === 1 && step === 0) return;
    for (let i = 0; i < frame.length; i++) frame[i] = (frame[i] ?? 0) * (from + step * (i + 1));
  }

  #setSpeaking(speaking: boolean): void {
    if (speaking === this.#speaking) return;
    this.#speaking = speaking;
    this.#onSpeaking?.(speaking);
  }
}

function fadeIn(frame: Float32Array): void {
  for (let i = 0; i < FADE_SAMPLES; i++) frame[i] = ((frame[i] ?? 0) * (i + 1)) / FADE_SAMPLES;
}

/** Falls to zero over the fade from `start` on, and is zero after it. */
function fadeOut(frame: Float32Array, start: number): void {
  for (let i = start; i < frame.length; i++) {
    frame[i] = (frame[i] ?? 0) * Math.max(0, 1 - (i - start + 1) / FADE_SAMPLES);
  }
}
