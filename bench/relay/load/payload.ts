/** What is said under load: when, by whom and which word it was, then filler that follows from those. */

/** Opus at 32 kb/s in frames of 20 ms. */
export const PAYLOAD_BYTES = 80;

const SPOKEN_AT_OFFSET = 0;
const SPEAKER_OFFSET = 8;
const SEQUENCE_OFFSET = 12;
const FILLER_OFFSET = 16;

/** Fills `payload` anew. @param spokenAtMs by the clock of `realTimeMs`. */
export function writePayload(payload: Buffer, speaker: number, sequence: number, spokenAtMs: number): void {
  payload.writeDoubleLE(spokenAtMs, SPOKEN_AT_OFFSET);
  payload.writeUInt32LE(speaker, SPEAKER_OFFSET);
  payload.writeUInt32LE(sequence, SEQUENCE_OFFSET);
  for (let at = FILLER_OFFSET; at < PAYLOAD_BYTES; at++) payload[at] = filler(speaker, sequence, at);
}

/** When it was said. @throws Error if one byte is not as `writePayload` writes it for this speaker. */
export function readPayload(bytes: Uint8Array, speaker: number): number {
  const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (payload.length !== PAYLOAD_BYTES) throw new Error(`A packet carries ${payload.length} bytes`);
  if (payload.readUInt32LE(SPEAKER_OFFSET) !== speaker) throw new Error('A packet says what another speaker said');
  const sequence = payload.readUInt32LE(SEQUENCE_OFFSET);
  for (let at = FILLER_OFFSET; at < PAYLOAD_BYTES; at++) {
    if (payload[at] !== filler(speaker, sequence, at)) throw new Error(`A packet was changed at byte ${at}`);
  }
  return payload.readDoubleLE(SPOKEN_AT_OFFSET);
}

/** Never 0: OCB2 does not take blocks that are nearly empty. */
function filler(speaker: number, sequence: number, at: number): number {
  return ((speaker * 31 + sequence * 17 + at * 7) & 0xff) | 1;
}
