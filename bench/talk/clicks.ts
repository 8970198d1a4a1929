/** Clicks that go in at a known time, and what their times at the other end say. Nothing here knows where they travel. */

import { impulseTrain, findImpulses } from '../../e2e/hearing/click-detector.ts';
import { dbfsToAmplitude, msToSamples, SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';

/** A talk spurt. */
const CLICKS_PER_SPURT = 6;
const SPURTS = 6;
/** Between two clicks of a spurt: no multiple of a frame, and each another, so that a lost click cannot pass for a shift. */
const GAPS_MS = [211.3, 187.9, 233.1, 198.7, 223.3];
/** After a spurt: the gate closes after 360 ms, and jitter buffers run empty. */
const PAUSE_MS = 811.7;
const LEAD_IN_MS = 300;
const BREATH_BEFORE_MS = 60;
const BREATH_AFTER_MS = 100;

/**
 * What the clicks ride on, like a breath; it opens the voice gate. Out of silence, or over a hum, the codec leaves out
 * one burst of 1 ms in ten or more, as its frames happen to lie (libopus 1.6.1 at 32 kb/s); in a breath that has begun none of 432.
 */
const BREATH_DBFS = -31;

const MIN_GAP_MS = Math.min(...GAPS_MS, PAUSE_MS);
/** Later than this is not a delay that one would measure but a click mistaken for another. */
const MAX_DELAY_MS = 1_000;

/** When a sample was: ms on a clock that both ends share. */
export type SampleClock = (positionSamples: number) => number;

interface SpokenClick {
  readonly positionSamples: number;
  /** It began a talk spurt. */
  readonly first: boolean;
}

export interface ClickedSpeech {
  /** Mono, 48 kHz. */
  readonly sound: Float32Array;
  readonly clicks: readonly SpokenClick[];
}

export interface HeardClick {
  readonly delayMs: number;
  readonly first: boolean;
}

/** White noise; the same at each call. */
export function breath(seconds: number, dbfs: number = BREATH_DBFS): Float32Array {
  // Uniform in −1..1 has an RMS of 1 / √3.
  const peak = dbfsToAmplitude(dbfs) * Math.sqrt(3);
  let state = 1;
  return Float32Array.from({ length: Math.round(seconds * SAMPLE_RATE_HZ) }, () => {
    // Numerical Recipes' generator, its upper bits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return peak * (state / 2 ** 31 - 1);
  });
}

/** About 13 s: six talk spurts of six clicks. The same at each call. */
export function clickedSpeech(): ClickedSpeech {
  const clicks: SpokenClick[] = [];
  const breaths: { from: number; to: number }[] = [];
  let atMs = LEAD_IN_MS;
  for (let spurt = 0; spurt < SPURTS; spurt++) {
    const from = msToSamples(atMs - BREATH_BEFORE_MS);
    for (let click = 0; click < CLICKS_PER_SPURT; click++) {
      clicks.push({ positionSamples: msToSamples(atMs), first: click === 0 });
      if (click < CLICKS_PER_SPURT - 1) atMs += GAPS_MS[(spurt + click) % GAPS_MS.length] ?? 0;
    }
    breaths.push({ from, to: msToSamples(atMs + BREATH_AFTER_MS) });
    atMs += PAUSE_MS;
  }
  const length = msToSamples(atMs);
  const sound = impulseTrain(
    clicks.map(({ positionSamples }) => positionSamples),
    length,
  );
  const noise = breath(length / SAMPLE_RATE_HZ);
  for (const { from, to } of breaths) {
    for (let i = Math.floor(from); i < to; i++) sound[i] = (sound[i] ?? 0) + (noise[i] ?? 0);
  }
  return { sound, clicks };
}

/**
 * How long each click was on its way.
 *
 * @param saidAtMs when a sample of the speech was there at the microphone.
 * @param heardAtMs when a sample of the recording left the loudspeaker, by the same clock.
 * @throws Error if not exactly the clicks that were said are in the recording.
 */
export function delaysOf(
  { clicks }: ClickedSpeech,
  saidAtMs: SampleClock,
  recording: Float32Array,
  heardAtMs: SampleClock,
): HeardClick[] {
  const heard = findImpulses(recording, msToSamples(MIN_GAP_MS));
  if (heard.length !== clicks.length) throw new Error(`${clicks.length} clicks were said, ${heard.length} heard`);
  return clicks.map(({ positionSamples, first }, i) => {
    const delayMs = heardAtMs(heard[i] ?? Number.NaN) - saidAtMs(positionSamples);
    if (!(delayMs > 0 && delayMs < MAX_DELAY_MS)) {
      throw new Error(`Click ${i + 1} of ${clicks.length} would have been on its way for ${delayMs} ms`);
    }
    return { delayMs, first };
  });
}

/** For whoever waits. */
export function summaryOf(clicks: readonly HeardClick[]): string {
  const delays = clicks.map(({ delayMs }) => delayMs);
  return `${clicks.length} clicks, ${Math.min(...delays).toFixed(0)} to ${Math.max(...delays).toFixed(0)} ms`;
}
