import { FRAME_SAMPLES } from '@switchboard/protocol';
import type { VoiceCodec } from '../../audio/codec.ts';

/** A codec without loss or delay, whose packets say one number: the frame's first sample in hundredths. 0 is refused. */
export const plainCodec: VoiceCodec = {
  createEncoder: () =>
    Promise.resolve({
      encode: (frame: Float32Array) => Uint8Array.of(Math.round((frame[0] ?? 0) * 100)),
      setBitrate: () => undefined,
      free: () => undefined,
    }),
  createDecoder: () =>
    Promise.resolve({
      decode: ([value = 0]: Uint8Array) =>
        value === 0 ? undefined : new Float32Array(FRAME_SAMPLES).fill(value / 100),
      conceal: () => new Float32Array(FRAME_SAMPLES),
      recover: () => undefined,
      free: () => undefined,
    }),
};
