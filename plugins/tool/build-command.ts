import { checkModule } from '@switchboard/client/plugins';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOfSources } from '../sdk/sources.ts';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { buildPlugin } from './compile.ts';
import { readPluginFolder, WASM, type PluginFolder } from './plugin-folder.ts';
import { ToolError, type ToolCommand, type ToolIo } from './tool-io.ts';
import { writeWhole } from './write-file.ts';

/** The plugins that the project brings: their code is kept with them, and what it was made of. */
const OURS = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = 'sources.sha256';

/**
 * Compiles a plugin, and checks that what came out may run: only then it takes the place of what was built before.
 * @throws ToolError, SwitchboardError `plugin.manifest_invalid` with the field
 */
export async function build(path: string, io: ToolIo): Promise<PluginFolder> {
  const folder = await readPluginFolder(path, io);
  const startedMs = performance.now();
  const work = await mkdtemp(join(tmpdir(), 'switchboard-build-'));
  try {
    const made = join(work, WASM);
    await buildPlugin(path, made);
    const wasm = await readFile(made);
    const checked = checkModule(wasm, folder.manifest);
    if (!checked.ok) throw new ToolError(`It compiles, but would not be allowed to run: ${checked.fault.reason}`);
    await writeWhole(join(path, WASM), wasm);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    io.say(`Built ${join(path, WASM)}: ${(wasm.length / 1024).toFixed(1)} KiB in ${seconds} s.`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  if (!relative(OURS, path).startsWith('..')) await writeWhole(join(path, SOURCES), `${await hashOfSources(path)}\n`);
  return folder;
}

export const buildCommand: ToolCommand = {
  name: 'build',
  summary: 'compiles a plugin',
  help: `Compiles the plugin in a folder into its plugin.wasm, and checks that it may run.

  npm run plugin -- build [DIR]

The language is that of the source: assembly/index.ts (AssemblyScript), plugin.c with all other .c files beside it, or
src/lib.rs (Rust; with a Cargo.toml by cargo, which then fetches nothing). plugin.json has to be right, and name the
hooks that are exported.`,

  async run(args, io) {
    await build(pathOf(io, onlyOne(parsed(args, {}).positionals, 'one folder', '.')), io);
    return 0;
  },
};
