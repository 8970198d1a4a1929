import { readPluginPackage } from '@switchboard/client/plugins';
import { readdir, readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packAll } from './pack-command.ts';
import { ToolBench } from './testing/tool-bench.ts';

describe('npm run plugin --', () => {
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.open();
    await bench.writePlugin('half');
  });

  afterEach(() => bench.close());

  async function packed(name: string) {
    return readPluginPackage(await readFile(bench.path(name)));
  }

  describe('pack', () => {
    it('makes the package that people install, and the same bytes each time', async () => {
      await bench.write('half/README.md', '# Half\n');
      expect(await bench.run('pack', 'half', '--no-build')).toBe(0);
      const { manifest, readme, signed } = await packed('half/half-1.2.0.zip');
      expect({ id: manifest.id, readme, signed }).toEqual({ id: 'half', readme: '# Half\n', signed: false });
      await bench.run('pack', 'half', '--no-build', '--out', 'again.zip');
      expect(await readFile(bench.path('again.zip'))).toEqual(await readFile(bench.path('half/half-1.2.0.zip')));
    });

    it('leaves out what is for editors, and what was there of a package', async () => {
      await bench.writePlugin('half', { $schema: '../schema.json', sha256: 'no hash', publisher: 'nobody' });
      expect(await bench.run('pack', 'half', '--no-build')).toBe(0);
      const { manifestBytes } = await packed('half/half-1.2.0.zip');
      const json = JSON.parse(new TextDecoder().decode(manifestBytes)) as object;
      expect(Object.keys(json)).not.toContain('$schema');
      expect(Object.keys(json)).not.toContain('publisher');
      expect(bench.said).toHaveLength(1);
    });

    it('warns of a field that nothing reads', async () => {
      await bench.writePlugin('half', { permision: [] });
      expect(await bench.run('pack', 'half', '--no-build')).toBe(0);
      expect(bench.said[0]).toContain('"permision"');
    });

    it.each([
      ['a field that is wrong', { version: 'one' }, 'version must be a version'],
      ['a permission too few', { permissions: [{ name: 'log' }] }, 'status.set'],
      ['a hook that is not exported', { hooks: ['on_command', 'on_config'] }, 'on_config'],
    ])('refuses %s, and says which', async (_, changes, part) => {
      await bench.writePlugin('half', changes);
      expect(await bench.run('pack', 'half', '--no-build')).toBe(1);
      expect(bench.complaints.join('\n')).toContain(part);
      await expect(stat(bench.path('half/half-1.2.0.zip'))).rejects.toThrow('ENOENT');
    });

    it('refuses a README that is no text, and an icon that is none', async () => {
      await bench.write('half/README.md', new Uint8Array([0xff]));
      expect(await bench.run('pack', 'half', '--no-build')).toBe(1);
      await bench.write('half/README.md', '');
      await bench.write('half/icon.png', 'GIF89a');
      expect(await bench.run('pack', 'half', '--no-build')).toBe(1);
      expect(bench.complaints).toEqual([expect.stringContaining('README.md'), expect.stringContaining('icon.png')]);
    });

    it('says where a plugin is not, and where none was built', async () => {
      expect(await bench.run('pack', '--no-build')).toBe(1);
      await bench.write('empty/plugin.json', await readFile(bench.path('half/plugin.json')));
      expect(await bench.run('pack', 'empty', '--no-build')).toBe(1);
      expect(bench.complaints[0]).toContain(`no plugin.json in ${bench.cwd}`);
      expect(bench.complaints[1]).toContain('no plugin.wasm');
    });
  });

  it('packs all plugins of a folder as they are built, and removes packages of others', async () => {
    await bench.writePlugin('ours/one', { id: 'one' });
    await bench.writePlugin('ours/two', { id: 'two' });
    await bench.write('ours/tool/tool.ts', '');
    await bench.write('packages/gone.zip', '');
    await packAll(bench.path('ours'), bench.path('packages'), bench);
    expect((await readdir(bench.path('packages'))).sort()).toEqual(['one.zip', 'two.zip']);
    expect((await packed('packages/two.zip')).manifest.id).toBe('two');
  });

  describe('keygen and sign', () => {
    it('make a package that is signed with a key for its owner alone', async () => {
      expect(await bench.run('keygen', 'my.key')).toBe(0);
      if (process.platform !== 'win32') expect((await stat(bench.path('my.key'))).mode & 0o777).toBe(0o600);
      const publisher = bench.said.at(-1);
      expect(await bench.run('sign', 'half', '--no-build', '--key', 'my.key')).toBe(0);
      const { signed, manifest } = await packed('half/half-1.2.0.zip');
      expect({ signed, publisher: manifest.publisher }).toEqual({ signed: true, publisher });
    });

    it('never overwrite a key', async () => {
      await bench.run('keygen', 'my.key');
      const key = await readFile(bench.path('my.key'));
      expect(await bench.run('keygen', 'my.key')).toBe(1);
      expect(await readFile(bench.path('my.key'))).toEqual(key);
    });

    it('sign a package in place, and another publisher’s anew, with all that is in it', async () => {
      await bench.write('half/README.md', '# Half\n');
      await bench.run('pack', 'half', '--no-build', '--out', 'half.zip');
      const before = await packed('half.zip');
      for (const key of ['ada.key', 'ben.key']) {
        await bench.run('keygen', key);
        const publisher = bench.said.at(-1);
        expect(await bench.run('sign', 'half.zip', '--key', key)).toBe(0);
        const after = await packed('half.zip');
        expect(after).toMatchObject({ signed: true, readme: before.readme, wasm: before.wasm });
        expect(after.manifest).toEqual({ ...before.manifest, publisher });
      }
    });

    it('never let an unsigned package take the place of a signed one', async () => {
      await bench.run('keygen', 'my.key');
      await bench.run('sign', 'half', '--no-build', '--key', 'my.key');
      expect(await bench.run('pack', 'half', '--no-build')).toBe(1);
      expect(bench.complaints.at(-1)).toContain('half-1.2.0.zip is signed');
      expect((await packed('half/half-1.2.0.zip')).signed).toBe(true);
      // Another key, another file, and what is no package.
      expect(await bench.run('sign', 'half', '--no-build', '--key', 'my.key')).toBe(0);
      await bench.write('other.zip', 'PK');
      expect(await bench.run('pack', 'half', '--no-build', '--out', 'other.zip')).toBe(0);
      expect((await packed('other.zip')).signed).toBe(false);
    });

    it('refuse to go without a key, and with a file that is none', async () => {
      expect(await bench.run('sign', 'half')).toBe(2);
      expect(await bench.run('sign', 'half', '--key', 'half/plugin.json')).toBe(1);
      expect(await bench.run('sign', 'half', '--key', 'no.key')).toBe(1);
      expect(bench.complaints[1]).toContain('holds no key');
      expect(bench.complaints[2]).toContain('There is no file');
    });

    it('say that a key could not be written', async () => {
      expect(await bench.run('keygen', 'nowhere/my.key')).toBe(1);
      expect(bench.complaints[0]).toContain('could not be written');
    });
  });

  describe('inspect', () => {
    it('says what people are asked, in words', async () => {
      await bench.run('keygen', 'my.key');
      await bench.run('sign', 'half', '--no-build', '--key', 'my.key', '--out', 'half.zip');
      bench.said.length = 0;
      expect(await bench.run('inspect', 'half.zip')).toBe(0);
      const text = bench.said.join('\n');
      expect(text).toContain('Half 1.2.0 (half), by Ada, MIT');
      expect(text).toMatch(/Signed by [0-9a-f]{64}\./);
      expect(text).toContain('/half: Says what it was given.');
      expect(text).toContain(
        'hears what one says, and can change it before others hear it [hook:on_audio_frame_captured]',
      );
      expect(text).toContain('sets one’s status [permission:status.set]');
    });

    it('says what is wrong with a package', async () => {
      await bench.write('half.zip', 'PK');
      expect(await bench.run('inspect', 'half.zip')).toBe(1);
      expect(bench.complaints[0]).toContain('no zip');
    });
  });
});
