import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { readNeeded } from './plugin-folder.ts';
import { ToolError } from './tool-io.ts';

/** A publisher's Ed25519 key, both halves. */
export interface SigningKey {
  /** The public half in hex, as a manifest names it. */
  readonly publisher: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * Makes a key and writes it, PKCS #8 in PEM, for its owner alone to read.
 * @returns its public half in hex
 * @throws ToolError if the file is there already: whoever loses a key cannot update what is signed by it
 */
export async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  try {
    await writeFile(path, pem, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new ToolError(
        `${path} is there already, and perhaps a key: it was left as it is. Name another file.`,
        error,
      );
    }
    throw new ToolError(
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  return publisherOf(privateKey);
}

/** @throws ToolError if there is no key of this kind in the file */
export async function readKey(path: string): Promise<SigningKey> {
  const pem = await readNeeded(path);
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(pem), format: 'pem' });
  } catch (cause) {
    throw new ToolError(`${path} holds no key. npm run plugin -- keygen FILE makes one.`, cause);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new ToolError(`${path} holds a key of another kind than Ed25519.`);
  return { publisher: publisherOf(key), sign: (bytes) => sign(null, bytes, key) };
}

function publisherOf(privateKey: KeyObject): string {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}
