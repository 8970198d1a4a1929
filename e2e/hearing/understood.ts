/** How well all that was said is understood from a recording: one figure for a test to stand on. */

import { meanSquare, msToSamples } from '../../client/audio/frame.ts';
import { Locator } from './locator.ts';
import { concatenated } from './speech.ts';
import { intelligibility, type Intelligibility } from './stoi.ts';

const BLOCK_SAMPLES = msToSamples(20);
/** A block this much weaker than the loudest is a pause (STOI itself leaves out what is 40 dB below). */
const PAUSE_SHARE = 1e-4;
/** Pauses shorter than this lie within an utterance. A talk spurt, whose delay may change, needs a longer one to end. */
const UTTERANCE_PAUSE_BLOCKS = 12;
/** Shorter utterances are taken together with the next: too little to be found by. */
const MIN_UTTERANCE_BLOCKS = 15;
/**
 * Within an utterance the delay may change too, after a stall: pieces of this length are aligned again, near the whole. By
 * 280 ms at most: what a jitter buffer holds (200 ms) and a page's lead before the loudspeaker (80 ms). Found no further than 150 ms
 * away, six seconds without a pause came to 0.64 when they were put off by 200 ms in their middle, with nothing lost.
 */
const PIECE_SAMPLES = msToSamples(500);
const PIECE_SHIFT_SAMPLES = msToSamples(300);

export interface Understanding extends Intelligibility {
  /** What was found for each utterance, 0..1; a low one was not heard, or not whole. */
  readonly correlations: readonly number[];
}

/**
 * STOI and ESTOI of everything in `spoken`, each utterance, and each half second within it, aligned by itself as in ITU-T P.862:
 * a change of delay by as much as buffers hold is no loss to a listener; what is missing around it is, and counts. `recorded` holds `spoken` at least once, anywhere. Both mono 48 kHz.
 *
 * @throws RangeError if nothing was spoken.
 */
export function understood(spoken: Float32Array, recorded: Float32Array): Understanding {
  const utterances = utterancesOf(spoken);
  if (utterances.length === 0) throw new RangeError('Nothing was spoken');
  const longest = Math.max(...utterances.map(({ length }) => length));
  const locator = new Locator(recorded, longest);
  const heard = utterances.map((utterance) => {
    const { position, correlation } = locator.find(utterance);
    const pieces = piecesOf(utterance).map(({ offset, samples }) => {
      const expected = position + offset;
      const near = locator.find(samples, expected - PIECE_SHIFT_SAMPLES, expected + PIECE_SHIFT_SAMPLES);
      const start = Math.round(near.position);
      return samples.map((_, i) => recorded[start + i] ?? 0);
    });
    return { correlation, samples: concatenated(pieces) };
  });
  return {
    ...intelligibility(concatenated(utterances), concatenated(heard.map(({ samples }) => samples))),
    correlations: heard.map(({ correlation }) => correlation),
  };
}

/** The last piece is up to twice as long: a short rest would be too little to be found by. */
function piecesOf(utterance: Float32Array): { offset: number; samples: Float32Array }[] {
  const count = Math.max(1, Math.floor(utterance.length / PIECE_SAMPLES));
  return Array.from({ length: count }, (_, i) => {
    const offset = i * PIECE_SAMPLES;
    return { offset, samples: utterance.subarray(offset, i === count - 1 ? utterance.length : offset + PIECE_SAMPLES) };
  });
}

/** What lies between longer pauses, with a little of the pause around it. */
export function utterancesOf(spoken: Float32Array): Float32Array[] {
  const powers = Array.from({ length: Math.floor(spoken.length / BLOCK_SAMPLES) }, (_, i) =>
    meanSquare(spoken.subarray(i * BLOCK_SAMPLES, (i + 1) * BLOCK_SAMPLES)),
  );
  const floor = PAUSE_SHARE * Math.max(0, ...powers);
  const utterances: { from: number; to: number }[] = [];
  for (const [block, power] of powers.entries()) {
    if (power <= floor) continue;
    const last = utterances.at(-1);
    const continues =
      last !== undefined && (block - last.to < UTTERANCE_PAUSE_BLOCKS || last.to - last.from < MIN_UTTERANCE_BLOCKS);
    if (continues) last.to = block + 1;
    else utterances.push({ from: block, to: block + 1 });
  }
  return utterances.map(({ from, to }) =>
    spoken.subarray(Math.max(0, from - 1) * BLOCK_SAMPLES, (to + 1) * BLOCK_SAMPLES),
  );
}
