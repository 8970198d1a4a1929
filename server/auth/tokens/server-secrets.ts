import { hkdfSync } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex, hexToBytes } from '@switchboard/protocol';
import * as v from 'valibot';
import type { Randomness } from '../../common/randomness.ts';

const FILE = 'secrets';
const MASTER_BYTES = 32;

const shape = v.object({
  version: v.literal(1),
  /** What the secrets of all kinds of tokens are derived from; hexadecimal. */
  tokens: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

/** What each secret is for. One that is learned or misused says nothing about the others. */
export type SecretPurpose = 'access' | 'device' | 'join' | 'refresh';

/** The file of secrets is there and cannot be used. */
export class SecretsError extends Error {
  constructor(path: string, cause: unknown) {
    super(
      `The file ${path} cannot be used: it is damaged, or this user may not read it. Put it back from a backup; or delete it, ` +
        'and everyone has to log in again.',
      { cause },
    );
    this.name = 'SecretsError';
  }
}

/** The secrets that this server signs with: made at its first start, in its data folder, for its user alone. */
export class ServerSecrets {
  readonly #keys: ReadonlyMap<SecretPurpose, Buffer>;

  private constructor(master: Uint8Array) {
    const derive = (purpose: SecretPurpose): [SecretPurpose, Buffer] => [
      purpose,
      Buffer.from(hkdfSync('sha256', master, '', `switchboard ${purpose}`, MASTER_BYTES)),
    ];
    this.#keys = new Map([derive('access'), derive('device'), derive('join'), derive('refresh')]);
  }

  /** @throws SecretsError */
  static async load(dataDir: string, random: Randomness): Promise<ServerSecrets> {
    const path = join(dataDir, FILE);
    const kept = await readKept(path);
    if (kept !== undefined) return new ServerSecrets(kept);
    const master = random.bytes(MASTER_BYTES);
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeWhole(path, JSON.stringify({ version: 1, tokens: bytesToHex(master) }), dataDir);
    return new ServerSecrets(master);
  }

  /** 32 bytes. */
  of(purpose: SecretPurpose): Buffer {
    const key = this.#keys.get(purpose);
    if (key === undefined) throw new Error(`no secret for ${purpose}`);
    return key;
  }
}

/** Undefined if there is none yet. A damaged one is not replaced in silence: somebody may have a backup. */
async function readKept(path: string): Promise<Uint8Array | undefined> {
  try {
    const { tokens } = v.parse(shape, JSON.parse(await readFile(path, 'utf8')));
    // A backup that was put back may have opened it to others.
    await chmod(path, 0o600);
    return hexToBytes(tokens);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SecretsError(path, error);
  }
}

/** Under its name it is whole, and on the disk, or it is not there: whatever stops the machine meanwhile. */
async function writeWhole(path: string, text: string, folder: string): Promise<void> {
  const unfinished = `${path}.new`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    // One that a stopped start has left could have any mode.
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  // Windows cannot open folders; there the name is written through by itself.
  if (process.platform === 'win32') return;
  const directory = await open(folder);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
