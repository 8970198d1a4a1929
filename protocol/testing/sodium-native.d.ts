/** The part of libsodium that the protocol is tested against; the package brings no types. */
declare module 'sodium-native' {
  interface Sodium {
    crypto_aead_chacha20poly1305_ietf_encrypt(
      ciphertext: Buffer,
      message: Buffer,
      additionalData: Buffer | null,
      secretNonce: null,
      publicNonce: Buffer,
      key: Buffer,
    ): number;
    crypto_kdf_derive_from_key(subkey: Buffer, subkeyId: number, context: Buffer, key: Buffer): void;
    crypto_shorthash(output: Buffer, input: Buffer, key: Buffer): void;
  }
  const sodium: Sodium;
  export default sodium;
}
