import {
  decodePong,
  encodePing,
  FLAG_CONTROL,
  HEADER_BYTES,
  HOP_TAG_BYTES,
  readFlags,
  readSequence,
  readTimestamp,
  readToken,
  sipHash,
  sipHashKey,
  TAG_BYTES,
  writeVoiceHeader,
  type SipHashKey,
} from '@switchboard/protocol';
import type { Member } from '../target.ts';
import { PAYLOAD_BYTES } from './payload.ts';

/** Loud enough for any list of the loudest. */
const LEVEL = 30;

/** One session's packets, by docs/protocol.md. What it says is not encrypted: a relay cannot tell, and every byte is checked instead. */
export class SwitchboardClient {
  readonly token: number;
  readonly #hopKey: SipHashKey;
  /** Of the next ping. */
  #sequence = 0;
  /** What the last pong brought: a ping that carries it binds. */
  #cookie: number | undefined;
  /** The first ping that carried a cookie. */
  #bindingSequence: number | undefined;
  #bound = false;

  constructor({ token, hopKey }: Member) {
    this.token = token;
    this.#hopKey = sipHashKey(hopKey);
  }

  /** Whether the relay has answered a ping that binds. */
  get bound(): boolean {
    return this.#bound;
  }

  writePing(out: Uint8Array): number {
    const sequence = this.#sequence++;
    if (this.#cookie !== undefined) this.#bindingSequence ??= sequence;
    const ping = encodePing({ token: this.token, sequence, cookie: this.#cookie ?? 0, clockUs: 1_000 }, this.#hopKey);
    out.set(ping);
    return ping.length;
  }

  /** @throws Error if it is no answer to a ping of this session. */
  takePong(packet: Uint8Array): void {
    const pong = decodePong(packet, this.#hopKey);
    if (pong?.token !== this.token) throw new Error('A ping was answered with something else');
    this.#cookie = pong.cookie;
    this.#bound ||= this.#bindingSequence !== undefined && pong.sequence >= this.#bindingSequence;
  }

  writeVoice(sequence: number, payload: Uint8Array, out: Uint8Array): number {
    const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    const timestamp = timestampOf(sequence);
    const at = writeVoiceHeader(view, { token: this.token, epoch: 1, end: false, level: LEVEL, sequence, timestamp });
    out.set(payload, at);
    const end = at + payload.length + TAG_BYTES;
    for (let tagAt = at + payload.length; tagAt < end; tagAt++) out[tagAt] = tagByte(sequence, tagAt);
    sipHash(this.#hopKey, out, 0, end, out, end);
    return end + HOP_TAG_BYTES;
  }
}

/** Whose packet it is, or whose ping it answers. */
export function tokenOf(packet: Uint8Array): number {
  return readToken(viewOf(packet));
}

export function isPong(packet: Uint8Array): boolean {
  return (readFlags(viewOf(packet)) & FLAG_CONTROL) !== 0;
}

/** What the relay made of a packet of `writeVoice`. @throws Error unless it is that, less the hop tag. */
export function readVoice(packet: Uint8Array): { readonly token: number; readonly payload: Uint8Array } {
  const view = viewOf(packet);
  const end = HEADER_BYTES + PAYLOAD_BYTES;
  if (packet.length !== end + TAG_BYTES) throw new Error(`A packet of ${packet.length} bytes was forwarded`);
  const sequence = readSequence(view);
  if (readTimestamp(view) !== timestampOf(sequence)) throw new Error('A header was changed');
  for (let at = end; at < packet.length; at++) {
    if (packet[at] !== tagByte(sequence, at)) throw new Error('A tag was changed');
  }
  return { token: readToken(view), payload: packet.subarray(HEADER_BYTES, end) };
}

function viewOf(packet: Uint8Array): DataView {
  return new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
}

function timestampOf(sequence: number): number {
  return (sequence * 960) % 2 ** 32;
}

/** In the place of Poly1305's. */
function tagByte(sequence: number, at: number): number {
  return (sequence * 13 + at) & 0xff;
}
