import { FRAME_SAMPLES } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PortFrameLine, type FramePort } from './frame-line.ts';
import type { FrameAnswer, FrameQuestion } from './sandbox-messages.ts';

const frame = (...samples: number[]): Float32Array<ArrayBuffer> => {
  const all = new Float32Array(FRAME_SAMPLES);
  all.set(samples);
  return all;
};

describe('PortFrameLine', () => {
  let posted: FrameQuestion[];
  let heard: FrameAnswer[];
  let say: (message: unknown) => void;
  let closed: number;
  let flooded: number;
  let sut: PortFrameLine;

  beforeEach(() => {
    posted = [];
    heard = [];
    closed = 0;
    flooded = 0;
    const port: FramePort = {
      post: (message) => posted.push(message as FrameQuestion),
      listen: (listener) => (say = listener),
      close: () => closed++,
    };
    sut = new PortFrameLine(port, () => flooded++);
    sut.onAnswer((answer) => heard.push(answer));
  });

  const answer = { sequence: 4, samples: frame(0.5), costUs: 3, failed: false };

  it('passes answers on', () => {
    say(answer);
    expect(heard).toEqual([answer]);
  });

  it('makes of what is no sample one that can be played', () => {
    say({ ...answer, samples: frame(NaN, Infinity, -Infinity, 1.5, -7, 1, -1) });
    expect([...heard[0]!.samples.subarray(0, 8)]).toEqual([0, 0, 0, 1, -1, 1, -1, 0]);
  });

  it.each([
    ['nothing', undefined],
    ['text', 'answer'],
    ['no number', { ...answer, sequence: '4' }],
    ['a part of a number', { ...answer, sequence: 0.5 }],
    ['too few samples', { ...answer, samples: new Float32Array(3) }],
    ['a part of a buffer', { ...answer, samples: new Float32Array(FRAME_SAMPLES + 1).subarray(1) }],
    ['other samples', { ...answer, samples: new Float64Array(FRAME_SAMPLES) }],
    ['shared samples', { ...answer, samples: new Float32Array(new SharedArrayBuffer(4 * FRAME_SAMPLES)) }],
    ['no word on whether it failed', { ...answer, failed: undefined }],
  ])('hears no answer in %s', (_, message) => {
    say(message);
    expect([heard, posted]).toEqual([[], []]);
  });

  it.each([
    ['answers', answer],
    ['nonsense', 'answer'],
  ])('hears a thread no more that goes on with %s to nothing', (_, message) => {
    for (let sent = 0; sent < 100; sent++) say(message);
    expect([closed, flooded]).toEqual([1, 1]);
    expect(heard.length).toBeLessThan(10);
  });

  it('hears as many answers as it has questions, also those that come in one go', () => {
    for (let round = 0; round < 5; round++) {
      for (let sequence = 0; sequence < 50; sequence++) {
        sut.post({ sequence, hook: 'on_audio_frame_captured', speaker: 0, samples: frame() });
      }
      for (let sequence = 0; sequence < 50; sequence++) say({ ...answer, sequence });
    }
    expect([heard.length, closed, flooded]).toEqual([250, 0, 0]);
  });

  it('does not believe a cost that is none', () => {
    for (const costUs of [NaN, -1, Infinity, 'much']) say({ ...answer, samples: frame(), costUs });
    expect(heard.map(({ costUs }) => costUs)).toEqual([0, 0, 0, 0]);
  });
});
