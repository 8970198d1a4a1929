import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemRandomness } from '../../common/randomness.ts';
import { SecretsError, ServerSecrets } from './server-secrets.ts';

describe('ServerSecrets', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'switchboard-')), 'data');
    file = join(folder, 'secrets');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  function load(): Promise<ServerSecrets> {
    return ServerSecrets.load(folder, new SystemRandomness());
  }

  it('makes them at the first start, for its user alone, and keeps them', async () => {
    const first = await load();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['secrets']);
    expect((await load()).of('access')).toEqual(first.of('access'));
  });

  it('has one of its own for each purpose, none of which is in the file', async () => {
    const secrets = await load();
    const hex = (['access', 'join', 'refresh'] as const).map((purpose) => secrets.of(purpose).toString('hex'));
    expect(new Set(hex).size).toBe(3);
    const text = await readFile(file, 'utf8');
    for (const key of hex) expect(text).not.toContain(key);
  });

  it('is not misled by what a stopped start has left', async () => {
    await load();
    await rm(file);
    await writeFile(`${file}.new`, '{"version":1,"tok', { mode: 0o644 });
    await load();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['secrets']);
  });

  it.each(['', '{', '{"version":1}', '{"version":1,"tokens":"00"}', '{"version":2,"tokens":"00"}'])(
    'names a damaged file and leaves it as it is: %j',
    async (text) => {
      await load();
      await writeFile(file, text);
      const refused = load();
      await expect(refused).rejects.toThrow(SecretsError);
      await expect(refused).rejects.toThrow(file);
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );

  it('takes a file back that others could read', async () => {
    await load();
    await chmod(file, 0o644);
    await load();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});
