import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PluginLanguage } from '../sdk/sources.ts';
import { hasCompiler } from './compile.ts';
import { ToolBench } from './testing/tool-bench.ts';

const SOURCES: Readonly<Record<PluginLanguage, string>> = {
  assemblyscript: 'assembly/index.ts',
  c: 'plugin.c',
  rust: 'src/lib.rs',
};

/** Where the SDKs are. */
const OF_THIS_MACHINE = join(import.meta.dirname, '../sdk');

describe('a plugin from nothing', async () => {
  let bench: ToolBench;

  beforeEach(async () => {
    bench = await ToolBench.open();
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await bench.close();
  });

  for (const language of ['assemblyscript', 'c', 'rust'] as const) {
    describe.skipIf(!(await hasCompiler(language)))(`in ${language}`, () => {
      it('is made, built, tested and packed', async () => {
        expect(await bench.run('new', 'night-owl', '--lang', language)).toBe(0);
        const manifest = JSON.parse(await readFile(bench.path('night-owl/plugin.json'), 'utf8')) as object;
        expect(manifest).toMatchObject({ id: 'night-owl', name: 'Night owl' });
        await expect(stat(bench.path('night-owl/plugin.wasm'))).rejects.toThrow('ENOENT');
        for (const [command, ...options] of [['build'], ['test'], ['pack', '--no-build']] as const) {
          const code = await bench.run(command, 'night-owl', ...options);
          expect(code, [...bench.complaints, ...bench.said].join('\n')).toBe(0);
        }
        expect(bench.said).toContainEqual(expect.stringMatching(/^\d+ calls, all as they should be\.$/));
        expect((await readFile(bench.path('night-owl/plugin.wasm'))).includes(OF_THIS_MACHINE)).toBe(false);
        expect(await bench.run('inspect', 'night-owl/night-owl-0.1.0.zip')).toBe(0);
      });

      it('says what the compiler says of an error, and leaves what was built before', async () => {
        await bench.run('new', 'owl', '--lang', language);
        await bench.write('owl/plugin.wasm', 'before');
        await bench.write(`owl/${SOURCES[language]}`, 'this is no program');
        expect(await bench.run('build', 'owl')).toBe(1);
        expect(bench.complaints[0]).toContain(SOURCES[language]);
        expect(await readFile(bench.path('owl/plugin.wasm'), 'utf8')).toBe('before');
      });
    });
  }

  it.skipIf(!(await hasCompiler('rust')))(
    'is built by Cargo where it has crates, which are fetched from nowhere',
    async () => {
      await bench.run('new', 'owl', '--lang', 'rust');
      const cargo = (dependency: string): string =>
        `[package]\nname = "owl"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\n${dependency}\n`;
      await bench.write('owl/Cargo.toml', cargo('switchboard = "*"'));
      expect(await bench.run('build', 'owl'), bench.complaints.join('\n')).toBe(0);
      expect(await bench.run('test', 'owl'), bench.said.join('\n')).toBe(0);
      expect((await readFile(bench.path('owl/plugin.wasm'))).includes(OF_THIS_MACHINE)).toBe(false);
      await bench.write('owl/Cargo.toml', cargo('switchboard = "*"\nthere-is-no-such-crate = "1"'));
      expect(await bench.run('build', 'owl')).toBe(1);
      expect(bench.complaints[0]).toContain('there-is-no-such-crate');
    },
  );

  it.each(['c', 'rust'] as const)('says how to get what compiles %s, where it is not there', async (language) => {
    await bench.writePlugin('half');
    await bench.write(`half/${SOURCES[language]}`, '');
    vi.stubEnv('PATH', bench.cwd);
    vi.stubEnv('RUSTC', undefined);
    expect(await hasCompiler(language)).toBe(false);
    expect(await bench.run('build', 'half')).toBe(1);
    expect(bench.complaints[0]).toMatch(
      /On Debian or Ubuntu: .*apt install.* On macOS: .*brew install.* On Windows: winget/,
    );
  });

  it('says why what compiles would not be allowed to run, and leaves what was built before', async () => {
    await bench.writePlugin('half');
    await bench.write('half/plugin.wasm', 'before');
    await bench.write(
      'half/assembly/index.ts',
      "import 'switchboard';\nexport function on_command(): i32 { return 0; }\n",
    );
    expect(await bench.run('build', 'half')).toBe(1);
    expect(bench.complaints[0]).toMatch(/would not be allowed to run: .*on_audio_frame_captured/);
    expect(await readFile(bench.path('half/plugin.wasm'), 'utf8')).toBe('before');
  });

  it('says that there is nothing to compile', async () => {
    await bench.writePlugin('half');
    expect(await bench.run('build', 'half')).toBe(1);
    expect(bench.complaints[0]).toContain('nothing to compile');
  });

  it('is not made over something, and not without a language or under a name that is none', async () => {
    await bench.write('owl/letter.txt', 'Dear Ada');
    expect(await bench.run('new', 'owl', '--lang', 'c')).toBe(1);
    expect(await bench.run('new', 'owl2', '--lang', 'cobol')).toBe(2);
    expect(await bench.run('new', 'Owl', '--lang', 'c')).toBe(2);
    expect(await bench.run('new', '--lang', 'c')).toBe(2);
    expect(bench.complaints).toEqual([
      expect.stringContaining('not empty'),
      expect.stringContaining('assemblyscript, c, rust'),
      expect.stringContaining('lower-case'),
      expect.stringContaining('Name the plugin'),
    ]);
    await expect(stat(bench.path('owl2'))).rejects.toThrow('ENOENT');
  });
});
