import { build as esbuild, type Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { binaryKindOf } from './binary-kind.ts';
import { EDITOR_RUNTIME, EXTENSION, REQUIRE_BANNER } from './bundles.ts';
import { copyFiles, installedFolder, packageInfo, pinnedFolder } from './pinned-packages.ts';
import { NATIVE_TARGETS, type BinaryKind, type DecibriParts, type NativeTargetName } from './targets.ts';

/**
 * Puts the native modules of one platform under `dist/node_modules` of a package, where the bundles of the forked processes find
 * them. Only what is loaded: no models and no ONNX runtime of decibri, no worklets of node-web-audio-api, no sources.
 * @param folder the package's `dist`
 * @returns folders of the packages that are in there now, for the notices
 * @throws Error naming the part that is missing or of another platform
 */
export async function stageNativeParts(target: NativeTargetName, folder: string): Promise<readonly string[]> {
  const { webAudio, decibri, keyboardHook, kind } = NATIVE_TARGETS[target];
  const modules = join(folder, 'node_modules');
  return [
    ...(await stageWebAudio(webAudio, kind, join(modules, 'node-web-audio-api'))),
    ...(decibri === undefined ? [] : await stageDecibri(decibri, kind, join(modules, 'decibri'))),
    ...(keyboardHook ? await stageKeyboardHook(target, kind, modules) : []),
  ];
}

/** The `fetch` that Node has itself, instead of one with 9 MB of polyfills for Nodes that had none. */
const ownFetch: Plugin = {
  name: 'own-fetch',
  setup(build) {
    build.onResolve({ filter: /^node-fetch$/ }, ({ path }) => ({ path, namespace: 'own-fetch' }));
    build.onLoad({ filter: /.*/, namespace: 'own-fetch' }, () => ({ contents: 'export default globalThis.fetch;' }));
  },
};

/** Its scripts, as one file. */
async function stageWebAudio(binary: string, kind: BinaryKind, to: string): Promise<string[]> {
  const from = installedFolder('node-web-audio-api');
  const { metafile } = await esbuild({
    absWorkingDir: EXTENSION,
    entryPoints: [join(from, 'index.js')],
    outfile: join(to, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: EDITOR_RUNTIME,
    banner: { js: REQUIRE_BANNER },
    plugins: [ownFetch],
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  await writeManifest(from, to, { type: 'module', exports: './index.js' });
  await stageBinary(from, `node-web-audio-api.${binary}.node`, kind, to);
  const inputs = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules/'));
  return [...new Set(inputs.map((input) => packageFolderOf(join(EXTENSION, input))))];
}

async function stageDecibri(parts: DecibriParts, kind: BinaryKind, to: string): Promise<string[]> {
  const [scripts, binary] = await Promise.all([pinnedFolder(parts.scripts), pinnedFolder(parts.binary)]);
  await copyFiles(scripts, to, ['index.js', 'src/decibri.js', 'src/decibri-output.js', 'src/errors.js']);
  await writeManifest(scripts, to, { main: 'src/decibri.js' });
  // Its loader looks beside itself first.
  await stageBinary(binary, `${parts.binary.name.replace('@decibri/decibri-', 'decibri.')}.node`, kind, to);
  const notices = 'THIRD-PARTY-NOTICES.md';
  if (existsSync(join(binary, notices))) await copyFiles(binary, to, [notices]);
  return [scripts];
}

async function stageKeyboardHook(target: NativeTargetName, kind: BinaryKind, modules: string): Promise<string[]> {
  const hook = installedFolder('uiohook-napi');
  const loader = installedFolder('node-gyp-build');
  await copyFiles(hook, join(modules, 'uiohook-napi'), ['dist/index.js']);
  await writeManifest(hook, join(modules, 'uiohook-napi'), { main: 'dist/index.js' });
  await stageBinary(hook, `prebuilds/${target}/uiohook-napi.node`, kind, join(modules, 'uiohook-napi'));
  await copyFiles(loader, join(modules, 'node-gyp-build'), ['index.js', 'node-gyp-build.js']);
  await writeManifest(loader, join(modules, 'node-gyp-build'), { main: 'index.js' });
  return [hook, loader];
}

async function stageBinary(from: string, file: string, kind: BinaryKind, to: string): Promise<void> {
  const found = await binaryKindOf(join(from, file));
  if (found?.format !== kind.format || found.machine !== kind.machine) {
    throw new Error(`${file} is no ${kind.format} binary for ${kind.machine}`);
  }
  await copyFiles(from, to, [file]);
}

/** What Node reads to load a package, and who made it. */
async function writeManifest(from: string, to: string, entry: Readonly<Record<string, string>>): Promise<void> {
  const { name, version, license } = packageInfo(from);
  await mkdir(to, { recursive: true });
  await writeFile(join(to, 'package.json'), `${JSON.stringify({ name, version, license, ...entry }, null, 2)}\n`);
}

/** The package that an installed file belongs to. */
export function packageFolderOf(file: string): string {
  const found = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0];
  if (found === undefined) throw new Error(`${file} belongs to no installed package`);
  return found;
}
