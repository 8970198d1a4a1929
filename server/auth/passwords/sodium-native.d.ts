/** The part of libsodium that this server uses; the package brings no types. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_pwhash_STRBYTES: number;
    crypto_pwhash_str_async(
      output: Buffer,
      password: Buffer,
      passes: number,
      memoryBytes: number,
      done: (error: Error | null) => void,
    ): void;
    crypto_pwhash_str_verify_async(
      hash: Buffer,
      password: Buffer,
      done: (error: Error | null, fits: boolean) => void,
    ): void;
    crypto_pwhash_str_needs_rehash(hash: Buffer, passes: number, memoryBytes: number): boolean;
    sodium_memzero(buffer: Buffer): void;
  }
  const sodium: Sodium;
  export default sodium;
}
