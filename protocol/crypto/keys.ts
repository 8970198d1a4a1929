import { blake2b } from '@noble/hashes/blake2.js';

export const EPOCH_SECRET_BYTES = 32;
/** A sender key is derived from it as from an epoch secret. */
export const WHISPER_SECRET_BYTES = EPOCH_SECRET_BYTES;
export const SENDER_KEY_BYTES = 32;
export const HOP_KEY_BYTES = 16;

/** libsodium's KDF context: "swbvoice". */
const CONTEXT = Uint8Array.of(0x73, 0x77, 0x62, 0x76, 0x6f, 0x69, 0x63, 0x65);
const KDF_FIELD_BYTES = 16;

/**
 * The key that the session with `token` encrypts with under `epochSecret` (or under a whisper secret).
 *
 * libsodium's `crypto_kdf_derive_from_key`: BLAKE2b of the empty message, keyed with the master secret,
 * salt = subkey id (u64 little-endian), personal = context, each padded with zeros to 16 bytes.
 */
export function deriveSenderKey(epochSecret: Uint8Array, token: number): Uint8Array {
  if (epochSecret.length !== EPOCH_SECRET_BYTES)
    throw new RangeError(`an epoch secret has ${EPOCH_SECRET_BYTES} bytes`);
  const salt = new Uint8Array(KDF_FIELD_BYTES);
  new DataView(salt.buffer).setUint32(0, token, true);
  const personalization = new Uint8Array(KDF_FIELD_BYTES);
  personalization.set(CONTEXT);
  return blake2b(new Uint8Array(0), { dkLen: SENDER_KEY_BYTES, key: epochSecret, salt, personalization });
}

export { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
