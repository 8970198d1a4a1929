import { describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packedManifest, settledCondition, type Manifest } from './manifest.ts';

const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as Manifest;

describe('packedManifest', () => {
  it('has nothing of the workspace', () => {
    const packed = packedManifest(manifest, 'linux-x64');
    for (const key of ['private', 'type', 'scripts', 'dependencies', 'devDependencies']) {
      expect(packed).not.toHaveProperty(key);
    }
  });

  it('has on the desktop the desktop alone, with all that it contributes', () => {
    const packed = packedManifest(manifest, 'darwin-arm64');
    expect(packed.main).toBe('./dist/extension.cjs');
    expect(packed).not.toHaveProperty('browser');
    expect(packed.contributes.commands).toHaveLength(manifest.contributes.commands.length);
    expect(packed.contributes.configuration).toEqual(manifest.contributes.configuration);
  });

  it.each(['linux-x64', 'web'] as const)('asks for %s no more whether it is the web', (target) => {
    expect(JSON.stringify(packedManifest(manifest, target))).not.toContain('isWeb');
  });

  it('has in the browser what web.ts registers, and nothing else', () => {
    const packed = packedManifest(manifest, 'web');
    expect(packed.browser).toBe('./dist/web.cjs');
    expect(packed).not.toHaveProperty('main');
    expect(packed.contributes.commands.map(({ command }) => command).sort()).toEqual([
      'switchboard.addServer',
      'switchboard.openInBrowser',
    ]);
    expect(
      Object.values(packed.contributes.views)
        .flat()
        .map(({ id }) => id),
    ).toEqual(['switchboard.rooms']);
    expect(packed.contributes.viewsWelcome).toHaveLength(1);
    expect(Object.keys(packed.contributes).sort()).toEqual(['commands', 'views', 'viewsContainers', 'viewsWelcome']);
  });
});

describe('settledCondition', () => {
  it.each([
    ['isWeb', true, true],
    ['isWeb', false, false],
    ['!isWeb', true, false],
    ['!isWeb', false, true],
    ['isWeb || switchboard.active', false, 'switchboard.active'],
    ['isWeb || switchboard.active', true, true],
    ['!isWeb && switchboard.active && a == 1', false, 'switchboard.active && a == 1'],
    ['!isWeb && switchboard.active || b', true, 'b'],
    ['switchboard.active && !(a || b)', true, 'switchboard.active && !(a || b)'],
  ])('makes of %j, with the web %s, %j', (condition, isWeb, left) => {
    expect(settledCondition(condition, isWeb)).toBe(left);
  });

  it('does not guess', () => {
    expect(() => settledCondition('a && (isWeb || b)', true)).toThrow('brackets');
  });
});
