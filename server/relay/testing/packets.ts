import {
  encodePing,
  HOP_KEY_BYTES,
  HOP_TAG_BYTES,
  sipHash,
  sipHashKey,
  TAG_BYTES,
  writeVoiceHeader,
  type SipHashKey,
} from '@switchboard/protocol';
import type { RelaySession } from '../relay-messages.ts';

/** 20 ms at 32 kb/s. */
const OPUS_BYTES = 80;

/** A session open to everything in room `lobby`, with a hop key of its own. */
export function relaySession(token: number, changes: Partial<RelaySession> = {}): RelaySession {
  return {
    token,
    hopKey: hopKeyBytes(token),
    roomId: 'lobby',
    bitrateBps: 32_000,
    forwardLimit: 0,
    speaks: true,
    hears: true,
    ...changes,
  };
}

function hopKeyBytes(token: number): Uint8Array {
  const bytes = new Uint8Array(HOP_KEY_BYTES);
  new DataView(bytes.buffer).setUint32(0, token);
  return bytes;
}

export function hopKeyOf(token: number): SipHashKey {
  return sipHashKey(hopKeyBytes(token));
}

export interface PacketFields {
  readonly token: number;
  readonly sequence: number;
  readonly end?: boolean;
  /** 0..127 = −dBov. */
  readonly level?: number;
  readonly target?: number | undefined;
  readonly opusBytes?: number;
  /** The hop key of this session instead of the sender's own. */
  readonly signedBy?: number;
}

/** A packet as a client sends it. Its payload is filler: a relay cannot tell. */
export function voicePacket(fields: PacketFields): Uint8Array {
  const { token, sequence, end = false, level = 30, target, opusBytes = OPUS_BYTES, signedBy = token } = fields;
  const bytes = new Uint8Array(20 + opusBytes + TAG_BYTES + HOP_TAG_BYTES);
  const header = { token, epoch: 1, end, level, sequence, timestamp: (sequence * 960) % 2 ** 32, target };
  const payloadAt = writeVoiceHeader(new DataView(bytes.buffer), header);
  const tagAt = payloadAt + opusBytes + TAG_BYTES;
  for (let at = payloadAt; at < tagAt; at++) bytes[at] = (at * 31 + sequence) & 0xff;
  return signedAgain(bytes.subarray(0, tagAt + HOP_TAG_BYTES), signedBy);
}

/** With the right hop tag, whatever was written before it: what only a member of the room can send. */
export function signedAgain(packet: Uint8Array, token: number): Uint8Array {
  const end = packet.length - HOP_TAG_BYTES;
  sipHash(hopKeyOf(token), packet, 0, end, packet, end);
  return packet;
}

/** A ping with the cookie of the address that it is sent from, 0 where the relay has told none yet. */
export function pingPacket(token: number, sequence: number, { clockUs = 1_000, cookie = 0 } = {}): Uint8Array {
  return encodePing({ token, sequence, clockUs, cookie }, hopKeyOf(token));
}

/** What listeners get of a packet: all but the hop tag. */
export function relayed(packet: Uint8Array): Uint8Array {
  return packet.subarray(0, packet.length - HOP_TAG_BYTES);
}

export function withBitFlipped(packet: Uint8Array, bit: number): Uint8Array {
  const changed = packet.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
