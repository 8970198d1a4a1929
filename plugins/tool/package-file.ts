import { readPluginPackage, sha256Hex, writePluginPackage, type PluginPackage } from '@switchboard/client/plugins';
import { join } from 'node:path';
import type { SigningKey } from './keys.ts';
import { packedManifest, readIfThere, WASM, type PluginFolder } from './plugin-folder.ts';
import { ToolError } from './tool-io.ts';

/** A package, read back: what is here would be accepted. */
export interface PackageFile {
  readonly bytes: Uint8Array;
  readonly content: PluginPackage;
}

interface Extras {
  /** Signs it. */
  readonly key?: SigningKey | undefined;
  /** Instead of that of `plugin.json`. */
  readonly version?: string;
}

/**
 * Packs a folder with the code that was built last.
 * @throws ToolError if nothing was built, SwitchboardError `plugin.*` for what nobody could install
 */
export async function packFolder(
  { path, json, manifest }: PluginFolder,
  { key, version }: Extras = {},
): Promise<PackageFile> {
  const wasm = await readIfThere(join(path, WASM));
  if (wasm === undefined) throw new ToolError(`There is no ${WASM} in ${path}. npm run plugin -- build makes it.`);
  const readme = await readIfThere(join(path, 'README.md'));
  const icon = await readIfThere(join(path, 'icon.png'));
  const manifestBytes = packedManifest(json, {
    version: version ?? manifest.version,
    sha256: await sha256Hex(wasm),
    ...(key === undefined ? {} : { publisher: key.publisher }),
  });
  return readBack({ manifestBytes, wasm, readme, icon, signature: key?.sign(manifestBytes) });
}

/** The same package, signed; a signature that it has goes. */
export async function signedPackage(zip: Uint8Array, key: SigningKey): Promise<PackageFile> {
  const { manifestBytes, wasm, readme, icon } = await readPluginPackage(zip);
  const json = JSON.parse(new TextDecoder().decode(manifestBytes)) as Record<string, unknown>;
  const signedBytes = packedManifest(json, { sha256: await sha256Hex(wasm), publisher: key.publisher });
  return readBack({
    manifestBytes: signedBytes,
    wasm,
    readme: readme === '' ? undefined : readme,
    icon: icon === '' ? undefined : Buffer.from(icon, 'base64'),
    signature: key.sign(signedBytes),
  });
}

/** What people get. */
export function packageName({ manifest }: PluginPackage): string {
  return `${manifest.id}-${manifest.version}.zip`;
}

async function readBack(parts: Parameters<typeof writePluginPackage>[0]): Promise<PackageFile> {
  const bytes = writePluginPackage(parts);
  return { bytes, content: await readPluginPackage(bytes) };
}
