import { deriveSenderKey, EPOCH_OVERLAP_MS, EPOCH_SEND_DELAY_MS, hexToBytes } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { epochGrant } from './testing/grants.ts';
import { VoiceKeys } from './voice-keys.ts';

const TOKEN = 77;
const keyOf = (epoch: number): Uint8Array => deriveSenderKey(hexToBytes(epochGrant(epoch).secret), TOKEN);

describe('VoiceKeys', () => {
  it('sends with a new epoch once the news of it has had time to reach everyone', () => {
    const sut = new VoiceKeys(epochGrant(6));
    expect(sut.sending(TOKEN, 0)).toEqual({ bits: 2, key: keyOf(6) });
    sut.advance(epochGrant(7), 1_000);
    expect(sut.sending(TOKEN, 999 + EPOCH_SEND_DELAY_MS)).toEqual({ bits: 2, key: keyOf(6) });
    expect(sut.sending(TOKEN, 1_000 + EPOCH_SEND_DELAY_MS)).toEqual({ bits: 3, key: keyOf(7) });
  });

  it('is never more than one epoch behind', () => {
    const sut = new VoiceKeys(epochGrant(6));
    sut.advance(epochGrant(7), 0);
    sut.advance(epochGrant(8), 1);
    expect(sut.sending(TOKEN, 2)).toEqual({ bits: 3, key: keyOf(7) });
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
    expect(sut.sending(TOKEN, EPOCH_SEND_DELAY_MS).key).toEqual(keyOf(5));
  });

  it('zeroes what it forgets', () => {
    const sut = new VoiceKeys(epochGrant(1));
    const { key } = sut.sending(TOKEN, 0);
    sut.forget(TOKEN);
    expect(key).toEqual(new Uint8Array(32));
    const { key: again } = sut.sending(TOKEN, 0);
    sut.wipe();
    expect(again).toEqual(new Uint8Array(32));
  });
});
