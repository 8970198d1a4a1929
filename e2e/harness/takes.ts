/**
 * Judging what people hear, in takes: sound is real time, and a machine that is held up for half a second spoils one take whatever
 * the program does. What is wrong with the program is wrong in the next take too.
 */

import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { findClicks } from '../hearing/click-detector.ts';
import { longestGapMs } from '../hearing/gaps.ts';
import { silentOf } from '../hearing/heard.ts';
import { shareOfPitch } from '../hearing/pitch.ts';
import type { VoiceName } from '../hearing/speech.ts';
import { understood } from '../hearing/understood.ts';
import { secondsOf, spokenOnce } from './wavs.ts';

/** What came out of one loudspeaker. */
export interface Take {
  /** Mono, 48 kHz. */
  readonly samples: Float32Array;
  /** How far the sound fell behind the clock on the wall meanwhile. */
  readonly stalledMs: number;
  /** The client's own last figures of the lane and of those it hears; null where it shows none. */
  readonly figures: unknown;
}

/** Someone whose loudspeaker is recorded. */
export interface Listener {
  readonly nickname: string;
  /** What comes out of it during the next `seconds`, and up to two more. */
  take(seconds: number): Promise<Take>;
}

/** Intelligibility that any two people are owed (STOI, 0..1). */
const UNDERSTOOD = 0.95;
/** The same where the sound goes through devices on its way: their clocks and buffers cost some of it. */
export const UNDERSTOOD_BY_DEVICES = 0.9;
/**
 * How much of a voice on one note is on that note: none of it where it speaks freely; 0.8 measured where nothing is late, for sounds begin and end
 * beside the note, and 0.55 on a machine with five times the work that it can do, where frames pass as they were.
 */
const ON_ONE_NOTE = 0.5;
/** What may be missing or broken in a voice on one note: nothing that one hears. */
const WHOLE: Faults = { gapMs: 20, clicks: 0 };
/** The same where the sound goes through devices on its way: of those on a busy machine it is not to be told. */
export const BROKEN_BY_DEVICES: Faults = { gapMs: Infinity, clicks: Infinity };
const TAKES = 3;

/** For `describe`: time, in ms, for every take that a test may need. */
export const LISTENING = { timeout: 300_000 };

interface Faults {
  readonly gapMs: number;
  readonly clicks: number;
}

interface Verdict {
  readonly passed: boolean;
  /** What was measured; goes into the failure. */
  readonly measured: Readonly<Record<string, unknown>>;
}

/**
 * Resolves once each of these has understood everything that a looped voice says, in the same take or each in another.
 *
 * @param owed the intelligibility (STOI, 0..1) that each is owed
 * @throws Error with the figures of every take
 */
export async function expectUnderstood(
  voice: VoiceName,
  listeners: readonly Listener[],
  owed = UNDERSTOOD,
): Promise<void> {
  const spoken = spokenOnce(voice);
  // Two rounds: every utterance is whole in it, wherever it begins.
  await untilPassed(`${voice} is understood`, listeners, 2 * secondsOf(spoken), (samples) => {
    const { stoi, estoi, correlations } = understood(spoken, samples);
    return { passed: stoi >= owed, measured: { stoi, estoi, correlations, ...silentOf(spoken, samples) } };
  });
}

/**
 * Resolves once each of these has heard a looped voice at all, whatever else is heard beside it.
 *
 * @throws Error with the figures of every take
 */
export async function expectHeard(voice: VoiceName, listeners: readonly Listener[]): Promise<void> {
  const spoken = spokenOnce(voice);
  await untilPassed(`${voice} is heard`, listeners, secondsOf(spoken), (samples) => {
    const trace = silentOf(spoken, samples);
    return { passed: !trace.silent, measured: { ...trace } };
  });
}

/**
 * Resolves once each of these has heard a looped voice speak on one note, without a gap or a click.
 *
 * @param borne the faults that may be in it
 * @throws Error with the figures of every take
 */
export async function expectOnOneNote(
  voice: VoiceName,
  pitchHz: number,
  listeners: readonly Listener[],
  borne = WHOLE,
): Promise<void> {
  const spoken = spokenOnce(voice);
  await untilPassed(`${voice} speaks at ${String(pitchHz)} Hz`, listeners, 2 * secondsOf(spoken), (samples) => {
    const share = shareOfPitch(pitchHz, samples);
    const gapMs = longestGapMs(spoken, samples);
    const clicks = findClicks(samples).length;
    const passed = share >= ON_ONE_NOTE && gapMs <= borne.gapMs && clicks <= borne.clicks;
    return { passed, measured: { share, gapMs, clicks } };
  });
}

async function untilPassed(
  claim: string,
  listeners: readonly Listener[],
  seconds: number,
  judge: (samples: Float32Array) => Verdict,
): Promise<void> {
  const spoilt: string[] = [];
  let waiting = listeners;
  for (let take = 1; take <= TAKES && waiting.length > 0; take++) {
    const heldUp = monitorEventLoopDelay({ resolution: 10 });
    heldUp.enable();
    const takes = await Promise.all(waiting.map(async (listener) => ({ listener, ...(await listener.take(seconds)) })));
    heldUp.disable();
    // Judged when all is recorded: the work would disturb what is still being played.
    const failed = takes.flatMap(({ listener, samples, stalledMs, figures }) => {
      const { passed, measured } = judge(samples);
      if (passed) return [];
      const machine = { stalledMs, testHeldUpMs: heldUp.max / 1e6, loadPerMinute: loadavg()[0] };
      const told = JSON.stringify({ ...measured, seconds: secondsOf(samples), ...machine, figures }, rounded);
      spoilt.push(`take ${String(take)}, ${listener.nickname}: ${told}`);
      return [listener];
    });
    waiting = failed;
  }
  if (spoilt.length === 0) return;
  const report = spoilt.join('\n  ');
  if (waiting.length > 0) throw new Error(`Not so in ${String(TAKES)} takes: ${claim}.\n  ${report}`);
  // A take that fails now and then is the machine; one that often does is not, and should be seen.
  process.stderr.write(`Not so in the first take: ${claim}.\n  ${report}\n`);
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
}
