import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { fingerprint } from './fingerprint.ts';

describe('fingerprint', () => {
  let root: string;
  const sut = (): string => fingerprint(root, ['package.json', 'client']);
  const write = (path: string, text: string): void => {
    writeFileSync(join(root, path), text);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'fingerprint-'));
    for (const folder of ['client/audio', 'client/dist', 'client/testing']) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    write('package.json', '{}');
    write('client/audio/gate.ts', 'export {};');
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it('stays the same while nothing changes', () => {
    expect(sut()).toBe(sut());
  });

  it.each([
    ['a file grows', () => write('client/audio/gate.ts', 'export const a = 1;')],
    ['a file is added', () => write('client/audio/mixer.ts', '')],
    ['a file goes', () => rmSync(join(root, 'client/audio/gate.ts'))],
    ['a file is as old as before it was checked out', () => utimesSync(join(root, 'client/audio/gate.ts'), 1, 1)],
    ['a named file changes', () => write('package.json', '{ }')],
  ])('changes when %s', (_, change) => {
    const before = sut();
    change();
    expect(sut()).not.toBe(before);
  });

  it.each(['client/dist/index.js', 'client/audio/gate.spec.ts', 'client/testing/voices.ts', 'client/.swp'])(
    'does not care for %s',
    (path) => {
      const before = sut();
      write(path, 'x');
      expect(sut()).toBe(before);
    },
  );
});
