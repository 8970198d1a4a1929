import { describe, expect, it } from 'vitest';
import { msToSamples } from '../../client/audio/frame.ts';
import { longestGapMs } from './gaps.ts';
import { committedSpeech, concatenated } from './speech.ts';

const SPOKEN = committedSpeech();
/** Loud for some hundred milliseconds. */
const LOUD_AT = loudestAt();

function loudestAt(): number {
  const window = msToSamples(150);
  let [best, most] = [0, 0];
  for (let from = 0; from + window < SPOKEN.length; from += window / 3) {
    const quietest = Math.min(...[0, 50, 100].map((ms) => power(from + msToSamples(ms), msToSamples(50))));
    if (quietest > most) [best, most] = [from, quietest];
  }
  return best;
}

function power(from: number, length: number): number {
  return SPOKEN.subarray(from, from + length).reduce((sum, sample) => sum + sample * sample, 0);
}

/** With a pause before, and what came then. */
function recording(sound: Float32Array): Float32Array {
  return concatenated([new Float32Array(msToSamples(730)), sound, SPOKEN]);
}

function holed(ms: number): Float32Array {
  return SPOKEN.map((sample, i) => (i >= LOUD_AT && i < LOUD_AT + msToSamples(ms) ? 0 : sample));
}

describe('gaps in a voice', () => {
  it('are none where it is whole, quieter or turned upside down', () => {
    expect(longestGapMs(SPOKEN, recording(SPOKEN).subarray(0, SPOKEN.length + msToSamples(800)))).toBe(0);
    expect(
      longestGapMs(
        SPOKEN,
        SPOKEN.map((sample) => -0.5 * sample),
      ),
    ).toBe(0);
  });

  it.each([40, 100])('of %i ms are found', (ms) => {
    const gapMs = longestGapMs(SPOKEN, holed(ms));
    expect(gapMs).toBeGreaterThanOrEqual(ms - 10);
    expect(gapMs).toBeLessThanOrEqual(ms + 10);
  });

  it('are all of it where nothing is heard', () => {
    expect(longestGapMs(SPOKEN, new Float32Array(SPOKEN.length))).toBeGreaterThan(200);
  });
});
