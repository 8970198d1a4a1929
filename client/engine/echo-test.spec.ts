import { FRAME_SAMPLES } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ECHO_DELAY_FRAMES, ECHO_TEST_MS, EchoTest } from './echo-test.ts';
import { ManualClock } from './testing/manual-clock.ts';

function frameOf(value: number): Float32Array {
  return new Float32Array(FRAME_SAMPLES).fill(value);
}

describe(EchoTest, () => {
  let clock: ManualClock;
  let ended: number;
  let sut: EchoTest;
  let frames: number;

  beforeEach(() => {
    clock = new ManualClock();
    ended = 0;
    frames = 0;
    sut = new EchoTest(clock, () => ended++);
  });

  /** Frame n is said as n: what is heard in the end, a frame each; undefined for silence. */
  function talk(count: number): (number | undefined)[] {
    return Array.from({ length: count }, () => {
      sut.captured(frameOf(++frames));
      return sut.next()?.at(500);
    });
  }

  it('plays what was said a second later, in order and whole', () => {
    sut.start();
    const heard = talk(ECHO_DELAY_FRAMES + 10);
    expect(heard.slice(0, ECHO_DELAY_FRAMES - 1)).toEqual(Array(ECHO_DELAY_FRAMES - 1).fill(undefined));
    expect(heard.slice(ECHO_DELAY_FRAMES)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('begins from silence, and ends in it', () => {
    sut.start();
    talk(ECHO_DELAY_FRAMES - 1);
    sut.captured(frameOf(1));
    const first = sut.next() ?? frameOf(9);
    expect(first[0]).toBeLessThan(0.002);
    expect(first.at(-1)).toBe(1);
    sut.stop();
    const last = sut.next() ?? frameOf(9);
    expect(last[0]).toBeGreaterThan(1.99);
    expect(last.at(-1)).toBe(0);
    expect(sut.next()).toBeUndefined();
  });

  it('keeps nothing of what is said while it is off', () => {
    expect(talk(ECHO_DELAY_FRAMES + 1)).toEqual(Array(ECHO_DELAY_FRAMES + 1).fill(undefined));
    sut.start();
    sut.stop();
    expect(talk(ECHO_DELAY_FRAMES + 1)).toEqual(Array(ECHO_DELAY_FRAMES + 1).fill(undefined));
  });

  it('takes a copy: the frame is the microphone’s own again', () => {
    sut.start();
    const frame = frameOf(1);
    for (let i = 0; i < ECHO_DELAY_FRAMES; i++) sut.captured(frame);
    frame.fill(9);
    sut.next();
    expect(sut.next()?.[0]).toBe(1);
  });

  it('fades out where the microphone brings no more, and gathers a second anew', () => {
    sut.start();
    talk(ECHO_DELAY_FRAMES);
    for (let i = 0; i < ECHO_DELAY_FRAMES - 2; i++) sut.next();
    const last = sut.next() ?? frameOf(9);
    expect(last.at(-1)).toBe(0);
    expect(sut.next()).toBeUndefined();
    expect(talk(2)).toEqual([undefined, undefined]);
  });

  it('keeps two seconds at most where nothing is played', () => {
    sut.start();
    for (let i = 0; i < 500; i++) sut.captured(frameOf(i));
    sut.next();
    expect(sut.next()?.[0]).toBe(500 - 2 * ECHO_DELAY_FRAMES + 1);
  });

  it('ends by itself, once', () => {
    sut.start();
    clock.advance(ECHO_TEST_MS - 1);
    expect(sut.on).toBe(true);
    clock.advance(1);
    expect([sut.on, ended]).toEqual([false, 1]);
    sut.start();
    clock.advance(1_000);
    sut.stop();
    clock.advance(ECHO_TEST_MS);
    expect(ended).toBe(1);
  });

  it('is not prolonged by another call to start', () => {
    sut.start();
    clock.advance(ECHO_TEST_MS - 1);
    sut.start();
    clock.advance(1);
    expect(sut.on).toBe(false);
  });
});
