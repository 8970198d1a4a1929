import { Injectable } from '@nestjs/common';
import sodium from 'sodium-native';

/** As docs/adr/016 has it: about 0.1 s of one core. */
const PASSES = 3;
const MEMORY_BYTES = 64 * 1024 * 1024;
const HASH_BYTES = sodium.crypto_pwhash_STRBYTES;

/**
 * A hash of the parameters in force that no password fits: what an unknown name is checked against, so that it costs the same. Its salt
 * and its result are all zeros.
 */
export const NOBODYS_HASH = `$argon2id$v=19$m=${MEMORY_BYTES / 1024},t=${PASSES},p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Argon2id (RFC 9106) by libsodium, on a thread of libuv's pool. What is given is text in Unicode's form NFC, whatever keyboard it came from; the
 * copy made of it is wiped.
 */
@Injectable()
export class Argon2 {
  /** The hash with its salt and parameters, as text of at most 128 characters. */
  hash(password: string): Promise<string> {
    const bytes = bytesOf(password);
    const output = Buffer.alloc(HASH_BYTES);
    return new Promise<string>((resolve, reject) => {
      sodium.crypto_pwhash_str_async(output, bytes, PASSES, MEMORY_BYTES, (error) => {
        if (error === null) resolve(textOf(output));
        else reject(error);
      });
    }).finally(() => sodium.sodium_memzero(bytes));
  }

  verify(password: string, hash: string): Promise<boolean> {
    // None has this one, and libsodium's binding throws at it.
    if (password === '') return Promise.resolve(false);
    const bytes = bytesOf(password);
    return new Promise<boolean>((resolve, reject) => {
      sodium.crypto_pwhash_str_verify_async(paddedOf(hash), bytes, (error, fits) => {
        if (error === null) resolve(fits);
        else reject(error);
      });
    }).finally(() => sodium.sodium_memzero(bytes));
  }

  /** Whether it was made with other parameters than those in force, or is no hash at all. */
  isOutdated(hash: string): boolean {
    return sodium.crypto_pwhash_str_needs_rehash(paddedOf(hash), PASSES, MEMORY_BYTES);
  }
}

function bytesOf(password: string): Buffer {
  const text = password.normalize('NFC');
  // Not from the pool that small buffers share.
  const bytes = Buffer.alloc(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

function paddedOf(hash: string): Buffer {
  const padded = Buffer.alloc(HASH_BYTES);
  // The last byte stays zero: it ends the text.
  padded.write(hash.slice(0, HASH_BYTES - 1), 'ascii');
  return padded;
}

function textOf(output: Buffer): string {
  return output.toString('ascii', 0, output.indexOf(0));
}
