import { sipHash, sipHashMatches, type SipHashKey } from '../crypto/siphash.ts';
import { isControl, readFlags, readSequence, readTimestamp, readToken, writeFixedHeader } from './header.ts';
import {
  FLAG_CONTROL,
  HEADER_BYTES,
  HOP_TAG_BYTES,
  LEVEL_SILENCE,
  PING_BYTES,
  PING_CLOCK_BYTES,
  PONG_BYTES,
  TIMESTAMP_OFFSET,
} from './layout.ts';

export interface Ping {
  readonly token: number;
  /** u48 of the control counter: a lane binds to the address of the newest. */
  readonly sequence: number;
  /** u32: the newest that a pong brought on this path. 0, as also when left out, before the first. */
  readonly cookie?: number;
  /** The sender's clock in µs; only the sender reads it. */
  readonly clockUs: number;
}

export interface Pong extends Ping {
  /** What a ping must carry for the relay to bind the address that this pong was sent to. Means nothing on a stream. */
  readonly cookie: number;
  /** Voice packets that the relay has received from this session, modulo 2^32. */
  readonly received: number;
  /** Voice packets that the relay has sent to this session, modulo 2^32. */
  readonly sent: number;
}

const TWO_POW_32 = 2 ** 32;
const RECEIVED_OFFSET = HEADER_BYTES + PING_CLOCK_BYTES;
const SENT_OFFSET = RECEIVED_OFFSET + 4;

/** The bytes of a ping, hop tag included. */
export function encodePing(ping: Ping, hopKey: SipHashKey): Uint8Array {
  const bytes = new Uint8Array(PING_BYTES);
  const view = new DataView(bytes.buffer);
  writeFixedHeader(view, ping.token, FLAG_CONTROL, LEVEL_SILENCE, ping.sequence, ping.cookie ?? 0);
  view.setUint32(HEADER_BYTES, Math.floor(ping.clockUs / TWO_POW_32));
  view.setUint32(HEADER_BYTES + 4, ping.clockUs % TWO_POW_32);
  return withHopTag(bytes, hopKey);
}

/**
 * The pong to a ping whose hop tag has been checked: the ping's own header and clock, byte for byte
 * (a clock may use all 64 bits) except for the cookie, then both counters and a hop tag.
 *
 * @param cookie of the address that the pong goes to; 0 on a stream.
 */
export function answerPing(
  ping: Uint8Array,
  cookie: number,
  received: number,
  sent: number,
  hopKey: SipHashKey,
): Uint8Array {
  const bytes = new Uint8Array(PONG_BYTES);
  bytes.set(ping.subarray(0, RECEIVED_OFFSET));
  const view = new DataView(bytes.buffer);
  view.setUint32(TIMESTAMP_OFFSET, cookie);
  view.setUint32(RECEIVED_OFFSET, received % TWO_POW_32);
  view.setUint32(SENT_OFFSET, sent % TWO_POW_32);
  return withHopTag(bytes, hopKey);
}

/** Understands a pong; undefined if it is none, or its hop tag is wrong. Never throws. */
export function decodePong(bytes: Uint8Array, hopKey: SipHashKey): Pong | undefined {
  if (bytes.length !== PONG_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isControl(readFlags(view)) || readToken(view) === 0) return undefined;
  const end = bytes.length - HOP_TAG_BYTES;
  if (!sipHashMatches(hopKey, bytes, 0, end, end)) return undefined;
  return {
    token: readToken(view),
    sequence: readSequence(view),
    cookie: readTimestamp(view),
    clockUs: view.getUint32(HEADER_BYTES) * TWO_POW_32 + view.getUint32(HEADER_BYTES + 4),
    received: view.getUint32(RECEIVED_OFFSET),
    sent: view.getUint32(SENT_OFFSET),
  };
}

function withHopTag(bytes: Uint8Array, hopKey: SipHashKey): Uint8Array {
  const end = bytes.length - HOP_TAG_BYTES;
  sipHash(hopKey, bytes, 0, end, bytes, end);
  return bytes;
}
