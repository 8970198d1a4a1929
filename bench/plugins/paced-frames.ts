import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ } from '@switchboard/protocol';

/*
 * Runs in Node and in pages.
 */

const PITCH_HZ = 150;
const US_PER_MS = 1_000;

export interface TimedFrame {
  readonly number: number;
  readonly samples: Float32Array;
}

/** What a chain is to this. */
export interface TimedChain {
  push(frame: TimedFrame, passed: (frame: TimedFrame) => void): void;
}

export interface PacedFrames {
  /** By frame, from its capture to its leaving; NaN for one that never left. */
  readonly us: readonly number[];
  /** In which they left. */
  readonly order: readonly number[];
}

/** Gives a chain frames of a tone at the pace of a microphone, and waits for the last. */
export async function paceFrames(chain: TimedChain, count: number): Promise<PacedFrames> {
  const us = Array<number>(count).fill(Number.NaN);
  const order: number[] = [];
  const startMs = performance.now();
  for (let number = 0; number < count; number++) {
    const samples = toneFrame(number);
    const atMs = performance.now();
    chain.push({ number, samples }, () => {
      us[number] = (performance.now() - atMs) * US_PER_MS;
      order.push(number);
    });
    await pause(Math.max(0, startMs + (number + 1) * FRAME_MS - performance.now()));
  }
  await pause(10 * FRAME_MS);
  return { us, order };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function toneFrame(number: number): Float32Array<ArrayBuffer> {
  const step = (2 * Math.PI * PITCH_HZ) / SAMPLE_RATE_HZ;
  return Float32Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => 0.3 * Math.sin(step * (number * FRAME_SAMPLES + i + 1)),
  );
}
