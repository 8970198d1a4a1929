/** What an Opus packet tells about itself without being decoded (RFC 6716, section 3.1 and 4.2). */

import { FRAME_MS, SAMPLE_RATE_HZ } from './frame.ts';

/** An Opus packet never exceeds 120 ms (RFC 6716, section 3.2.5, R5). */
const MAX_PACKET_SAMPLES = (SAMPLE_RATE_HZ * 120) / 1000;

/* TOC byte: config (5 bits) | stereo (1) | frame count code (2). */
const CONFIG_SHIFT = 3;
const COUNT_CODE_MASK = 0x03;
const FRAME_COUNT_MASK = 0x3f;
const PADDING_BIT = 0x40;
/** A padding length byte that says: 254 bytes, and another length byte follows (section 3.2.5). */
const PADDING_CONTINUES = 255;
const FIRST_HYBRID_CONFIG = 12;
const FIRST_CELT_CONFIG = 16;

/* First bits of a mono 20 ms SILK frame: voice activity, then redundancy (LBRR). Both stand unmodified at the very
   start of the range coder's bytes, most significant bit first (section 4.2.3). */
const LBRR_BIT = 0x40;

const SILK_FRAME_MS = [10, 20, 40, 60] as const;
const HYBRID_FRAME_MS = [10, 20] as const;
const CELT_FRAME_MS = [2.5, 5, 10, 20] as const;

function frameMs(config: number): number {
  if (config < FIRST_HYBRID_CONFIG) return SILK_FRAME_MS[config % SILK_FRAME_MS.length] ?? 0;
  if (config < FIRST_CELT_CONFIG) return HYBRID_FRAME_MS[config % HYBRID_FRAME_MS.length] ?? 0;
  return CELT_FRAME_MS[config % CELT_FRAME_MS.length] ?? 0;
}

function frameCount(packet: Uint8Array): number {
  const code = (packet[0] ?? 0) & COUNT_CODE_MASK;
  if (code === 0) return 1;
  return code === 3 ? (packet[1] ?? 0) & FRAME_COUNT_MASK : 2;
}

/** Samples at 48 kHz that the packet says it holds; `undefined` for what is no packet at all. */
export function opusPacketSamples(packet: Uint8Array): number | undefined {
  const [toc] = packet;
  if (toc === undefined) return undefined;
  const samples = (frameCount(packet) * frameMs(toc >> CONFIG_SHIFT) * SAMPLE_RATE_HZ) / 1000;
  return samples > 0 && samples <= MAX_PACKET_SAMPLES ? samples : undefined;
}

/** Where the frame of a one-frame packet begins: after TOC, frame count byte and padding lengths. */
function singleFrameOffset(packet: Uint8Array): number | undefined {
  const code = (packet[0] ?? 0) & COUNT_CODE_MASK;
  if (code === 0) return 1;
  if (code !== 3 || frameCount(packet) !== 1) return undefined;
  let offset = 2;
  if (((packet[1] ?? 0) & PADDING_BIT) !== 0) {
    while (packet[offset] === PADDING_CONTINUES) offset++;
    offset++;
  }
  return offset;
}

/**
 * Whether a packet of one 20 ms frame carries redundancy for the frame before it (in-band FEC). The encoder adds it
 * only for frames it took for active speech, and never in its music mode.
 */
export function opusCarriesRedundancy(packet: Uint8Array): boolean {
  const config = (packet[0] ?? 0) >> CONFIG_SHIFT;
  if (config >= FIRST_CELT_CONFIG || frameMs(config) !== FRAME_MS) return false;
  const offset = singleFrameOffset(packet);
  return offset !== undefined && ((packet[offset] ?? 0) & LBRR_BIT) !== 0;
}
