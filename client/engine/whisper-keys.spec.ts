import {
  decodeVoicePacket,
  deriveSenderKey,
  EPOCH_OVERLAP_MS,
  hexToBytes,
  HOP_TAG_BYTES,
  MAX_PACKET_BYTES,
  sealVoicePacket,
  sipHashKey,
  type SealedPacket,
} from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { hopKeyOf, whisperGrant, whisperTarget } from './testing/grants.ts';
import { WhisperKeys } from './whisper-keys.ts';

const TARGET = 9;
const ADA = { memberId: 'ada', token: 2 };
const OPUS = Uint8Array.of(7);

function packet(generation: number, token = ADA.token, keyOf = token): SealedPacket {
  const out = new Uint8Array(MAX_PACKET_BYTES);
  const header = { token, epoch: 0, end: false, level: 0, sequence: 0, timestamp: 0, target: TARGET };
  const key = deriveSenderKey(hexToBytes(whisperTarget(TARGET, generation).secret), keyOf);
  const size = sealVoicePacket(out, header, OPUS, key, sipHashKey(hopKeyOf(token)));
  return decodeVoicePacket(out.subarray(0, size - HOP_TAG_BYTES)) as SealedPacket;
}

describe('WhisperKeys', () => {
  it('opens what its speaker seals, and nobody else', () => {
    const sut = new WhisperKeys(whisperGrant(TARGET, ADA));
    expect(sut.open(packet(0), 0)).toEqual(OPUS);
    expect(sut.open(packet(0, 3), 0)).toBeUndefined();
    // The whole audience can derive the speaker's key.
    expect(sut.open(packet(0, 3, ADA.token), 0)).toBeUndefined();
    expect(sut.open(packet(1), 0)).toBeUndefined();
  });

  it('understands the secret before for 5 s, and the new one at once', () => {
    const sut = new WhisperKeys(whisperGrant(TARGET, ADA));
    sut.advance(whisperTarget(TARGET, 1).secret, 1_000);
    expect(sut.open(packet(1), 1_000)).toEqual(OPUS);
    expect(sut.open(packet(0), 999 + EPOCH_OVERLAP_MS)).toEqual(OPUS);
    expect(sut.open(packet(0), 1_000 + EPOCH_OVERLAP_MS)).toBeUndefined();
    expect(sut.open(packet(1), 1_000 + EPOCH_OVERLAP_MS)).toEqual(OPUS);
  });

  it('takes a secret that is told twice once', () => {
    const sut = new WhisperKeys(whisperGrant(TARGET, ADA));
    sut.advance(whisperTarget(TARGET, 1).secret, 0);
    sut.advance(whisperTarget(TARGET, 1).secret, 0);
    expect(sut.open(packet(0), 1)).toEqual(OPUS);
  });

  it('opens nothing once wiped', () => {
    const sut = new WhisperKeys(whisperGrant(TARGET, ADA));
    sut.advance(whisperTarget(TARGET, 1).secret, 0);
    sut.wipe();
    expect([packet(0), packet(1)].map((one) => sut.open(one, 1))).toEqual([undefined, undefined]);
  });
});
