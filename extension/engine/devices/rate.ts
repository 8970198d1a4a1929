import { FrameResampler } from '@switchboard/client/engine-parts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';

/**
 * Turns frames of 48 kHz into frames of a device's rate.
 *
 * @returns the frame itself where there is nothing to do, else the same memory every time.
 * @throws RangeError for a rate that has no whole number of samples in 20 ms.
 */
export function toRate(rateHz: number): (frame: Float32Array) => Float32Array {
  if (rateHz === SAMPLE_RATE_HZ) return (frame) => frame;
  const samples = (rateHz * FRAME_MS) / 1_000;
  if (!Number.isInteger(samples) || samples <= 0) throw new RangeError(`${rateHz} Hz has no whole frames`);
  const resampler = new FrameResampler(FRAME_SAMPLES, samples);
  return (frame) => resampler.convert(frame);
}
