import { beforeEach, describe, expect, it } from 'vitest';
import { TurnedClock } from '../testing/turned-clock.ts';
import { SpeakerInUse } from './speaker-in-use.ts';
import { FakeLibrary, speaker } from './testing/fake-library.ts';

describe('SpeakerInUse', () => {
  let first: FakeLibrary;
  let second: FakeLibrary;
  let clock: TurnedClock;
  let rendered: number;
  let sut: SpeakerInUse;
  const dock = speaker('dock');

  beforeEach(() => {
    first = new FakeLibrary('first');
    second = new FakeLibrary('second');
    clock = new TurnedClock();
    rendered = 0;
    sut = new SpeakerInUse([first, second], clock, { render: () => rendered++, log: () => undefined });
    first.there = [dock];
  });

  /** Time passes, and what it set off happens. */
  async function pass(ms: number): Promise<void> {
    clock.turn(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  it('plays to the default, then to the one that is chosen', async () => {
    await sut.use(undefined, [dock]);
    const before = first.last;
    expect(before.deviceId).toBeUndefined();
    await sut.use('dock', [dock]);
    expect(first.last.deviceId).toBe('dock');
    expect([before.closed, sut.reopenings]).toEqual([true, 1]);
    expect(sut.figures).toEqual({ underruns: 4, skippedFrames: 6, leadMs: 30 });
  });

  it('goes on at the default while the chosen one is unplugged, and goes back', async () => {
    await sut.use('dock', [dock]);
    await sut.listed([]);
    expect(first.last.deviceId).toBeUndefined();
    await sut.listed([]);
    expect(first.lines).toHaveLength(2);
    await sut.listed([dock]);
    expect(first.last.deviceId).toBe('dock');
    expect(first.lines.map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  it('takes the other library when one fails', async () => {
    first.failure = new Error('busy');
    await sut.use(undefined, []);
    expect(sut.library).toBe('second');
  });

  it('renders at the pace of the clock while nothing can be played to, and plays when it can', async () => {
    first.failure = second.failure = new Error('none');
    await sut.use(undefined, []);
    expect(sut.library).toBeUndefined();
    clock.turn(1_000);
    expect(rendered).toBe(50);
    first.failure = undefined;
    await sut.listed([]);
    expect(sut.library).toBe('first');
    clock.turn(1_000);
    expect(rendered).toBe(50);
  });

  it('opens a speaker again that failed: at once, then after a while, in which frames are rendered', async () => {
    await sut.use(undefined, [dock]);
    const failed = first.last;
    failed.events.failed(new Error('xrun'));
    failed.events.failed(new Error('xrun'));
    await pass(0);
    expect(first.lines).toHaveLength(2);
    expect(failed.closed).toBe(true);
    first.last.events.failed(new Error('xrun'));
    await pass(240);
    expect([first.lines.length, rendered]).toEqual([2, 12]);
    await pass(10);
    expect(first.lines).toHaveLength(3);
  });

  it('does not open what fails over and over without end', async () => {
    await sut.use(undefined, [dock]);
    for (let i = 0; i < 20; i++) {
      if (sut.library !== undefined) first.last.events.failed(new Error('xrun'));
      await pass(300);
    }
    expect(first.lines).toHaveLength(5);
    await sut.listed([dock]);
    expect(first.lines).toHaveLength(6);
  });

  it('plays nothing after it is closed', async () => {
    await sut.use(undefined, [dock]);
    await sut.close();
    expect(first.last.closed).toBe(true);
    await sut.listed([dock]);
    clock.turn(1_000);
    expect([first.lines.length, rendered]).toEqual([1, 0]);
  });
});
