import fc from 'fast-check';
import sodium from 'sodium-native';
import { describe, expect, it } from 'vitest';
import { deriveSenderKey } from '../crypto/keys.ts';
import { sipHashKey, sipHashMatches } from '../crypto/siphash.ts';
import { MAX_OPUS_BYTES } from '../limits.ts';
import type { VoiceHeader } from './header.ts';
import { HOP_TAG_BYTES, MAX_PACKET_BYTES, MAX_SEQUENCE } from './layout.ts';
import { decodeVoicePacket, openVoicePacket, sealVoicePacket, type SealedPacket } from './packet.ts';

const hopKey = sipHashKey(new Uint8Array(16).fill(1));
const senderKey = deriveSenderKey(new Uint8Array(32).fill(2), 0x01020304);

const headers: fc.Arbitrary<VoiceHeader> = fc.record({
  token: fc.integer({ min: 1, max: 0xffffffff }),
  epoch: fc.integer({ min: 0, max: 3 }),
  end: fc.boolean(),
  level: fc.integer({ min: 0, max: 127 }),
  sequence: fc.integer({ min: 0, max: MAX_SEQUENCE }),
  timestamp: fc.integer({ min: 0, max: 0xffffffff }),
  target: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
});
const opusPayloads = fc.uint8Array({ minLength: 1, maxLength: MAX_OPUS_BYTES });

/** What the relay does to a packet: cuts the hop tag off. */
function relayed(header: VoiceHeader, opus: Uint8Array): Uint8Array {
  const out = new Uint8Array(MAX_PACKET_BYTES);
  const size = sealVoicePacket(out, header, opus, senderKey, hopKey);
  return out.subarray(0, size - HOP_TAG_BYTES);
}

function decoded(bytes: Uint8Array): SealedPacket {
  const packet = decodeVoicePacket(bytes);
  if (typeof packet === 'string') throw new Error(`refused: ${packet}`);
  return packet;
}

describe('voice packet', () => {
  it('lies on the wire as the contract draws it', () => {
    const header = { token: 0x0a0b0c0d, epoch: 2, end: true, level: 30, sequence: 0x0102_0304_0506, timestamp: 960 };
    const bytes = relayed(header, Uint8Array.of(0xff));
    expect([...bytes.subarray(0, 16)]).toEqual([
      ...[0x0a, 0x0b, 0x0c, 0x0d], // token
      0x20 | 0x08, // epoch 2, END
      30, // level
      ...[1, 2, 3, 4, 5, 6], // sequence
      ...[0, 0, 0x03, 0xc0], // timestamp
    ]);
    expect(bytes.length).toBe(16 + 1 + 16);
  });

  it('round-trips any header and payload', () => {
    fc.assert(
      fc.property(headers, opusPayloads, (header, opus) => {
        const packet = decoded(relayed(header, opus));
        expect(packet.header).toEqual(header);
        expect(openVoicePacket(packet, senderKey)).toEqual(opus);
      }),
    );
  });

  it('is sealed as libsodium seals it', () => {
    fc.assert(
      fc.property(headers, opusPayloads, (header, opus) => {
        const bytes = relayed(header, opus);
        const split = header.target === undefined ? 16 : 20;
        const expected = Buffer.alloc(opus.length + 16);
        sodium.crypto_aead_chacha20poly1305_ietf_encrypt(
          expected,
          Buffer.from(opus),
          Buffer.from(bytes.subarray(0, split)),
          null,
          Buffer.from(bytes.subarray(0, 12)),
          Buffer.from(senderKey),
        );
        expect(bytes.subarray(split)).toEqual(new Uint8Array(expected));
      }),
    );
  });

  it('carries a hop tag over all bytes before it', () => {
    const out = new Uint8Array(MAX_PACKET_BYTES);
    const header = { token: 1, epoch: 0, end: false, level: 0, sequence: 1, timestamp: 0 };
    const size = sealVoicePacket(out, header, Uint8Array.of(1, 2, 3), senderKey, hopKey);
    expect(sipHashMatches(hopKey, out, 0, size - 8, size - 8)).toBe(true);
  });

  it('does not open when any bit of it was changed', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(), (header, opus, at) => {
        const bytes = relayed(header, opus).slice();
        const bit = at % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const packet = decodeVoicePacket(bytes);
        if (typeof packet !== 'string') expect(openVoicePacket(packet, senderKey)).toBeUndefined();
      }),
    );
  });

  it('either decodes or refuses any bytes, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
        const packet = decodeVoicePacket(bytes);
        if (typeof packet === 'string') expect(['too_short', 'too_long', 'zero_token']).toContain(packet);
        else expect(openVoicePacket(packet, senderKey)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [32, 'too_short'],
    [16 + MAX_OPUS_BYTES + 16 + 1, 'too_long'],
  ])('refuses %i bytes as %s', (length, reason) => {
    const bytes = new Uint8Array(length);
    bytes[0] = 1;
    expect(decodeVoicePacket(bytes)).toBe(reason);
  });

  it('refuses token 0', () => {
    expect(decodeVoicePacket(new Uint8Array(100))).toBe('zero_token');
  });
});
