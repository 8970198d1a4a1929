import { createCipheriv, createDecipheriv, type Cipheriv, type Decipheriv } from 'node:crypto';

export const BLOCK_BYTES = 16;

interface Sealed {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

interface Opened {
  readonly plaintext: Uint8Array;
  /** What the sealed message's tag has to be. */
  readonly tag: Uint8Array;
}

/**
 * OCB2 with AES-128 (draft-krovetz-ocb-00), as Mumble's voice is encrypted. Broken as a cipher (eprint 2019/311): for talking to
 * that server alone. All blocks of a message go through AES in one call.
 */
export class Ocb2 {
  readonly #encrypting: Cipheriv;
  readonly #decrypting: Decipheriv;

  constructor(key: Uint8Array) {
    this.#encrypting = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#decrypting = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  seal(nonce: Uint8Array, plaintext: Uint8Array): Sealed {
    const { masks, wholeBytes, tagMask } = this.#masksOf(nonce, plaintext.length);
    const blocks = this.#encrypting.update(masked(plaintext, wholeBytes, masks));
    const ciphertext = new Uint8Array(plaintext.length);
    for (let at = 0; at < wholeBytes; at++) ciphertext[at] = byteAt(blocks, at) ^ byteAt(masks, at);
    const pad = blocks.subarray(wholeBytes);
    for (let at = wholeBytes; at < plaintext.length; at++)
      ciphertext[at] = byteAt(plaintext, at) ^ byteAt(pad, at - wholeBytes);
    return { ciphertext, tag: this.#tagOf(plaintext, wholeBytes, pad, tagMask) };
  }

  open(nonce: Uint8Array, ciphertext: Uint8Array): Opened {
    const { masks, wholeBytes, tagMask } = this.#masksOf(nonce, ciphertext.length);
    const input = masked(ciphertext, wholeBytes, masks);
    const blocks = this.#decrypting.update(input.subarray(0, wholeBytes));
    const pad = this.#encrypting.update(input.subarray(wholeBytes));
    const plaintext = new Uint8Array(ciphertext.length);
    for (let at = 0; at < wholeBytes; at++) plaintext[at] = byteAt(blocks, at) ^ byteAt(masks, at);
    for (let at = wholeBytes; at < ciphertext.length; at++)
      plaintext[at] = byteAt(ciphertext, at) ^ byteAt(pad, at - wholeBytes);
    return { plaintext, tag: this.#tagOf(plaintext, wholeBytes, pad, tagMask) };
  }

  /** What each block is masked with: 2·E(nonce), 4·E(nonce) …; the last block, whole or not, is not among `wholeBytes`. */
  #masksOf(nonce: Uint8Array, length: number): { masks: Uint8Array; wholeBytes: number; tagMask: Uint8Array } {
    const wholeBytes = Math.max(0, Math.ceil(length / BLOCK_BYTES) - 1) * BLOCK_BYTES;
    const masks = new Uint8Array(wholeBytes + BLOCK_BYTES);
    let mask: Uint8Array = this.#encrypting.update(nonce);
    for (let at = 0; at <= wholeBytes; at += BLOCK_BYTES) {
      mask = doubled(mask);
      masks.set(mask, at);
    }
    return { masks, wholeBytes, tagMask: xored(mask, doubled(mask)) };
  }

  #tagOf(plaintext: Uint8Array, wholeBytes: number, pad: Uint8Array, tagMask: Uint8Array): Uint8Array {
    const sum = tagMask.slice();
    for (let at = 0; at < wholeBytes; at++) flip(sum, at % BLOCK_BYTES, byteAt(plaintext, at));
    const last = plaintext.length - wholeBytes;
    for (let at = 0; at < BLOCK_BYTES; at++) {
      flip(sum, at, at < last ? byteAt(plaintext, wholeBytes + at) : byteAt(pad, at));
    }
    return this.#encrypting.update(sum);
  }
}

/** The whole blocks under their masks; behind them the block that the last one's pad is made of: how many bits it has. */
function masked(text: Uint8Array, wholeBytes: number, masks: Uint8Array): Uint8Array {
  const input = masks.slice();
  for (let at = 0; at < wholeBytes; at++) flip(input, at, byteAt(text, at));
  const lastBits = (text.length - wholeBytes) * 8;
  flip(input, input.length - 1, lastBits);
  return input;
}

/** Times two in GF(2^128), with the polynomial x^128 + x^7 + x^2 + x + 1. */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at++) result[at] = (byteAt(block, at) << 1) | (byteAt(block, at + 1) >> 7);
  if (byteAt(block, 0) >= 0x80) flip(result, BLOCK_BYTES - 1, 0x87);
  return result;
}

function xored(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((byte, at) => byte ^ byteAt(other, at));
}

function flip(bytes: Uint8Array, at: number, bits: number): void {
  bytes[at] = byteAt(bytes, at) ^ bits;
}

/** 0 behind the end. */
function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
