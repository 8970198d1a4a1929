import { FRAME_SAMPLES } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FrameAnswer, FrameQuestion } from '../../plugins/sandbox-messages.ts';
import { FrameMemory, SharedFrameLine, ThreadFrames } from './shared-frames.ts';

/** Places of counters, as a thread would write them that is not ours. */
const ASKED = 1;
const ANSWERED = 2;
const SLOTS = 128;

describe('SharedFrameLine and ThreadFrames', () => {
  let memory: FrameMemory;
  let thread: ThreadFrames;
  let heard: FrameAnswer[];
  let sut: SharedFrameLine;

  beforeEach(() => {
    memory = new FrameMemory();
    thread = new ThreadFrames(new FrameMemory(memory.buffer));
    heard = [];
    sut = new SharedFrameLine(memory);
    sut.onAnswer((answer) => heard.push(answer));
  });

  function ask(sequence: number, value = 0.5): FrameQuestion {
    const samples = new Float32Array(FRAME_SAMPLES).fill(value);
    const question: FrameQuestion = { sequence, hook: 'on_audio_frame_received', speaker: 3, samples };
    sut.post(question);
    return question;
  }

  const half = (question: FrameQuestion): FrameAnswer => {
    for (const [index, sample] of question.samples.entries()) question.samples[index] = sample / 2;
    return { ...question, costUs: 7, failed: false };
  };

  it('takes a frame there and back', async () => {
    const { samples } = ask(9);
    const asked: FrameQuestion[] = [];
    thread.serve((question) => {
      asked.push(question);
      return half(question);
    });
    expect(asked).toMatchObject([{ hook: 'on_audio_frame_received', speaker: 3 }]);
    await expect.poll(() => heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ sequence: 9, costUs: 7, failed: false });
    expect(heard[0]!.samples).toBe(samples);
    expect(samples.every((sample) => sample === 0.25)).toBe(true);
  });

  it('keeps the order of all that are on their way, far beyond its slots', async () => {
    let next = 0;
    for (let round = 0; round < 50; round++) {
      for (let sent = 0; sent < 1 + (round % SLOTS); sent++) ask(next++, (next % 100) / 100);
      expect(thread.serve(half)).toBe(true);
      await expect.poll(() => heard.length, { interval: 1 }).toBe(next);
    }
    expect(heard.map(({ sequence }) => sequence)).toEqual(Array.from({ length: next }, (_, index) => index));
    expect(thread.serve(half)).toBe(false);
  });

  it('takes one frame of each of a hundred who speak at once', async () => {
    for (let speaker = 0; speaker < 100; speaker++) ask(speaker);
    thread.serve(half);
    await expect.poll(() => heard.length, { interval: 1 }).toBe(100);
  });

  it('counts on when its counters wrap', async () => {
    // As after 2³¹ frames.
    const at = 2 ** 31 - 2;
    for (const place of [ASKED, ANSWERED]) memory.counters[place] = at;
    thread = new ThreadFrames(memory, at);
    sut = new SharedFrameLine(memory, at);
    sut.onAnswer((answer) => heard.push(answer));
    for (let sequence = 0; sequence < 5; sequence++) {
      ask(sequence);
      thread.serve(half);
      await expect.poll(() => heard.length, { interval: 1 }).toBe(sequence + 1);
    }
    expect(memory.counters[ANSWERED]).toBe(-(2 ** 31) + 3);
  });

  it('misses frames that a thread has no room for, and goes on', async () => {
    for (let sequence = 0; sequence < SLOTS + 5; sequence++) ask(sequence);
    thread.serve(half);
    await expect.poll(() => heard.length, { interval: 1 }).toBe(SLOTS);
    ask(99);
    thread.serve(half);
    await expect.poll(() => heard.at(-1)?.sequence).toBe(99);
  });

  it('makes of what is no sample one that can be played', async () => {
    ask(0);
    thread.serve((question) => {
      question.samples.set([NaN, Infinity, -3]);
      return { ...question, costUs: NaN, failed: true };
    });
    await expect.poll(() => heard).toHaveLength(1);
    expect([...heard[0]!.samples.subarray(0, 4)]).toEqual([0, 0, -1, 0.5]);
    expect(heard[0]).toMatchObject({ costUs: 0, failed: true });
  });

  it.each([
    ['more answers than questions', 1_000],
    ['fewer than none', -1],
  ])('takes nothing from a thread that counts %s', async (_, answered) => {
    const wakes = countWakes();
    ask(0);
    for (let rung = 0; rung < 100; rung++) {
      Atomics.store(memory.counters, ANSWERED, answered + (rung % 2));
      Atomics.notify(memory.counters, ANSWERED);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(heard).toEqual([]);
    // And does not let it keep the engine busy.
    expect(wakes()).toBeLessThan(20);
  });

  function countWakes(): () => number {
    const waiting = Atomics.waitAsync;
    let count = 0;
    Atomics.waitAsync = ((...parameters: Parameters<typeof waiting>) => {
      count++;
      return waiting(...parameters);
    }) as typeof waiting;
    return () => {
      Atomics.waitAsync = waiting;
      return count;
    };
  }

  it('says nothing more once it is closed', async () => {
    ask(0);
    thread.serve(half);
    sut.close();
    await new Promise((resolve) => setImmediate(resolve));
    ask(1);
    expect([heard, thread.serve(half)]).toEqual([[], false]);
  });

  it('rings for each frame', () => {
    const before = thread.bell;
    ask(0);
    expect(thread.bell).not.toBe(before);
    // Would not return.
    thread.wait(before);
  });
});
