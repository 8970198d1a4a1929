import { SIPHASH_TAG_BYTES } from '../crypto/siphash.ts';
import { MAX_OPUS_BYTES } from '../limits.ts';

/*
 * The voice packet. Numbers are big-endian.
 *
 *   0               4     5     6                     12              16
 *   +---------------+-----+-----+---------------------+---------------+ - - - - - - - +------------+-------+- - - - -+
 *   | token u32     |flags|level| sequence u48        | timestamp u32 | target u32 (W)| ciphertext | tag16 | hop8 (↑)|
 *   +---------------+-----+-----+---------------------+---------------+ - - - - - - - +------------+-------+- - - - -+
 *
 *   W: only with flag WHISPER.   ↑: from client to server only; the relay cuts it off.
 */
export const TOKEN_OFFSET = 0;
export const FLAGS_OFFSET = 4;
export const LEVEL_OFFSET = 5;
export const SEQUENCE_OFFSET = 6;
export const TIMESTAMP_OFFSET = 12;
export const HEADER_BYTES = 16;
export const TARGET_OFFSET = HEADER_BYTES;
export const TARGET_BYTES = 4;
/** Nonce of ChaCha20-Poly1305 = header bytes 0..11: token, flags, level, sequence. */
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
export const HOP_TAG_BYTES = SIPHASH_TAG_BYTES;

export const FLAG_CONTROL = 0x80;
export const FLAG_WHISPER = 0x40;
export const FLAG_EPOCH_MASK = 0x30;
export const FLAG_EPOCH_SHIFT = 4;
export const FLAG_END = 0x08;
export const FLAG_RESERVED_MASK = 0x07;

/** Audio level as in RFC 6464: −dBov, 0 is the loudest, 127 is silence. */
export const LEVEL_SILENCE = 127;
export const LEVEL_MASK = 0x7f;

export const MAX_SEQUENCE = 2 ** 48 - 1;

/** The largest datagram of either direction: header, target, Opus, tag, hop tag. */
export const MAX_PACKET_BYTES = HEADER_BYTES + TARGET_BYTES + MAX_OPUS_BYTES + TAG_BYTES + HOP_TAG_BYTES;

/** The smallest voice packet that a client sends: one byte of Opus. */
export const MIN_VOICE_UPLINK_BYTES = HEADER_BYTES + 1 + TAG_BYTES + HOP_TAG_BYTES;

/** Ping: header, 8 bytes of the sender's clock, hop tag. */
export const PING_CLOCK_BYTES = 8;
export const PING_BYTES = HEADER_BYTES + PING_CLOCK_BYTES + HOP_TAG_BYTES;
/** Pong: header, the same 8 bytes, packets received u32, packets sent u32, hop tag. At most 1.5 × the ping's size. */
export const PONG_BYTES = PING_BYTES + 8;
