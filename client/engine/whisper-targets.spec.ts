import { deriveSenderKey, EPOCH_SEND_DELAY_MS, hexToBytes } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { whisperTarget } from './testing/grants.ts';
import { WhisperTargets } from './whisper-targets.ts';

const TOKEN = 77;
const TARGET = 9;
const ZEROES = new Uint8Array(32);
const keyOf = (generation: number): Uint8Array =>
  deriveSenderKey(hexToBytes(whisperTarget(TARGET, generation).secret), TOKEN);

describe('WhisperTargets', () => {
  it('has a new target’s key at once', () => {
    const sut = new WhisperTargets(TOKEN);
    expect(sut.keyOf(TARGET, 0)).toBeUndefined();
    sut.set(whisperTarget(TARGET), 0);
    expect(sut.keyOf(TARGET, 0)).toEqual(keyOf(0));
  });

  it('whispers under a new secret once the news of it has had time to reach the audience', () => {
    const sut = new WhisperTargets(TOKEN);
    sut.set(whisperTarget(TARGET), 0);
    sut.set(whisperTarget(TARGET, 1), 1_000);
    expect(sut.keyOf(TARGET, 999 + EPOCH_SEND_DELAY_MS)).toEqual(keyOf(0));
    expect(sut.keyOf(TARGET, 1_000 + EPOCH_SEND_DELAY_MS)).toEqual(keyOf(1));
  });

  it('is never more than one secret behind', () => {
    const sut = new WhisperTargets(TOKEN);
    sut.set(whisperTarget(TARGET), 0);
    sut.set(whisperTarget(TARGET, 1), 1);
    sut.set(whisperTarget(TARGET, 2), 2);
    expect(sut.keyOf(TARGET, 3)).toEqual(keyOf(1));
  });

  it('does not wait longer for a secret that is told twice', () => {
    const sut = new WhisperTargets(TOKEN);
    sut.set(whisperTarget(TARGET), 0);
    sut.set(whisperTarget(TARGET, 1), 0);
    sut.set(whisperTarget(TARGET, 1), 400);
    expect(sut.keyOf(TARGET, EPOCH_SEND_DELAY_MS)).toEqual(keyOf(1));
  });

  it('zeroes what it forgets, and what it whispers under no more', () => {
    const sut = new WhisperTargets(TOKEN);
    sut.set(whisperTarget(TARGET), 0);
    const first = sut.keyOf(TARGET, 0);
    sut.set(whisperTarget(TARGET, 1), 0);
    const second = sut.keyOf(TARGET, EPOCH_SEND_DELAY_MS);
    expect(first).toEqual(ZEROES);
    sut.set(whisperTarget(TARGET, 2), 1_000);
    sut.wipe();
    expect(second).toEqual(ZEROES);
    expect(sut.keyOf(TARGET, 1_000)).toBeUndefined();
  });
});
