import { checkManifest, parseManifest } from '@switchboard/client/plugins';
import type { PluginManifest } from '@switchboard/protocol';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError, type ToolIo } from './tool-io.ts';

/** Compiled code, as it is in the folder and in the package. */
export const WASM = 'plugin.wasm';

/** A plugin as its author has it. */
export interface PluginFolder {
  readonly path: string;
  /** `plugin.json` as it is written. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Checked, with a hash of zeros: the real one comes in when it is packed. */
  readonly manifest: PluginManifest;
}

/** For an editor that checks `plugin.json`; no part of a manifest. */
const SCHEMA_OF_EDITORS = '$schema';
/** What packing puts in. */
const PUT_IN = ['sha256', 'publisher'];

/**
 * @throws ToolError if there is no plugin, SwitchboardError `plugin.manifest_invalid` with the field, `plugin.abi_newer`
 */
export async function readPluginFolder(path: string, io?: Pick<ToolIo, 'say'>): Promise<PluginFolder> {
  const bytes = await readIfThere(join(path, 'plugin.json'));
  if (bytes === undefined) {
    throw new ToolError(`There is no plugin.json in ${path}. npm run plugin -- new makes the folder of a plugin.`);
  }
  const json = parseManifest(bytes);
  const manifest = checkManifest(
    typeof json === 'object' && json !== null ? { ...json, sha256: '0'.repeat(64), publisher: undefined } : json,
  );
  const known = new Set([...Object.keys(manifest), ...PUT_IN, SCHEMA_OF_EDITORS]);
  for (const field of Object.keys(json as object).filter((name) => !known.has(name))) {
    io?.say(`Warning: plugin.json has a field "${field}", which nothing reads.`);
  }
  return { path, json: json as Readonly<Record<string, unknown>>, manifest };
}

/** `plugin.json` as it goes into a package. */
export function packedManifest(
  json: Readonly<Record<string, unknown>>,
  parts: { readonly sha256: string; readonly publisher?: string; readonly version?: string },
): Uint8Array {
  const { [SCHEMA_OF_EDITORS]: _, sha256: _sha256, publisher: _publisher, ...own } = json;
  return new TextEncoder().encode(`${JSON.stringify({ ...own, ...parts }, undefined, 2)}\n`);
}

export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ToolError(`${path} could not be read: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** @throws ToolError if it is not there */
export async function readNeeded(path: string): Promise<Uint8Array> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) throw new ToolError(`There is no file ${path}.`);
  return bytes;
}
