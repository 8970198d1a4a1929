import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemRandomness } from '../../common/randomness.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { ServerSecrets } from './server-secrets.ts';

const LOG_IN = '0198c0de-0000-7000-8000-00000000abcd';

describe('RefreshTokens', () => {
  const random = new SystemRandomness();
  let folders: string[];
  let sut: RefreshTokens;
  let others: RefreshTokens;

  beforeAll(async () => {
    folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'switchboard-'))));
    [sut, others] = (await Promise.all(folders.map((folder) => ServerSecrets.load(folder, random)))).map(
      (secrets) => new RefreshTokens(secrets, random),
    ) as [RefreshTokens, RefreshTokens];
  });
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  it('reads what it has minted', () => {
    const { token, hash } = sut.mint(LOG_IN);
    expect(sut.read(token)).toEqual({ logInId: LOG_IN, hash });
    expect(sut.mint(LOG_IN).hash).not.toBe(hash);
  });

  it('reads nothing in which one bit was changed', () => {
    const bytes = Buffer.from(sut.mint(LOG_IN).token, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(sut.read(changed.toString('base64url'))).toBeUndefined();
    }
  });

  it.each(['', 'x', '=', 'A'.repeat(85), 'A'.repeat(86), 'A'.repeat(87), '\u0000', 'Ä'.repeat(86)])(
    'reads nothing in %j',
    (text) => {
      expect(sut.read(text)).toBeUndefined();
    },
  );

  it('reads one spelling only, and nothing of another server', () => {
    const { token } = sut.mint(LOG_IN);
    expect(sut.read(`${token}=`)).toBeUndefined();
    expect(sut.read(` ${token}`)).toBeUndefined();
    expect(others.read(token)).toBeUndefined();
  });
});
