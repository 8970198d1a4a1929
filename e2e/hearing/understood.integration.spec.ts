import { describe, expect, it } from 'vitest';
import { committedSpeech, concatenated, speech } from './speech.ts';
import { understood, utterancesOf } from './understood.ts';

const pause = (ms: number): Float32Array => new Float32Array(ms * 48);

describe('understood', () => {
  const spoken = concatenated([speech('anna'), pause(600), speech('clara')]);

  it('is perfect for a copy, wherever it lies in the recording', () => {
    expect(understood(spoken, concatenated([pause(777), spoken, pause(300)])).stoi).toBeGreaterThan(0.999);
  });

  it('does not mind that a pause became a frame longer or shorter', () => {
    const [first, second] = [speech('anna'), speech('clara')];
    expect(understood(spoken, concatenated([first, pause(620), second])).stoi).toBeGreaterThan(0.999);
    expect(understood(spoken, concatenated([first, pause(580), second])).stoi).toBeGreaterThan(0.999);
  });

  it.each([160, 200, 280])(
    'does not mind that what follows is put off by %i ms in the middle of an utterance',
    (ms) => {
      for (const voice of [speech('clara'), committedSpeech()]) {
        const middle = voice.length / 2;
        const putOff = concatenated([voice.subarray(0, middle), pause(ms), voice.subarray(middle), pause(1_000)]);
        expect(understood(voice, putOff).stoi).toBeGreaterThan(0.95);
      }
    },
  );

  it('minds that something is missing', () => {
    expect(understood(spoken, concatenated([speech('anna'), pause(9_000)])).stoi).toBeLessThan(0.8);
  });

  it('minds gaps within what is said', () => {
    const gappy = spoken.map((sample, i) => (Math.floor(i / 960) % 6 === 0 ? 0 : sample));
    expect(understood(spoken, gappy).stoi).toBeLessThan(0.95);
  });

  it('does not find one voice in another', () => {
    expect(understood(speech('anna'), speech('bruno')).stoi).toBeLessThan(0.5);
  });

  it('splits at pauses only', () => {
    expect(utterancesOf(concatenated([speech('clara'), pause(500), speech('clara')])).length).toBeGreaterThanOrEqual(2);
    expect(utterancesOf(pause(500))).toEqual([]);
  });
});
