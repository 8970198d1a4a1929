/** What encodes and decodes voice. One implementation stands behind it: `opus-codec.ts`. */

export interface VoiceEncoderOptions {
  /** Bits per second of the payload; constant, so every packet has `bitrateBps / 400` bytes. */
  readonly bitrateBps: number;
}

/** Encodes one talker. Frames are 960 samples; every packet of one bitrate has one size (RFC 6562). */
export interface VoiceEncoder {
  /**
   * @param frame 960 finite samples within ±1.
   * @returns a packet of its own memory.
   * @throws RangeError on another number of samples.
   */
  encode(frame: Float32Array): Uint8Array;
  /** From the next frame on. */
  setBitrate(bitrateBps: number): void;
  /** Gives the memory back. Safe to call twice; nothing else may be called afterwards. */
  free(): void;
}

/**
 * Decodes one talker, in order. Every frame that comes out has exactly 960 samples of its own memory.
 * Packets come from other people: what is not one 20 ms frame is refused with `undefined`, and the state is as before.
 */
export interface VoiceDecoder {
  decode(packet: Uint8Array): Float32Array | undefined;
  /** Packet loss concealment: a guess at the frame that is missing, fading as misses follow one another. */
  conceal(): Float32Array;
  /**
   * The frame before `nextPacket` out of the redundancy that `nextPacket` carries (in-band FEC). Call it before
   * decoding `nextPacket` itself.
   *
   * @returns `undefined` where the packet is refused or carries no redundancy: conceal instead.
   */
  recover(nextPacket: Uint8Array): Float32Array | undefined;
  /** Gives the memory back. Safe to call twice; nothing else may be called afterwards. */
  free(): void;
}

/** Makes encoders and decoders. Asynchronous because the first one loads the codec itself. */
export interface VoiceCodec {
  createEncoder(options: VoiceEncoderOptions): Promise<VoiceEncoder>;
  createDecoder(): Promise<VoiceDecoder>;
}
