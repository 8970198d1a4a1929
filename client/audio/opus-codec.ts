/**
 * Opus by libopus-wasm (libopus 1.6.1), the same in Node, workers and pages. It is loaded when the first encoder or
 * decoder is made, and is young: nothing outside this file knows it.
 */

import type { OpusDecoderHandle, OpusEncoderHandle, isOpusError } from 'libopus-wasm';
import type { VoiceCodec, VoiceDecoder, VoiceEncoder, VoiceEncoderOptions } from './codec.ts';
import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from './frame.ts';
import { opusCarriesRedundancy, opusPacketSamples } from './opus-packet.ts';

/**
 * Measured over human and made speech at 32 kb/s, STOI and ms a frame: complexity 5 0.9865 in 0.30, 6 0.9872 in 0.45,
 * 8 to 10 0.9875 in 0.60. What 10 adds nobody hears; what it costs a laptop on battery feels.
 */
const COMPLEXITY = 5;

/**
 * The loss the encoder prepares for. Up to 5 % it adds no redundancy at all at 32 kb/s; from 6 % every active frame
 * carries it, at 24 kb/s too, at 20 kb/s not before 12 %. At 10 % clean speech costs 0.006
 * of STOI, and 10 % of real loss costs 0.003 instead of 0.05; preparing for more only makes the clean sound worse.
 */
const EXPECTED_LOSS_PERCENT = 10;

class OpusVoiceEncoder implements VoiceEncoder {
  readonly #handle: OpusEncoderHandle;

  constructor(handle: OpusEncoderHandle) {
    this.#handle = handle;
  }

  encode(frame: Float32Array): Uint8Array {
    return this.#handle.encodeFloat(frame);
  }

  setBitrate(bitrateBps: number): void {
    this.#handle.setBitrate(bitrateBps);
  }

  free(): void {
    this.#handle.free();
  }
}

class OpusVoiceDecoder implements VoiceDecoder {
  readonly #handle: OpusDecoderHandle;
  readonly #isRefusal: typeof isOpusError;

  constructor(handle: OpusDecoderHandle, isRefusal: typeof isOpusError) {
    this.#handle = handle;
    this.#isRefusal = isRefusal;
  }

  decode(packet: Uint8Array): Float32Array | undefined {
    // Asked before decoding: a packet of two frames or ten milliseconds would decode, and shift all that follows.
    if (opusPacketSamples(packet) !== FRAME_SAMPLES) return undefined;
    return this.#refusing(() => this.#handle.decodeFloat(packet, { maxFrameSize: FRAME_SAMPLES }));
  }

  conceal(): Float32Array {
    return this.#handle.decodePacketLossFloat(FRAME_SAMPLES);
  }

  recover(nextPacket: Uint8Array): Float32Array | undefined {
    if (opusPacketSamples(nextPacket) !== FRAME_SAMPLES || !opusCarriesRedundancy(nextPacket)) return undefined;
    return this.#refusing(() => this.#handle.decodeFloat(nextPacket, { decodeFec: true, frameSize: FRAME_SAMPLES }));
  }

  free(): void {
    this.#handle.free();
  }

  #refusing(decode: () => Float32Array): Float32Array | undefined {
    try {
      const frame = decode();
      return frame.length === FRAME_SAMPLES ? frame : undefined;
    } catch (error) {
      // A corrupted stream is the sender's doing; anything else is ours.
      if (this.#isRefusal(error)) return undefined;
      throw error;
    }
  }
}

export const opusCodec: VoiceCodec = {
  async createEncoder(options: VoiceEncoderOptions): Promise<VoiceEncoder> {
    const libopus = await import('libopus-wasm');
    const handle = await libopus.createEncoder({
      channels: 1,
      sampleRate: SAMPLE_RATE_HZ,
      frameSize: FRAME_SAMPLES,
      application: libopus.Application.Voip,
      signal: libopus.Signal.Voice,
      bitrate: options.bitrateBps,
      // Constant size: sizes tell nothing (RFC 6562), and the relay can hand several packets to the kernel at once.
      vbr: false,
      dtx: false,
      fec: true,
      packetLossPercent: EXPECTED_LOSS_PERCENT,
      complexity: COMPLEXITY,
    });
    return new OpusVoiceEncoder(handle);
  },

  async createDecoder(): Promise<VoiceDecoder> {
    const libopus = await import('libopus-wasm');
    const handle = await libopus.createDecoder({ channels: 1, sampleRate: SAMPLE_RATE_HZ });
    return new OpusVoiceDecoder(handle, libopus.isOpusError);
  },
};
