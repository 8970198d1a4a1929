import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_PLUGIN_PACKAGE_BYTES, SwitchboardError } from '@switchboard/protocol';

/** A package as it lies in a folder. */
export interface PackageFile {
  readonly name: string;
  /** Another one when the file is another. */
  readonly state: string;
}

/** The packages in a folder, by their names; none where there is no such folder. Links are followed: the folder is the operator's. */
export async function packagesIn(folder: string): Promise<PackageFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  // What begins with a dot is on its way: copied first, and named then.
  const packages = names.filter((name) => name.endsWith('.zip') && !name.startsWith('.')).sort();
  const files: PackageFile[] = [];
  for (const name of packages) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() === true) files.push({ name, state: `${found.size} ${found.mtimeMs} ${found.ino}` });
  }
  return files;
}

/** @throws SwitchboardError `plugin.package_too_large`, without reading it to its end */
export async function readPackage(folder: string, { name }: PackageFile): Promise<Uint8Array> {
  await using file = await open(join(folder, name));
  const { size } = await file.stat();
  if (size > MAX_PLUGIN_PACKAGE_BYTES) throw new SwitchboardError('plugin.package_too_large');
  const bytes = new Uint8Array(size);
  const { bytesRead } = await file.read(bytes, 0, size, 0);
  // It is being written at this moment.
  if (bytesRead < size) throw new SwitchboardError('plugin.package_damaged');
  return bytes;
}
