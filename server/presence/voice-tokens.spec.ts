import { describe, expect, it } from 'vitest';
import { Randomness } from '../common/randomness.ts';
import { VoiceTokens } from './voice-tokens.ts';

class Scripted extends Randomness {
  readonly #bytes: number[];

  constructor(...bytes: number[]) {
    super();
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    bytes[length - 1] = this.#bytes.shift() ?? 255;
    return bytes;
  }
}

describe('VoiceTokens', () => {
  it('gives neither 0 nor one that is in use', () => {
    const sut = new VoiceTokens(new Scripted(0, 5, 5, 0, 6));
    expect([sut.take(), sut.take()]).toEqual([5, 6]);
  });

  it('gives one that was released', () => {
    const sut = new VoiceTokens(new Scripted(5, 5));
    sut.release(sut.take());
    expect(sut.take()).toBe(5);
  });
});
