import { readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hashOfSources, languageOf } from './sources.ts';

const PLUGINS = join(import.meta.dirname, '..');
const NAMES = readdirSync(PLUGINS).filter((name) => languageOf(join(PLUGINS, name)) !== undefined);
const made: string[] = [];

async function copyOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-sources-'));
  made.push(folder);
  await cp(join(PLUGINS, name), folder, { recursive: true });
  return folder;
}

describe('sources', () => {
  afterEach(async () => {
    for (const folder of made.splice(0)) await rm(folder, { recursive: true });
  });

  it('finds the plugins of this repository', () => {
    expect(NAMES).toEqual(expect.arrayContaining(['dice-and-polls', 'noise-gate', 'voice-changer']));
  });

  it.each(NAMES)('the Wasm of %s is of its sources: else run `npm run plugin -- build` on it', async (name) => {
    const folder = join(PLUGINS, name);
    const noted = await readFile(join(folder, 'sources.sha256'), 'utf8');

    expect(noted.trim()).toBe(await hashOfSources(folder));
  });

  it('does not depend on where the plugin is, and on line ends', async () => {
    const folder = await copyOf('noise-gate');
    expect(await hashOfSources(folder)).toBe(await hashOfSources(join(PLUGINS, 'noise-gate')));

    const source = join(folder, 'src/gate.rs');
    await writeFile(source, (await readFile(source, 'utf8')).replaceAll('\n', '\r\n'));
    expect(await hashOfSources(folder)).toBe(await hashOfSources(join(PLUGINS, 'noise-gate')));
  });

  it('changes with every source, and with nothing else', async () => {
    const folder = await copyOf('greeter');
    const before = await hashOfSources(folder);
    await writeFile(join(folder, 'README.md'), 'another');
    expect(await hashOfSources(folder)).toBe(before);

    await writeFile(join(folder, 'assembly/another.ts'), 'const x = 1;\n');
    expect(await hashOfSources(folder)).not.toBe(before);
  });

  it('knows no language of a folder without sources', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-sources-'));
    made.push(folder);

    expect(languageOf(folder)).toBeUndefined();
    await expect(hashOfSources(folder)).rejects.toThrow('no sources of a plugin');
  });
});
