import { setTimeout as sleep } from 'node:timers/promises';
import { findImpulses } from '../../e2e/hearing/click-detector.ts';
import type { SoundCard } from '../../e2e/harness/sound-card.ts';
import { msToSamples } from '../../client/audio/frame.ts';
import { clickedSpeech, delaysOf, type HeardClick } from '../talk/clicks.ts';

/** What is still on its way after the last click. */
const AFTERWARDS_MS = 1_500;
const MIN_GAP_MS = 180;

/** Not every click is in a recording. */
export class LostClicks extends Error {}

/**
 * Says clicks into one's microphone and finds them at the other's loudspeaker. Both are recorded as devices, so that what the
 * player itself needs is in neither.
 *
 * @throws LostClicks
 */
export async function clicksBetween(speaker: SoundCard, listener: SoundCard): Promise<HeardClick[]> {
  const speech = clickedSpeech();
  const [said, heard] = await Promise.all([speaker.recordMicrophone(), listener.record()]);
  await speaker.play(speech.sound);
  await sleep(AFTERWARDS_MS);
  await Promise.all([said.stop(), heard.stop()]);

  const spoken = findImpulses(said.samples, msToSamples(MIN_GAP_MS));
  const { clicks } = speech;
  if (spoken.length !== clicks.length)
    throw new LostClicks(`${clicks.length} clicks were said, ${spoken.length} recorded`);
  const saidAtMs = new Map(
    clicks.map(({ positionSamples }, i) => [positionSamples, said.startedAtMs + (spoken[i] ?? Number.NaN) / 48]),
  );
  try {
    return delaysOf(
      speech,
      (position) => saidAtMs.get(position) ?? Number.NaN,
      heard.samples,
      (position) => heard.startedAtMs + position / 48,
    );
  } catch (cause) {
    throw new LostClicks(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
