import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { sipHash, type SipHashKey } from '../crypto/siphash.ts';
import { MAX_OPUS_BYTES } from '../limits.ts';
import {
  headerBytes,
  isControl,
  readFlags,
  readToken,
  readVoiceHeader,
  writeVoiceHeader,
  type VoiceHeader,
} from './header.ts';
import { HEADER_BYTES, HOP_TAG_BYTES, NONCE_BYTES, TAG_BYTES } from './layout.ts';

/** Why bytes are not a packet. The relay counts these by name. */
export type MalformedReason = 'too_short' | 'too_long' | 'zero_token';

/** A voice packet as it arrives at a listener: the header understood, the payload still sealed. */
export interface SealedPacket {
  readonly header: VoiceHeader;
  /** The whole datagram: the header is the additional data, the rest ciphertext and tag. */
  readonly bytes: Uint8Array;
  readonly headerBytes: number;
}

/**
 * Understands a datagram that a listener received (no hop tag).
 * Any bytes either decode or are refused with a reason; this never throws.
 */
export function decodeVoicePacket(bytes: Uint8Array): SealedPacket | MalformedReason {
  if (bytes.length < HEADER_BYTES) return 'too_short';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = readFlags(view);
  const refusal = voiceLengthRefusal(flags, bytes.length);
  if (refusal !== undefined) return refusal;
  if (readToken(view) === 0) return 'zero_token';
  return { header: readVoiceHeader(view), bytes, headerBytes: headerBytes(flags) };
}

/** Checks the length of a voice packet without hop tag: at least one byte of Opus, at most the largest Opus frame. */
export function voiceLengthRefusal(flags: number, length: number): 'too_short' | 'too_long' | undefined {
  const opusBytes = length - headerBytes(flags) - TAG_BYTES;
  if (isControl(flags) || opusBytes < 1) return 'too_short';
  if (opusBytes > MAX_OPUS_BYTES) return 'too_long';
  return undefined;
}

/**
 * Writes the packet that a client sends into `out` and returns its size in bytes:
 * header, Opus sealed with ChaCha20-Poly1305 under `senderKey`, hop tag under `hopKey`.
 *
 * The caller never uses a sequence twice with one key: the nonce is the header's first 12 bytes.
 */
export function sealVoicePacket(
  out: Uint8Array,
  header: VoiceHeader,
  opus: Uint8Array,
  senderKey: Uint8Array,
  hopKey: SipHashKey,
): number {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const payloadOffset = writeVoiceHeader(view, header);
  const sealed = chacha20poly1305(senderKey, out.slice(0, NONCE_BYTES), out.slice(0, payloadOffset)).encrypt(opus);
  out.set(sealed, payloadOffset);
  const end = payloadOffset + sealed.length;
  sipHash(hopKey, out, 0, end, out, end);
  return end + HOP_TAG_BYTES;
}

/** The Opus payload, or undefined when the key is not the one it was sealed with or a bit was changed. */
export function openVoicePacket(packet: SealedPacket, senderKey: Uint8Array): Uint8Array | undefined {
  const { bytes, headerBytes: payloadOffset } = packet;
  const cipher = chacha20poly1305(senderKey, bytes.subarray(0, NONCE_BYTES), bytes.subarray(0, payloadOffset));
  try {
    return cipher.decrypt(bytes.subarray(payloadOffset));
  } catch {
    // The library throws for one reason only here: the tag does not match. Strangers cause that at will, so it is no error.
    return undefined;
  }
}
