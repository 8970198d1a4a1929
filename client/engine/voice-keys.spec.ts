import { deriveSenderKey, EPOCH_OVERLAP_MS, hexToBytes } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { epochGrant } from './testing/grants.ts';
import { VoiceKeys } from './voice-keys.ts';

const TOKEN = 77;
const keyOf = (epoch: number): Uint8Array => deriveSenderKey(hexToBytes(epochGrant(epoch).secret), TOKEN);

describe('VoiceKeys', () => {
  it('sends with a new epoch at once', () => {
    const sut = new VoiceKeys(epochGrant(6));
    expect(sut.sendingBits).toBe(2);
    sut.advance(epochGrant(7), 0);
    expect(sut.sendingBits).toBe(3);
    expect(sut.sendingKey(TOKEN)).toEqual(keyOf(7));
  });

  it('understands the epoch before for 5 s', () => {
    const sut = new VoiceKeys(epochGrant(6));
    sut.advance(epochGrant(7), 1_000);
    expect(sut.receivingKey(TOKEN, 2, 999 + EPOCH_OVERLAP_MS)).toEqual(keyOf(6));
    expect(sut.receivingKey(TOKEN, 2, 1_000 + EPOCH_OVERLAP_MS)).toBeUndefined();
    expect(sut.receivingKey(TOKEN, 3, 1_000 + EPOCH_OVERLAP_MS)).toEqual(keyOf(7));
  });

  it('forgets the epoch before that one, and never knew the next', () => {
    const sut = new VoiceKeys(epochGrant(1));
    sut.advance(epochGrant(2), 0);
    sut.advance(epochGrant(3), 0);
    expect(sut.receivingKey(TOKEN, 1, 0)).toBeUndefined();
    expect(sut.receivingKey(TOKEN, 0, 0)).toBeUndefined();
    expect(sut.isNext(0)).toBe(true);
  });

  it('never goes back to an older epoch', () => {
    const sut = new VoiceKeys(epochGrant(5));
    sut.advance(epochGrant(4), 0);
    sut.advance(epochGrant(5), 0);
    expect(sut.sendingKey(TOKEN)).toEqual(keyOf(5));
  });

  it('zeroes what it forgets', () => {
    const sut = new VoiceKeys(epochGrant(1));
    const key = sut.sendingKey(TOKEN);
    sut.forget(TOKEN);
    expect(key).toEqual(new Uint8Array(32));
    const again = sut.sendingKey(TOKEN);
    sut.wipe();
    expect(again).toEqual(new Uint8Array(32));
  });
});
