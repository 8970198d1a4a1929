import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { MAX_FORWARD_LIMIT } from '../limits.ts';
import { channelAudio } from './model.ts';

describe('channelAudio', () => {
  const takes = (forwardLimit: unknown) =>
    v.is(channelAudio, { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit });

  it('limits the speakers to a number, to none left out, or leaves it to the server', () => {
    expect([null, 0, 1, MAX_FORWARD_LIMIT].map(takes)).toEqual([true, true, true, true]);
    expect([undefined, -1, 1.5, MAX_FORWARD_LIMIT + 1].map(takes)).toEqual([false, false, false, false]);
  });
});
