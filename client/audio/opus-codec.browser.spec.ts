import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, meanSquare } from './frame.ts';
import { opusCodec } from './opus-codec.ts';
import { babble, framesOf, joined } from './testing/sounds.ts';

describe('opusCodec in a browser', () => {
  it('encodes, decodes, conceals and recovers as in Node', async () => {
    const encoder = await opusCodec.createEncoder({ bitrateBps: 32_000 });
    const decoder = await opusCodec.createDecoder();
    const spoken = babble(120, 0.3, 48_000);
    const packets = framesOf(spoken).map((frame) => encoder.encode(frame));
    expect(new Set(packets.map((packet) => packet.length))).toEqual(new Set([80]));
    const heard = joined(packets.map((packet) => decoder.decode(packet)!));
    expect(meanSquare(heard)).toBeGreaterThan(0.5 * meanSquare(spoken));
    expect(decoder.conceal()).toHaveLength(FRAME_SAMPLES);
    expect(packets.some((packet) => decoder.recover(packet)?.length === FRAME_SAMPLES)).toBe(true);
    expect(decoder.decode(new Uint8Array(0))).toBeUndefined();
    encoder.free();
    decoder.free();
  });
});
