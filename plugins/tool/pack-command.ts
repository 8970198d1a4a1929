import { readPluginPackage } from '@switchboard/client/plugins';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { build } from './build-command.ts';
import { readKey } from './keys.ts';
import { packageName, packFolder, signedPackage, type PackageFile } from './package-file.ts';
import { readIfThere, readNeeded, readPluginFolder } from './plugin-folder.ts';
import { ToolError, UsageError, type ToolCommand, type ToolIo } from './tool-io.ts';
import { writeWhole } from './write-file.ts';

const OPTIONS = { 'no-build': { type: 'boolean' }, out: { type: 'string' } } as const;

/** Where the project has its own plugins, and where a server finds their packages. */
const OURS = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = join(OURS, 'dist/packages');

export const packCommand: ToolCommand = {
  name: 'pack',
  summary: 'builds a plugin and makes its package',
  help: `Builds the plugin in a folder, and makes the zip that people install: <id>-<version>.zip, in the folder.

  npm run plugin -- pack [DIR] [--out FILE] [--no-build]
  npm run plugin -- pack --ours

  --out FILE   another name for the zip
  --no-build   takes plugin.wasm as it is
  --ours       the plugins that the project brings, as they are built, for servers to find

The package is read back as everyone reads it: what could not be installed is not written, nor does an unsigned
package take the place of a signed one. The same files make the same bytes.`,

  async run(args, io) {
    const { values, positionals } = parsed(args, { ...OPTIONS, ours: { type: 'boolean' } });
    if (values.ours === true) {
      await packAll(OURS, PACKAGES, io);
      return 0;
    }
    const path = pathOf(io, onlyOne(positionals, 'one folder', '.'));
    const folder = values['no-build'] === true ? await readPluginFolder(path, io) : await build(path, io);
    await write(await packFolder(folder), path, values.out, io);
    return 0;
  },
};

export const signCommand: ToolCommand = {
  name: 'sign',
  summary: 'makes a package that is signed',
  help: `Signs a package, or makes one of a folder as pack does and signs that.

  npm run plugin -- sign [DIR|ZIP] --key FILE [--out FILE] [--no-build]

  --key FILE   your key; npm run plugin -- keygen FILE makes one
  --out FILE   another name for the zip; a ZIP that is named is signed in place
  --no-build   takes a folder's plugin.wasm as it is

The public half of the key is put into plugin.json as publisher, and the signature beside it as plugin.sig. Who has
installed it takes updates that are signed with the same key, and no others.`,

  async run(args, io) {
    const { values, positionals } = parsed(args, { ...OPTIONS, key: { type: 'string' } });
    if (values.key === undefined) throw new UsageError('Give --key FILE. npm run plugin -- keygen FILE makes one.');
    const key = await readKey(pathOf(io, values.key));
    const path = pathOf(io, onlyOne(positionals, 'one folder or package', '.'));
    if (path.endsWith('.zip')) {
      await write(await signedPackage(await readNeeded(path), key), path, values.out ?? path, io);
      return 0;
    }
    const folder = values['no-build'] === true ? await readPluginFolder(path, io) : await build(path, io);
    await write(await packFolder(folder, { key }), path, values.out, io);
    return 0;
  },
};

/**
 * Packs every plugin in a folder of folders with the code that is kept with it, so that no compiler is needed; packages of plugins that are no
 * more go.
 * @param to its packages, `<id>.zip`
 */
export async function packAll(from: string, to: string, io: ToolIo): Promise<void> {
  await mkdir(to, { recursive: true });
  const left = new Set((await readdir(to)).filter((name) => name.endsWith('.zip')));
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (!entry.isDirectory() || !existsSync(join(path, 'plugin.json'))) continue;
    const file = await packFolder(await readPluginFolder(path, io));
    const name = `${file.content.manifest.id}.zip`;
    await write(file, path, join(to, name), io);
    left.delete(name);
  }
  for (const name of left) await rm(join(to, name));
}

async function write(
  { bytes, content }: PackageFile,
  folder: string,
  out: string | undefined,
  io: ToolIo,
): Promise<void> {
  const path = out === undefined ? join(folder, packageName(content)) : pathOf(io, out);
  if (!content.signed && (await isSignedPackage(path))) {
    throw new ToolError(
      `${path} is signed, and this package would not be: nothing was written. npm run plugin -- sign makes a signed one; --out FILE another file.`,
    );
  }
  await writeWhole(path, bytes);
  const signed = content.signed ? `signed by ${content.manifest.publisher ?? ''}` : 'not signed';
  io.say(`Wrote ${path}: ${(bytes.length / 1024).toFixed(1)} KiB, ${signed}.`);
}

async function isSignedPackage(path: string): Promise<boolean> {
  const zip = await readIfThere(path);
  if (zip === undefined) return false;
  // What is no package is nobody's signature.
  return readPluginPackage(zip).then(
    ({ signed }) => signed,
    () => false,
  );
}
