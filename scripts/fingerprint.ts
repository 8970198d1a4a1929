import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'testing']);

/**
 * Names one state of some files and folders: it changes when a file in them is added, removed or written.
 * Paths, sizes and times go into it, not contents, so it costs one `stat` a file. Tests don't count.
 */
export function fingerprint(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) add(path);
  return hash.digest('hex');

  function add(path: string): void {
    const stat = statSync(join(root, path));
    if (!stat.isDirectory()) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(join(root, path)).sort()) {
      if (!SKIPPED.has(name) && !name.startsWith('.') && !name.endsWith('.spec.ts')) add(join(path, name));
    }
  }
}
