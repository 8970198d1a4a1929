import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['**/.env', '.env'],
    ['**/.env', 'a/b/.ENV'],
    ['.env', 'deep/.env'],
    ['**/.env.*', 'a/.env.local'],
    ['**/*.pem', 'certs/SERVER.PEM'],
    ['**/id_rsa*', '.ssh/id_rsa.pub'],
    ['**/secrets/**', 'a/secrets/b/c.txt'],
    ['**/secrets/**', 'secrets/c.txt'],
    ['secrets', 'a/secrets/b.txt'],
    ['build/', 'build/out.js'],
    ['/only/here.txt', 'only/here.txt'],
    ['src/*.{key,pem}', 'src/a.key'],
    ['file?.[ck]s', 'x/file1.ks'],
    ['a[!0-9]', 'ab'],
    ['**/a/**/b', 'x/a/y/z/b'],
    ['**/a/**/b', 'a/b'],
    ['a{b,c{d,e}}f', 'acef'],
    ['**', 'a/b'],
    ['src/**', 'src/a/b'],
    ['caf\u00e9', 'cafe\u0301'],
  ])('%s hides %s', (pattern, path) => {
    expect(matchesGlob(path, pattern)).toBe(true);
  });

  it.each([
    ['**/.env', 'a/.environment'],
    ['**/*.pem', 'a/pem'],
    ['src/*.ts', 'src/deep/a.ts'],
    ['src/*.ts', 'other/src/a.ts'],
    ['**/secrets/**', 'a/secretsauce.txt'],
    ['a[!0-9]', 'a7'],
    ['a.b', 'axb'],
    ['**/a', 'ba'],
    ['**/a/**/b', 'a/xb'],
    ['src/**', 'srcs/a'],
    ['[', 'x'],
    ['{a', 'b'],
  ])('%s does not hide %s', (pattern, path) => {
    expect(matchesGlob(path, pattern)).toBe(false);
  });

  it('takes no longer for a pattern that is made for it', () => {
    const path = 'a/'.repeat(255);
    expect(matchesGlob(path, `${'*a'.repeat(100)}b`)).toBe(false);
    expect(matchesGlob(path, `${'**/'.repeat(100)}b`)).toBe(false);
    expect(matchesGlob('x', '{a,b}'.repeat(1_000))).toBe(false);
  });

  it('never throws, and hides a name by itself, whatever it is', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(name, name, (pattern, path) => {
        expect(typeof matchesGlob(path, pattern)).toBe('boolean');
      }),
    );
    const plain = fc.stringMatching(/^[\w .#@+-]{1,12}$/u);
    fc.assert(fc.property(plain, plain, (folder, file) => matchesGlob(`${folder}/${file}`, file)));
  });

  it('hides by its defaults what holds secrets, in any case', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default: unknown }> }[] };
    };
    const [patterns] = manifest.contributes.configuration.flatMap(({ properties }) => {
      const setting = properties['switchboard.share.exclude'];
      return setting === undefined ? [] : [setting.default as string[]];
    });
    const isHidden = (path: string): boolean => patterns!.some((pattern) => matchesGlob(path, pattern));
    const secret = [
      ...[
        '.env',
        'api/.ENV',
        '.env.local',
        'SERVER.PEM',
        'tls/Key.KEY',
        '.npmrc',
        'home/.netrc',
        'a.pfx',
        'a.p12',
        'a.jks',
      ],
      ...[
        'id_rsa',
        'id_ecdsa.bak',
        'id_ed25519',
        '.kube/config',
        '.gnupg/x',
        '.ssh/config',
        '.aws/credentials',
        'secrets/a',
      ],
    ];
    expect(secret.filter((path) => !isHidden(path))).toEqual([]);
    expect(['src/main.ts', 'environment.md', 'keys.ts', 'README.md'].filter(isHidden)).toEqual([]);
  });
});
