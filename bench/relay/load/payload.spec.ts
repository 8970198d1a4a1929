import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_BYTES, readPayload, writePayload } from './payload.ts';

const speaker = fc.nat({ max: 1_000 });
const sequence = fc.nat({ max: 2 ** 32 - 1 });

describe('payload', () => {
  it('says when it was said', () => {
    fc.assert(
      fc.property(speaker, sequence, fc.double({ noNaN: true }), (who, which, spokenAtMs) => {
        const payload = Buffer.alloc(PAYLOAD_BYTES);
        writePayload(payload, who, which, spokenAtMs);
        expect(readPayload(payload, who)).toBe(spokenAtMs);
      }),
    );
  });

  it('is refused as what another said', () => {
    const payload = Buffer.alloc(PAYLOAD_BYTES);
    writePayload(payload, 3, 1, 0);
    expect(() => readPayload(payload, 4)).toThrow('another speaker');
  });

  it('is refused with any bit of its filler changed, or another length', () => {
    fc.assert(
      fc.property(speaker, sequence, fc.integer({ min: 16 * 8, max: PAYLOAD_BYTES * 8 - 1 }), (who, which, bit) => {
        const payload = Buffer.alloc(PAYLOAD_BYTES);
        writePayload(payload, who, which, 0);
        payload[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => readPayload(payload, who)).toThrow('changed');
        expect(() => readPayload(payload.subarray(0, bit >> 3), who)).toThrow('bytes');
      }),
    );
  });
});
