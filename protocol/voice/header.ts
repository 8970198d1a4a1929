import {
  FLAG_CONTROL,
  FLAG_END,
  FLAG_EPOCH_MASK,
  FLAG_EPOCH_SHIFT,
  FLAG_WHISPER,
  FLAGS_OFFSET,
  HEADER_BYTES,
  LEVEL_MASK,
  LEVEL_OFFSET,
  SEQUENCE_OFFSET,
  TARGET_BYTES,
  TARGET_OFFSET,
  TIMESTAMP_OFFSET,
  TOKEN_OFFSET,
} from './layout.ts';

/** The header of a voice packet, as numbers. */
export interface VoiceHeader {
  /** Public id of the sender's voice session: u32, never 0. */
  readonly token: number;
  /** Key epoch modulo 4. */
  readonly epoch: number;
  /** Last frame of a talk spurt. */
  readonly end: boolean;
  /** −dBov, 0 (loudest) to 127 (silence). */
  readonly level: number;
  /** u48, counted per token and kind of packet. */
  readonly sequence: number;
  /** u32, audio samples at 48 kHz; wraps. */
  readonly timestamp: number;
  /** Names the whisper target: u32. Absent when the packet goes to the room. */
  readonly target?: number | undefined;
}

const TWO_POW_32 = 2 ** 32;

/*
 * Reading in place, for the relay: one number at a time, nothing allocated. The caller has checked the length.
 */

export function readToken(view: DataView): number {
  return view.getUint32(TOKEN_OFFSET);
}

export function readFlags(view: DataView): number {
  return view.getUint8(FLAGS_OFFSET);
}

export function readLevel(view: DataView): number {
  return view.getUint8(LEVEL_OFFSET) & LEVEL_MASK;
}

export function readSequence(view: DataView): number {
  return view.getUint16(SEQUENCE_OFFSET) * TWO_POW_32 + view.getUint32(SEQUENCE_OFFSET + 2);
}

export function readTimestamp(view: DataView): number {
  return view.getUint32(TIMESTAMP_OFFSET);
}

export function readTarget(view: DataView): number {
  return view.getUint32(TARGET_OFFSET);
}

/** Bytes that the header with these flags takes: 16, or 20 with a whisper target. */
export function headerBytes(flags: number): number {
  return (flags & FLAG_WHISPER) === 0 ? HEADER_BYTES : HEADER_BYTES + TARGET_BYTES;
}

/** Writes the fixed part that voice and control packets share. */
export function writeFixedHeader(
  view: DataView,
  token: number,
  flags: number,
  level: number,
  sequence: number,
  timestamp: number,
): void {
  view.setUint32(TOKEN_OFFSET, token);
  view.setUint8(FLAGS_OFFSET, flags);
  view.setUint8(LEVEL_OFFSET, level);
  view.setUint16(SEQUENCE_OFFSET, Math.floor(sequence / TWO_POW_32));
  view.setUint32(SEQUENCE_OFFSET + 2, sequence % TWO_POW_32);
  view.setUint32(TIMESTAMP_OFFSET, timestamp);
}

/** Writes a voice header and returns its size, 16 or 20 bytes. */
export function writeVoiceHeader(view: DataView, header: VoiceHeader): number {
  let flags = (header.epoch << FLAG_EPOCH_SHIFT) & FLAG_EPOCH_MASK;
  if (header.end) flags |= FLAG_END;
  if (header.target !== undefined) flags |= FLAG_WHISPER;
  writeFixedHeader(view, header.token, flags, header.level & LEVEL_MASK, header.sequence, header.timestamp);
  if (header.target === undefined) return HEADER_BYTES;
  view.setUint32(TARGET_OFFSET, header.target);
  return HEADER_BYTES + TARGET_BYTES;
}

/** Reads a voice header; the caller has checked that the packet is long enough and not a control packet. */
export function readVoiceHeader(view: DataView): VoiceHeader {
  const flags = readFlags(view);
  return {
    token: readToken(view),
    epoch: (flags & FLAG_EPOCH_MASK) >> FLAG_EPOCH_SHIFT,
    end: (flags & FLAG_END) !== 0,
    level: readLevel(view),
    sequence: readSequence(view),
    timestamp: readTimestamp(view),
    target: (flags & FLAG_WHISPER) === 0 ? undefined : readTarget(view),
  };
}

export function isControl(flags: number): boolean {
  return (flags & FLAG_CONTROL) !== 0;
}
