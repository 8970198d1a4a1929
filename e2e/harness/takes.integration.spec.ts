import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { concatenated } from '../hearing/speech.ts';
import { expectHeard, expectUnderstood, type Listener } from './takes.ts';
import { spokenOnce } from './wavs.ts';

const WHOLE = spokenOnce('clara');
const NOTHING = new Float32Array(WHOLE.length);
/** A second of it is missing. */
const DAMAGED = WHOLE.map((sample, i) => (i > 48_000 && i < 96_000 ? 0 : sample));

class FakeListener implements Listener {
  readonly nickname: string;
  readonly #sounds: readonly Float32Array[];
  takes = 0;

  constructor(nickname: string, ...sounds: Float32Array[]) {
    this.nickname = nickname;
    this.#sounds = sounds;
  }

  take() {
    const samples = concatenated([this.#sounds[this.takes++]!, NOTHING]);
    return Promise.resolve({ samples, stalledMs: 512, figures: { lossDown: 0.25 } });
  }
}

describe('takes', () => {
  const told: string[] = [];

  beforeEach(() => {
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    told.length = 0;
  });

  it('are one where it is good', async () => {
    const ben = new FakeListener('Ben', WHOLE);
    await expectUnderstood('clara', [ben]);
    expect(ben.takes).toBe(1);
    expect(told).toEqual([]);
  });

  it('are repeated by those who did not understand, and told', async () => {
    const ada = new FakeListener('Ada', WHOLE);
    const ben = new FakeListener('Ben', DAMAGED, NOTHING, WHOLE);
    await expectUnderstood('clara', [ada, ben]);
    expect([ada.takes, ben.takes]).toEqual([1, 3]);
    expect(told.join()).toMatch(/take 1, Ben: .*\n.*take 2, Ben: /);
  });

  it('fail when none is good, with the figures of each', async () => {
    const ben = new FakeListener('Ben', DAMAGED, NOTHING, DAMAGED);
    const failure = expectUnderstood('clara', [new FakeListener('Ada', WHOLE), ben]);
    await expect(failure).rejects.toThrow(/take 1, Ben: .*"stoi":0\.\d+.*\n.*take 2, Ben: .*\n.*take 3, Ben: /);
    await expect(failure).rejects.toThrow(/"correlations":\[.*"levelDbfs":-.*"stalledMs":512.*"lossDown":0\.25/);
    await expect(failure).rejects.not.toThrow('Ada');
  });

  it('ask for no more than a trace of a voice where others speak', async () => {
    await expectHeard('clara', [new FakeListener('Ben', NOTHING, DAMAGED)]);
    await expect(expectHeard('clara', [new FakeListener('Ben', NOTHING, NOTHING, NOTHING)])).rejects.toThrow(
      /"silent":true/,
    );
  });
});
