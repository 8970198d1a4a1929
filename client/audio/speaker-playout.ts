/**
 * The receiving half for one speaker: packets in as they arrive, a frame out every 20 ms. Jitter buffer → decode, recover
 * or conceal → volume. Never a click: what starts out of silence or falls into it is faded over 5 ms.
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

const FADE_SAMPLES = msToSamples(5);

/** Twice the amplitude, +6 dB. */
const MAX_VOLUME = 2;

export interface PlayoutFigures extends JitterFigures {
  /** Packets that the decoder did not accept; each was concealed. */
  readonly refused: number;
}

export interface SpeakerPlayoutOptions {
  /** Owned from here on: freed by `free`. */
  readonly decoder: VoiceDecoder;
  readonly jitterBuffer?: JitterBufferOptions;
  /** Told when the speaker begins and ceases to be heard, from within `pull`. */
  readonly onSpeaking?: (speaking: boolean) => void;
}

export class SpeakerPlayout {
  readonly #decoder: VoiceDecoder;
  readonly #jitterBuffer: JitterBuffer;
  readonly #onSpeaking: ((speaking: boolean) => void) | undefined;
  #speaking = false;
  #volume = 1;
  #targetVolume = 1;
  #refused = 0;
  #unrecoverable = 0;

  constructor(options: SpeakerPlayoutOptions) {
    this.#decoder = options.decoder;
    this.#jitterBuffer = new JitterBuffer(options.jitterBuffer);
    this.#onSpeaking = options.onSpeaking;
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
    const pulled = this.#jitterBuffer.pull();
    switch (pulled.kind) {
      case 'frame':
        return this.#play(this.#decode(pulled.payload), pulled.end);
      case 'recover':
        return this.#play(this.#recover(pulled.next), false);
      case 'conceal':
        return this.#play(this.#decoder.conceal(), false);
      case 'idle':
        // Broken off without END: the sound that was going on is let out of the concealment, not cut off.
        if (this.#speaking) return this.#play(this.#fadedTail(), true);
        // Nobody hears a step in silence.
        this.#volume = this.#targetVolume;
        return undefined;
    }
  }

  free(): void {
    this.#decoder.free();
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

  #fadedTail(): Float32Array {
    const tail = this.#decoder.conceal();
    fadeOut(tail, 0);
    return tail;
  }

  #play(frame: Float32Array, last: boolean): Float32Array {
    if (!this.#speaking) fadeIn(frame);
    if (last) fadeOut(frame, FRAME_SAMPLES - FADE_SAMPLES);
    this.#applyVolume(frame);
    this.#setSpeaking(true);
    if (last) this.#setSpeaking(false);
    return frame;
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
