import {
  MAX_PLUGIN_ICON_BYTES,
  MAX_PLUGIN_MANIFEST_BYTES,
  MAX_PLUGIN_PACKAGE_BYTES,
  MAX_PLUGIN_README_BYTES,
  MAX_PLUGIN_WASM_BYTES,
  SwitchboardError,
  type PluginManifest,
} from '@switchboard/protocol';
import { checkModule } from '../sandbox/module-check.ts';
import { readManifest } from './manifest-reader.ts';
import { isSignedBy, sha256Hex, SIGNATURE_BYTES } from './package-crypto.ts';
import { isIcon, MAX_ICON_PIXELS } from './png-icon.ts';
import { damaged, readZip, tooLarge } from './zip-reader.ts';

/** A package that has been checked whole: what its manifest says of it is so. */
export interface PluginPackage {
  readonly manifest: PluginManifest;
  /** `plugin.json` as it is in the package; what is signed. */
  readonly manifestBytes: Uint8Array;
  /** `plugin.wasm` as it is in the package. */
  readonly wasm: Uint8Array;
  /** Markdown; empty for none. */
  readonly readme: string;
  /** Base64 of a PNG; empty for none. */
  readonly icon: string;
  /** By the publisher that the manifest names. */
  readonly signed: boolean;
}

/** What a package holds, with the most bytes of each. More is left unread: a later version may know it. */
const FILES = {
  'plugin.json': MAX_PLUGIN_MANIFEST_BYTES,
  'plugin.wasm': MAX_PLUGIN_WASM_BYTES,
  'README.md': MAX_PLUGIN_README_BYTES,
  'icon.png': MAX_PLUGIN_ICON_BYTES,
  'plugin.sig': SIGNATURE_BYTES,
} as const;
type Files = ReadonlyMap<keyof typeof FILES, Uint8Array>;

/**
 * Reads and checks a package: size, zip, manifest, signature, hash, module. What it does not know is where the plugin is to run, and what is
 * installed there.
 * @param bytes the zip; copied, so that nobody changes it meanwhile
 * @throws SwitchboardError `plugin.package_too_large`, `plugin.package_damaged`, `plugin.abi_newer`, `plugin.manifest_invalid` with the field,
 * `plugin.signature_wrong`, `plugin.hash_wrong`, `plugin.module_refused`; `client.insecure_page`
 */
export async function readPluginPackage(bytes: Uint8Array): Promise<PluginPackage> {
  if (bytes.length > MAX_PLUGIN_PACKAGE_BYTES) {
    throw tooLarge(`it has more than ${MAX_PLUGIN_PACKAGE_BYTES / 1024 ** 2} MiB`);
  }
  const files = await readZip(bytes.slice(), FILES);
  const manifestBytes = fileOf(files, 'plugin.json');
  const manifest = readManifest(manifestBytes);
  const wasm = fileOf(files, 'plugin.wasm');
  await checkSignature(manifest, manifestBytes, files.get('plugin.sig'));
  if ((await sha256Hex(wasm)) !== manifest.sha256) throw new SwitchboardError('plugin.hash_wrong');
  const readme = readmeOf(files.get('README.md'));
  const icon = iconOf(files.get('icon.png'));
  const checked = checkModule(wasm, manifest);
  if (!checked.ok) throw refused(checked.fault.reason);
  await compiles(checked.wasm);
  return { manifest, manifestBytes, wasm, readme, icon, signed: manifest.publisher !== undefined };
}

function fileOf(files: Files, name: keyof typeof FILES): Uint8Array {
  const content = files.get(name);
  if (content !== undefined) return content;
  throw damaged(`there is no ${name} in it, or it is within a folder`);
}

/** Not `validate`, which would look at all of 4 MiB on the thread that it is called on. */
async function compiles(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  try {
    await WebAssembly.compile(wasm);
  } catch {
    throw refused('It does not compile.');
  }
}

/** What the check says is for the author, but tells also whom to ask. */
function refused(reason: string): SwitchboardError {
  return new SwitchboardError('plugin.module_refused', `The plugin’s code is not allowed to run here: ${reason}`);
}

/** A publisher is named if, and only if, there is a signature: else either could be taken away unnoticed. */
async function checkSignature(
  { publisher }: PluginManifest,
  manifestBytes: Uint8Array,
  signature: Uint8Array | undefined,
): Promise<void> {
  if (publisher === undefined && signature === undefined) return;
  if (publisher === undefined || signature?.length !== SIGNATURE_BYTES) {
    throw new SwitchboardError('plugin.signature_wrong');
  }
  if (!(await isSignedBy(publisher, signature, manifestBytes))) throw new SwitchboardError('plugin.signature_wrong');
}

function readmeOf(bytes: Uint8Array | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw damaged('README.md is not text in UTF-8', cause);
  }
}

function iconOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '';
  if (!isIcon(bytes)) throw damaged(`icon.png is not a PNG of at most ${MAX_ICON_PIXELS} × ${MAX_ICON_PIXELS} pixels`);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
