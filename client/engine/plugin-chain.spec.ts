import { FRAME_SAMPLES, PLUGIN_FRAME_DEADLINE_MS, PLUGIN_MISSED_FRAMES } from '@switchboard/protocol';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { FramePlugin } from './frame-plugin.ts';
import { MAX_PASSING_FRAMES, PluginChain } from './plugin-chain.ts';
import { FakeFrameLine } from './testing/fake-frame-line.ts';
import { ManualClock } from './testing/manual-clock.ts';

interface NumberedFrame {
  readonly number: number;
  readonly samples: Float32Array;
}

function numbered(number: number, value = 0.1): NumberedFrame {
  return { number, samples: new Float32Array(FRAME_SAMPLES).fill(value) };
}

const half = (sample: number): number => sample / 2;
const inverted = (sample: number): number => -sample;

function plugin(id: number) {
  const line = new FakeFrameLine();
  const told = { stuck: 0 };
  return { line, told, plugin: new FramePlugin(id, line, () => told.stuck++) };
}

describe(PluginChain, () => {
  let clock: ManualClock;
  let out: { readonly number: number; readonly last: number; readonly samples: Float32Array }[];
  let sut: PluginChain<NumberedFrame>;
  let next: number;

  beforeEach(() => {
    clock = new ManualClock();
    out = [];
    sut = new PluginChain({ clock });
    next = 0;
  });

  const push = (value?: number): void =>
    sut.push(numbered(next++, value), ({ number }, samples) =>
      out.push({ number, last: samples.at(-1)!, samples: samples.slice() }),
    );
  const numbers = (): number[] => out.map(({ number }) => number);
  const lasts = (): number[] => out.map(({ last }) => Math.round(last * 1_000) / 1_000);
  const use = (...plugins: { plugin: FramePlugin }[]): void => sut.use(plugins.map((one) => one.plugin));

  it('passes frames at once, the very same, where there is no plugin', () => {
    const frame = numbered(0);
    const passed: unknown[] = [];
    sut.push(frame, (...what) => passed.push(...what));
    expect(passed[0]).toBe(frame);
    expect(passed[1]).toBe(frame.samples);
  });

  it('gives a frame to each plugin in its order, and passes what the last has made of it', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    push(0.4);
    expect([a.line.asked, b.line.asked]).toEqual([1, 0]);
    expect(a.line.latest).toMatchObject({ hook: 'on_audio_frame_captured', speaker: 0, sequence: 0 });
    a.line.answer(half);
    expect(b.line.latest.samples[5]).toBeCloseTo(0.2);
    expect(out).toEqual([]);
    b.line.answer(inverted);
    expect(out[0]?.last).toBeCloseTo(-0.2);
  });

  it('does not change what was captured while a plugin has it', () => {
    const a = plugin(1);
    use(a);
    const frame = numbered(0, 0.4);
    sut.push(frame, () => undefined);
    a.line.answer(half);
    expect(frame.samples).toEqual(numbered(0, 0.4).samples);
  });

  it('passes it as it was when the time is up, and not before', () => {
    const a = plugin(1);
    use(a);
    push(0.4);
    clock.advance(PLUGIN_FRAME_DEADLINE_MS - 1);
    expect(out).toEqual([]);
    clock.advance(1);
    expect(out[0]?.last).toBeCloseTo(0.4);
    expect(a.plugin.takeStats()).toMatchObject({ frames: 1, missed: 1 });
  });

  it('keeps what the plugins before had made of it when one is late', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    push(0.4);
    a.line.answer(half);
    clock.advance(PLUGIN_FRAME_DEADLINE_MS);
    expect(out[0]?.last).toBeCloseTo(0.2);
    expect([a.plugin.takeStats().missed, b.plugin.takeStats().missed]).toEqual([0, 1]);
  });

  it('gives each plugin its own time', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    push(0.4);
    clock.advance(4);
    a.line.answer(half);
    clock.advance(4);
    expect(out).toEqual([]);
    b.line.answer(half);
    expect(out[0]?.last).toBeCloseTo(0.1);
  });

  it('drops an answer that comes too late, and one to a question that was never asked', () => {
    const a = plugin(1);
    use(a);
    push(0.4);
    clock.advance(20);
    a.line.answer(half);
    push(0.4);
    a.line.answer((sample) => sample, { sequence: 99 });
    expect(out).toHaveLength(1);
    clock.advance(20);
    expect(lasts()).toEqual([0.4, 0.4]);
  });

  it('asks a plugin no second time while it has a frame, and no frame waits for it then', () => {
    const a = plugin(1);
    use(a);
    push();
    clock.advance(20);
    push();
    expect([a.line.asked, out.length]).toEqual([1, 2]);
    a.line.answer();
    push();
    expect(a.line.asked).toBe(2);
    a.line.answer();
    expect(numbers()).toEqual([0, 1, 2]);
    expect(a.plugin.takeStats()).toMatchObject({ frames: 3, missed: 2 });
  });

  it('tells after so many misses in a row that a plugin is stuck, once, and costs nothing after that', () => {
    const a = plugin(1);
    use(a);
    for (let i = 0; i < PLUGIN_MISSED_FRAMES; i++) {
      expect(a.told.stuck).toBe(0);
      push();
      clock.advance(20);
    }
    expect(a.told.stuck).toBe(1);
    for (let i = 0; i < 20; i++) push();
    expect([out.length, a.line.asked, a.told.stuck]).toEqual([PLUGIN_MISSED_FRAMES + 20, 1, 1]);
  });

  it('takes no plugin for stuck that was late once, for frames that came in one go', () => {
    const a = plugin(1);
    use(a);
    for (let i = 0; i < PLUGIN_MISSED_FRAMES; i++) push();
    clock.advance(PLUGIN_FRAME_DEADLINE_MS + 1);
    expect([out.length, a.told.stuck]).toEqual([PLUGIN_MISSED_FRAMES, 0]);
    a.line.answer();
    push();
    expect(a.line.asked).toBe(2);
    a.line.answer(half);
    expect(out.at(-1)?.last).toBeCloseTo(0.05);
  });

  it.each([
    [4_000, 0],
    [6_000, 1],
  ])('takes a plugin that is late each time for stuck only where it took long itself: %i µs', (costUs, stuck) => {
    const a = plugin(1);
    use(a);
    for (let i = 0; i < 2 * PLUGIN_MISSED_FRAMES; i++) {
      push();
      clock.advance(PLUGIN_FRAME_DEADLINE_MS + 1);
      a.line.answer(half, { costUs });
      clock.advance(20 - PLUGIN_FRAME_DEADLINE_MS - 1);
    }
    expect([out.length, a.told.stuck]).toEqual([2 * PLUGIN_MISSED_FRAMES, stuck]);
  });

  it('counts misses in a row: an answer in time begins anew', () => {
    const a = plugin(1);
    use(a);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < PLUGIN_MISSED_FRAMES - 1; i++) {
        push();
        clock.advance(20);
      }
      a.line.answerAll();
      push();
      a.line.answer();
    }
    expect(a.told.stuck).toBe(0);
    expect(a.plugin.takeStats().missed).toBe(3 * (PLUGIN_MISSED_FRAMES - 1));
  });

  it('passes a frame as it was where the plugin failed, and counts that as a miss', () => {
    const a = plugin(1);
    use(a);
    for (let i = 0; i < PLUGIN_MISSED_FRAMES; i++) {
      push(0.4);
      a.line.answer(half, { failed: true });
    }
    expect(out.every(({ last }) => Math.abs(last - 0.4) < 1e-6)).toBe(true);
    expect([out.length, a.told.stuck, a.plugin.takeStats().missed]).toEqual([
      PLUGIN_MISSED_FRAMES,
      1,
      PLUGIN_MISSED_FRAMES,
    ]);
  });

  it('takes a question for lost that a later one was answered instead of', () => {
    const a = plugin(1);
    const settled: unknown[] = [];
    for (const number of [0, 1]) {
      a.plugin.ask('on_audio_frame_received', 1, numbered(number).samples, (samples) => settled.push(samples?.[0]));
    }
    a.line.ignore();
    a.line.answer();
    expect(settled).toEqual([undefined, expect.closeTo(0.1)]);
  });

  it('lets frames overtake no other, however long each waits', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    push();
    a.line.answer();
    push();
    // The second is with the first plugin while the first is with the second.
    expect([a.line.waiting.length, b.line.waiting.length]).toEqual([1, 1]);
    a.line.answer();
    expect([b.line.asked, out.length]).toEqual([1, 0]);
    b.line.answer();
    expect([b.line.asked, out.length]).toEqual([2, 1]);
    b.line.answer();
    expect(numbers()).toEqual([0, 1]);
  });

  it('waits for frames of the plugins before, when other plugins are used', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a);
    push();
    use(b);
    push();
    expect(b.line.asked).toBe(0);
    a.line.answer();
    b.line.answer();
    use();
    push();
    expect(numbers()).toEqual([0, 1, 2]);
  });

  it('passes the oldest by where too many wait, and loses none', () => {
    const a = plugin(1);
    use(a);
    for (let i = 0; i < MAX_PASSING_FRAMES; i++) push();
    expect(numbers()).toEqual([]);
    push();
    // The plugin still has the first, and is late with it: the others wait for it no more.
    expect(numbers()).toEqual(Array.from({ length: MAX_PASSING_FRAMES + 1 }, (_, i) => i));
    expect(a.line.asked).toBe(1);
  });

  it('lets go at once of frames that a plugin has when that has ended', () => {
    const [a, b] = [plugin(1), plugin(2)];
    use(a, b);
    push(0.4);
    a.plugin.end();
    b.line.answer(half);
    expect(out[0]?.last).toBeCloseTo(0.2);
    expect(a.plugin.takeStats().missed).toBe(0);
  });

  it('passes nothing that was dropped, and the next one as ever', () => {
    const a = plugin(1);
    use(a);
    push();
    sut.drop();
    a.line.answer();
    clock.advance(20);
    expect(out).toEqual([]);
    push();
    a.line.answer();
    expect(numbers()).toEqual([1]);
    expect(a.plugin.takeStats().missed).toBe(0);
  });

  it('reads what has come before it calls a plugin late, when it was itself held up', () => {
    const a = plugin(1);
    use(a);
    push(0.4);
    clock.hold(50);
    clock.advance(0);
    expect([out.length, a.plugin.takeStats().missed]).toEqual([0, 0]);
    a.line.answer(half);
    expect(out[0]?.last).toBeCloseTo(0.2);
    push();
    clock.hold(50);
    clock.advance(0);
    clock.advance(1);
    expect([out.length, a.plugin.takeStats().missed]).toEqual([2, 1]);
  });

  it('copes with a plugin that answers at once', () => {
    const line = new FakeFrameLine();
    const eager = new FramePlugin(1, line, () => undefined);
    const { post } = line;
    line.post = (question) => {
      post.call(line, question);
      line.answer(half);
    };
    sut.use([eager, eager]);
    push(0.4);
    push(0.4);
    clock.advance(20);
    expect(lasts()).toEqual([0.1, 0.1]);
    expect(eager.takeStats().missed).toBe(0);
  });

  it('loses no sound, and gives a plugin up, where it cannot even be asked', () => {
    const [a, b] = [plugin(1), plugin(2)];
    a.line.post = () => {
      throw new Error('detached');
    };
    use(a, b);
    for (let i = 0; i < 3; i++) {
      push(0.4);
      b.line.answer(half);
    }
    expect([lasts(), a.told.stuck]).toEqual([[0.2, 0.2, 0.2], 1]);
  });

  it('tells what plugins cost, of the time since it was last asked', () => {
    const a = plugin(1);
    use(a);
    for (const costUs of [10, 30]) {
      push();
      a.line.answer(half, { costUs });
    }
    expect(a.plugin.takeStats()).toEqual({ sandboxId: 1, frames: 2, missed: 0, meanUs: 20, maxUs: 30 });
    expect(a.plugin.takeStats()).toEqual({ sandboxId: 1, frames: 0, missed: 0, meanUs: 0, maxUs: 0 });
  });

  it('uses buffers again', () => {
    const a = plugin(1);
    use(a);
    push();
    const { buffer } = a.line.latest.samples;
    const samples = new Float32Array(buffer);
    a.line.answer(undefined, { samples });
    push();
    // It went along with the second question.
    expect(samples.length).toBe(0);
  });

  describe('where the way of frames changes', () => {
    /** The largest step between neighbouring samples, over all that has left. */
    const steepest = (): number => {
      const all = out.flatMap(({ samples }) => [...samples]);
      return all.reduce((most, sample, i) => (i === 0 ? 0 : Math.max(most, Math.abs(sample - all[i - 1]!))), 0);
    };
    const SMOOTH = 1 / 240 + 1e-6;

    it.each([
      ['a plugin is switched on and off', (a: ReturnType<typeof plugin>) => [[], [a], [a], [], []]],
      ['another takes its place', (a: ReturnType<typeof plugin>) => [[a], [a], [plugin(3)], [a]]],
    ])('leads from one to the other without a click: %s', (_, steps) => {
      const a = plugin(1);
      for (const plugins of steps(a)) {
        use(...plugins);
        push(0.5);
        for (const { line } of plugins) line.answer(inverted);
        clock.advance(20);
      }
      expect(steepest()).toBeLessThan(SMOOTH);
      // After 5 ms it is what it is to be.
      expect(Math.abs(out.at(-1)!.last)).toBeCloseTo(0.5);
    });

    it('does so where a plugin misses a frame and is back', () => {
      const a = plugin(1);
      use(a);
      for (const answers of [true, true, false, true, true]) {
        push(0.5);
        if (answers) a.line.answer(inverted);
        clock.advance(20);
        a.line.answerAll(inverted);
      }
      expect(out.map(({ last }) => Math.round(last * 10))).toEqual([-5, -5, 5, -5, -5]);
      expect(steepest()).toBeLessThan(SMOOTH);
    });

    it('never goes beyond full scale', () => {
      const a = plugin(1);
      use(a);
      push(1);
      a.line.answer(inverted);
      use();
      push(-1);
      push(1);
      expect(out.every(({ samples }) => samples.every((sample) => Math.abs(sample) <= 1))).toBe(true);
    });

    it('changes no sample while frames go the same way', () => {
      const a = plugin(1);
      use(a);
      for (let i = 0; i < 3; i++) {
        push(0.5 - i / 10);
        a.line.answer(half);
      }
      out.forEach(({ samples }, i) => expect(samples).toEqual(numbered(0, (0.5 - i / 10) / 2).samples));
      expect(out).toHaveLength(3);
    });
  });

  it('whatever plugins do and whichever are used, lets each frame leave once, in order, and soon', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant('push' as const) },
        fc.record({ answer: fc.nat(3), failed: fc.boolean() }),
        fc.record({ late: fc.nat(3) }),
        fc.record({ passMs: fc.integer({ min: 0, max: 30 }) }),
        fc.record({ use: fc.subarray([0, 1, 2, 3]) }),
        fc.record({ end: fc.nat(3) }),
      ),
      { maxLength: 120, size: 'max' },
    );
    fc.assert(
      fc.property(steps, (script) => {
        clock = new ManualClock();
        out = [];
        next = 0;
        sut = new PluginChain({ clock });
        const plugins = [plugin(1), plugin(2), plugin(3), plugin(4)];
        const pushedAtMs: number[] = [];
        for (const step of script) {
          if (step === 'push') {
            pushedAtMs.push(clock.nowMs());
            push();
          } else if ('answer' in step) plugins[step.answer]!.line.answer(half, { failed: step.failed });
          else if ('late' in step) plugins[step.late]!.line.ignore();
          else if ('passMs' in step) clock.advance(step.passMs);
          else if ('use' in step) use(...step.use.map((index) => plugins[index]!));
          else {
            plugins[step.end]!.plugin.end();
            plugins[step.end] = plugin(10 + pushedAtMs.length);
          }
          // Each waits for four plugins at most, after those before it.
          const stillIn = pushedAtMs.length - out.length;
          expect(stillIn).toBeLessThanOrEqual(MAX_PASSING_FRAMES);
          const oldest = pushedAtMs[out.length] ?? clock.nowMs();
          expect(clock.nowMs() - oldest).toBeLessThan(4 * PLUGIN_FRAME_DEADLINE_MS * MAX_PASSING_FRAMES);
        }
        clock.advance(10_000);
        expect(numbers()).toEqual(pushedAtMs.map((_, number) => number));
      }),
      { numRuns: 500 },
    );
  });
});
