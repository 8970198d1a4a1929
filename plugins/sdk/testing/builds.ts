import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { buildPlugin, hasCompiler } from '../../tool/compile.ts';
import { languageOf } from '../sources.ts';
import { PluginBench, type BenchSetup } from './plugin-bench.ts';

const PLUGINS = join(import.meta.dirname, '../..');

export type StartBench = (setup?: BenchSetup) => Promise<PluginBench>;

/** The same tests for the Wasm that people get, and for what the sources make now, where there is a compiler for them. */
export async function describeBuilds(name: string, tests: (start: StartBench) => void): Promise<void> {
  const folder = join(PLUGINS, name);
  const language = languageOf(folder);
  describe('as it is in the repository', () => {
    tests((setup) => PluginBench.start(name, join(folder, 'plugin.wasm'), setup));
  });
  describe.skipIf(language === undefined || !(await hasCompiler(language)))('built anew', () => {
    let made = '';
    beforeAll(async () => {
      made = await mkdtemp(join(tmpdir(), 'switchboard-build-'));
      await buildPlugin(folder, join(made, 'plugin.wasm'));
    });
    afterAll(() => rm(made, { recursive: true, force: true }));
    tests((setup) => PluginBench.start(name, join(made, 'plugin.wasm'), setup));
  });
}
