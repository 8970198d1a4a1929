import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPluginPackage } from '../../client/plugins/package/plugin-package.ts';
import { writePluginPackage } from '../../client/plugins/package/package-writer.ts';
import type { TestPlugin } from '../../client/plugins/testing/wat.ts';
import { ROOT } from '../../scripts/run.ts';
import type { Administrator } from './administrator.ts';

const PACKAGES = join(ROOT, 'plugins/dist/packages');
const text = new TextEncoder();

/** The package of a plugin that comes with the project, as it is built. */
export async function ourPackage(id: string): Promise<Uint8Array> {
  return readFile(join(PACKAGES, `${id}.zip`));
}

/** The same package with other things in its manifest. */
export async function changedPackage(
  bytes: Uint8Array,
  changes: Readonly<Record<string, unknown>>,
): Promise<Uint8Array> {
  const { manifest, wasm, readme } = await readPluginPackage(bytes);
  return writePluginPackage({ manifestBytes: text.encode(JSON.stringify({ ...manifest, ...changes })), wasm, readme });
}

/** The package of a plugin that was written for tests. */
export function packed({ manifest, wasm }: TestPlugin): Uint8Array {
  return writePluginPackage({ manifestBytes: text.encode(JSON.stringify(manifest)), wasm });
}

/** Installs one that comes with the server, agreeing to all that it wants. */
export async function installAvailable(
  { rest }: Administrator,
  id: string,
  how: { readonly enable?: boolean; readonly offer?: boolean },
): Promise<void> {
  const { items } = await rest.made<{ items: { id: string; consents: string[] }[] }>(rest.get('/plugins/available'));
  const agreed = items.find((item) => item.id === id)?.consents ?? [];
  await rest.made(rest.post(`/plugins/available/${id}/install`, { agreed, ...how }));
}
