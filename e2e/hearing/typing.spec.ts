import { describe, expect, it } from 'vitest';
import { ClickSuppressor } from '../../client/audio/click-suppressor.ts';
import { FRAME_SAMPLES, dbfsToAmplitude, meanSquare } from '../../client/audio/frame.ts';
import { typing } from '../../client/audio/testing/keyboard.ts';
import { framesOf, joined, noise } from '../../client/audio/testing/sounds.ts';
import { VoiceUplink } from '../../client/audio/uplink.ts';
import { committedSpeech, concatenated, levelled } from './speech.ts';
import { intelligibility } from './stoi.ts';

/* Somebody speaks while typing. The figures for more voices and levels are in docs/adr/020. */

const SECOND = 48_000;

/** After a second in which nobody speaks. */
function spoken(levelDbfs: number): Float32Array {
  return joined(framesOf(concatenated([new Float32Array(SECOND), levelled(committedSpeech(), levelDbfs)])));
}

function mixed(...parts: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array()] = parts;
  return first.map((_, i) => parts.reduce((sum, part) => sum + (part[i] ?? 0), 0));
}

const room = (length: number): Float32Array => noise(9, dbfsToAmplitude(-60), length);

function suppressed(samples: Float32Array): Float32Array {
  const suppressor = new ClickSuppressor();
  suppressor.setRaised(true);
  return joined(
    framesOf(samples).map((frame) => {
      suppressor.process(frame);
      return frame;
    }),
  );
}

describe('speech through the raised suppression of key clicks', () => {
  it.each([-20, -30])('is as intelligible as before where nobody types after all: at %i dBFS', (levelDbfs) => {
    const speech = spoken(levelDbfs);
    const { stoi } = intelligibility(speech, suppressed(mixed(speech, room(speech.length))));
    expect(stoi).toBeGreaterThan(0.985);
  });

  it.each([
    [-20, -12, -0.006],
    [-20, -6, 0],
    [-30, -12, 0.005],
    [-30, -6, 0.02],
  ])('of %i dBFS, keys of %i dBFS: gains %f STOI or more', (levelDbfs, keysDbfs, gain) => {
    const speech = spoken(levelDbfs);
    const heard = mixed(speech, room(speech.length), typing(5, keysDbfs, speech.length));
    const before = intelligibility(speech, heard).stoi;
    expect(intelligibility(speech, suppressed(heard)).stoi - before).toBeGreaterThan(gain);
  });
});

describe('the gate while one types', () => {
  it.each([-20, -30, -40])('sends all that is said at %i dBFS, and nothing of the second before', (levelDbfs) => {
    const speech = spoken(levelDbfs);
    const sent = new Set<number>();
    const uplink = new VoiceUplink({
      encoder: { encode: () => new Uint8Array(1), setBitrate: () => undefined, free: () => undefined },
      sink: ({ timestampSamples }) => sent.add(timestampSamples / FRAME_SAMPLES),
    });
    for (const frame of framesOf(
      mixed(
        speech,
        room(speech.length).map((sample) => sample / 2),
      ),
    )) {
      uplink.setTyping(true);
      uplink.push(frame);
    }
    const powers = framesOf(speech).map(meanSquare);
    const total = powers.reduce((sum, power) => sum + power, 0);
    const unsent = powers.reduce((sum, power, i) => sum + (sent.has(i) ? 0 : power), 0);
    expect(unsent / total).toBeLessThan(0.001);
    expect(Math.min(...sent)).toBeGreaterThan(45);
  });
});
