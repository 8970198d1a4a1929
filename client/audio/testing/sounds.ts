import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../frame.ts';

/** Deterministic chance in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function tone(
  frequencyHz: number,
  amplitude: number,
  length: number,
  rateHz: number = SAMPLE_RATE_HZ,
): Float32Array {
  return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz));
}

export function noise(seed: number, amplitude: number, length: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length }, () => amplitude * (2 * random() - 1));
}

/** A vowel said over and over, three times a second, with a moving pitch: a speech codec treats it as speech. */
export function babble(pitchHz: number, amplitude: number, length: number): Float32Array {
  const formants = [
    [700, 90],
    [1200, 110],
    [2600, 160],
  ] as const;
  const weights = Array.from({ length: Math.floor(4000 / pitchHz) }, (_, k) =>
    formants.reduce((sum, [centre, width]) => sum + 1 / (1 + (((k + 1) * pitchHz - centre) / width) ** 2), 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let phase = 0;
  return Float32Array.from({ length }, (_, i) => {
    const t = i / SAMPLE_RATE_HZ;
    phase += (2 * Math.PI * pitchHz * (1 + 0.1 * Math.sin(2 * Math.PI * 1.3 * t))) / SAMPLE_RATE_HZ;
    const syllable = Math.sqrt(Math.max(0, Math.sin(2 * Math.PI * 3 * t)));
    return (
      ((amplitude * syllable) / total) * weights.reduce((sum, weight, k) => sum + weight * Math.sin((k + 1) * phase), 0)
    );
  });
}

/** Whole frames; what is left over is left out. */
export function framesOf(samples: Float32Array): Float32Array[] {
  return Array.from({ length: Math.floor(samples.length / FRAME_SAMPLES) }, (_, i) =>
    samples.slice(i * FRAME_SAMPLES, (i + 1) * FRAME_SAMPLES),
  );
}

export function joined(frames: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(frames.length * FRAME_SAMPLES);
  frames.forEach((frame, i) => whole.set(frame, i * FRAME_SAMPLES));
  return whole;
}
