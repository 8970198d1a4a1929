import { zipSync, type Zippable } from 'fflate';

/** What goes into a package. Nothing of it is checked: reading it back is the check. */
export interface PluginPackageParts {
  readonly manifestBytes: Uint8Array;
  readonly wasm: Uint8Array;
  /** Markdown; bytes as they are in a file. */
  readonly readme?: string | Uint8Array | undefined;
  /** Bytes of a PNG. */
  readonly icon?: Uint8Array | undefined;
  /** Raw, of `manifestBytes`. */
  readonly signature?: Uint8Array | undefined;
}

/** The first day that a zip can name. As local time, which is what it holds: so it is the same everywhere. */
const NO_TIME = new Date(1980, 0, 1);

/** A package, the same bytes each time for the same parts. */
export function writePluginPackage({ manifestBytes, wasm, readme, icon, signature }: PluginPackageParts): Uint8Array {
  const files: Zippable = { 'plugin.json': manifestBytes, 'plugin.wasm': wasm };
  if (readme !== undefined) files['README.md'] = typeof readme === 'string' ? new TextEncoder().encode(readme) : readme;
  if (icon !== undefined) files['icon.png'] = icon;
  if (signature !== undefined) files['plugin.sig'] = signature;
  return zipSync(files, { level: 9, mtime: NO_TIME });
}
