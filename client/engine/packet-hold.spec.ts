import { MAX_PACKETS_PER_SECOND, UNKNOWN_TOKEN_HOLD_MS, type SealedPacket } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { MAX_HELD, MAX_HELD_PER_SENDER, PacketHold } from './packet-hold.ts';

function packet(token: number, sequence = 0): SealedPacket {
  const header = { token, sequence, epoch: 0, end: false, level: 0, timestamp: 0, target: undefined };
  return { header, sealed: new Uint8Array(0), aad: new Uint8Array(0) } as unknown as SealedPacket;
}

describe('PacketHold', () => {
  it('offers what it holds in the order of arrival, until somebody takes it', () => {
    const sut = new PacketHold();
    for (const token of [1, 2, 3]) sut.hold(packet(token), 0);
    const offered: number[] = [];
    const take = ({ header }: SealedPacket): boolean => offered.push(header.token) > 0 && header.token === 2;
    sut.retry(take);
    sut.retry(take);
    expect(offered).toEqual([1, 2, 3, 1, 3]);
  });

  it('gives up each packet after its time', () => {
    const sut = new PacketHold();
    sut.hold(packet(1), 0);
    sut.hold(packet(2), 1);
    expect(sut.expired(UNKNOWN_TOKEN_HOLD_MS - 1)).toEqual([]);
    expect(sut.expired(UNKNOWN_TOKEN_HOLD_MS).map(({ header }) => header.token)).toEqual([1]);
    expect(sut.expired(UNKNOWN_TOKEN_HOLD_MS + 1).map(({ header }) => header.token)).toEqual([2]);
  });

  it('holds all that one sender may say in that time, and little more', () => {
    expect(MAX_HELD_PER_SENDER).toBeGreaterThanOrEqual((MAX_PACKETS_PER_SECOND * UNKNOWN_TOKEN_HOLD_MS) / 1_000);
    const sut = new PacketHold();
    const held = Array.from({ length: MAX_HELD_PER_SENDER + 5 }, (_, sequence) => sut.hold(packet(1, sequence), 0));
    expect(held.filter(Boolean)).toHaveLength(MAX_HELD_PER_SENDER);
    expect(sut.hold(packet(2), 0)).toBe(true);
  });

  it('has a place again for a sender whose packets were taken, or are over', () => {
    const sut = new PacketHold();
    for (let i = 0; i < MAX_HELD_PER_SENDER; i++) sut.hold(packet(1, i), 0);
    sut.retry(({ header }) => header.sequence === 0);
    expect([sut.hold(packet(1), 50), sut.hold(packet(1), 50)]).toEqual([true, false]);
    sut.expired(UNKNOWN_TOKEN_HOLD_MS);
    expect(sut.hold(packet(1), UNKNOWN_TOKEN_HOLD_MS)).toBe(true);
  });

  it('holds a bounded number of packets in all', () => {
    const sut = new PacketHold();
    const held = Array.from({ length: MAX_HELD + 5 }, (_, token) => sut.hold(packet(token), 0));
    expect(held.filter(Boolean)).toHaveLength(MAX_HELD);
  });
});
