/**
 * SipHash-2-4 with a 64-bit tag (Aumasson, Bernstein 2012), equal to libsodium's `crypto_shorthash`.
 * On 32-bit halves, because BigInt allocates: at 50 packets/s a talker this is cheaper than a native call.
 */

export const SIPHASH_KEY_BYTES = 16;
export const SIPHASH_TAG_BYTES = 8;

const INIT_0 = { hi: 0x736f6d65, lo: 0x70736575 };
const INIT_1 = { hi: 0x646f7261, lo: 0x6e646f6d };
const INIT_2 = { hi: 0x6c796765, lo: 0x6e657261 };
const INIT_3 = { hi: 0x74656462, lo: 0x79746573 };
const FINAL_XOR = 0xff;

/** A key as the four little-endian words that the hash starts from. Made once per session. */
export type SipHashKey = Readonly<Uint32Array>;

export function sipHashKey(bytes: Uint8Array): SipHashKey {
  if (bytes.length !== SIPHASH_KEY_BYTES) throw new RangeError(`SipHash takes a key of ${SIPHASH_KEY_BYTES} bytes`);
  const words = new Uint32Array(4);
  for (let word = 0; word < 4; word++) words[word] = readWord(bytes, word * 4);
  return words;
}

// The state lives in module scope: one hash runs at a time, and nothing is allocated per call.
let v0h = 0,
  v0l = 0,
  v1h = 0,
  v1l = 0,
  v2h = 0,
  v2l = 0,
  v3h = 0,
  v3l = 0;

/** Writes the 8-byte tag of `bytes[start, end)` to `out` at `outOffset`. */
export function sipHash(
  key: SipHashKey,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  outOffset: number,
): void {
  absorb(key, bytes, start, end);
  writeWord(out, outOffset, v0l ^ v1l ^ v2l ^ v3l);
  writeWord(out, outOffset + 4, v0h ^ v1h ^ v2h ^ v3h);
}

/** Whether the 8 bytes at `tagOffset` are the tag of `bytes[start, end)`; takes the same time wherever they differ. */
export function sipHashMatches(
  key: SipHashKey,
  bytes: Uint8Array,
  start: number,
  end: number,
  tagOffset: number,
): boolean {
  absorb(key, bytes, start, end);
  const low = v0l ^ v1l ^ v2l ^ v3l ^ readWord(bytes, tagOffset);
  const high = v0h ^ v1h ^ v2h ^ v3h ^ readWord(bytes, tagOffset + 4);
  return (low | high) === 0;
}

function absorb(key: SipHashKey, bytes: Uint8Array, start: number, end: number): void {
  const k0l = key[0] ?? 0,
    k0h = key[1] ?? 0,
    k1l = key[2] ?? 0,
    k1h = key[3] ?? 0;
  v0h = INIT_0.hi ^ k0h;
  v0l = INIT_0.lo ^ k0l;
  v1h = INIT_1.hi ^ k1h;
  v1l = INIT_1.lo ^ k1l;
  v2h = INIT_2.hi ^ k0h;
  v2l = INIT_2.lo ^ k0l;
  v3h = INIT_3.hi ^ k1h;
  v3l = INIT_3.lo ^ k1l;

  const length = end - start;
  const lastBlock = start + (length & ~7);
  for (let offset = start; offset < lastBlock; offset += 8) {
    compress(readWord(bytes, offset), readWord(bytes, offset + 4));
  }
  let tailLow = 0,
    tailHigh = (length & 0xff) << 24;
  for (let i = 0; i < (length & 7); i++) {
    const byte = bytes[lastBlock + i] ?? 0;
    if (i < 4) tailLow |= byte << (8 * i);
    else tailHigh |= byte << (8 * (i - 4));
  }
  compress(tailLow, tailHigh);
  v2l ^= FINAL_XOR;
  round();
  round();
  round();
  round();
}

function compress(low: number, high: number): void {
  v3l ^= low;
  v3h ^= high;
  round();
  round();
  v0l ^= low;
  v0h ^= high;
}

function round(): void {
  let t: number;
  // v0 += v1; v1 <<<= 13; v1 ^= v0; v0 <<<= 32
  t = (v0l >>> 0) + (v1l >>> 0);
  v0h = (v0h + v1h + (t > 0xffffffff ? 1 : 0)) | 0;
  v0l = t | 0;
  t = v1h;
  v1h = (v1h << 13) | (v1l >>> 19);
  v1l = (v1l << 13) | (t >>> 19);
  v1h ^= v0h;
  v1l ^= v0l;
  t = v0h;
  v0h = v0l;
  v0l = t;
  // v2 += v3; v3 <<<= 16; v3 ^= v2
  t = (v2l >>> 0) + (v3l >>> 0);
  v2h = (v2h + v3h + (t > 0xffffffff ? 1 : 0)) | 0;
  v2l = t | 0;
  t = v3h;
  v3h = (v3h << 16) | (v3l >>> 16);
  v3l = (v3l << 16) | (t >>> 16);
  v3h ^= v2h;
  v3l ^= v2l;
  // v0 += v3; v3 <<<= 21; v3 ^= v0
  t = (v0l >>> 0) + (v3l >>> 0);
  v0h = (v0h + v3h + (t > 0xffffffff ? 1 : 0)) | 0;
  v0l = t | 0;
  t = v3h;
  v3h = (v3h << 21) | (v3l >>> 11);
  v3l = (v3l << 21) | (t >>> 11);
  v3h ^= v0h;
  v3l ^= v0l;
  // v2 += v1; v1 <<<= 17; v1 ^= v2; v2 <<<= 32
  t = (v2l >>> 0) + (v1l >>> 0);
  v2h = (v2h + v1h + (t > 0xffffffff ? 1 : 0)) | 0;
  v2l = t | 0;
  t = v1h;
  v1h = (v1h << 17) | (v1l >>> 15);
  v1l = (v1l << 17) | (t >>> 15);
  v1h ^= v2h;
  v1l ^= v2l;
  t = v2h;
  v2h = v2l;
  v2l = t;
}

function readWord(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] ?? 0) |
    ((bytes[offset + 1] ?? 0) << 8) |
    ((bytes[offset + 2] ?? 0) << 16) |
    ((bytes[offset + 3] ?? 0) << 24)
  );
}

function writeWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word & 0xff;
  bytes[offset + 1] = (word >>> 8) & 0xff;
  bytes[offset + 2] = (word >>> 16) & 0xff;
  bytes[offset + 3] = word >>> 24;
}
