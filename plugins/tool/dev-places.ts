import { readPluginPackage } from '@switchboard/client/plugins';
import { checkDiscoveryRefusal, consentsOf, SwitchboardError, type PluginManifest } from '@switchboard/protocol';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from './package-file.ts';
import { ToolError } from './tool-io.ts';
import { writeWhole } from './write-file.ts';

/** Puts a package where it is used at once; says where that is. */
export type Publish = (file: PackageFile) => Promise<string>;

const UPLOAD_TIMEOUT_MS = 30_000;

/** The folder of plugins that a server watches. */
export function intoFolder(folder: string): Publish {
  return async ({ bytes, content: { manifest } }) => {
    const path = join(folder, `${manifest.id}.zip`);
    const other = await sameElsewhere(folder, path, manifest);
    if (other !== undefined) {
      throw new ToolError(`${other} is this plugin, too: two with one id are not accepted. Remove that one first.`);
    }
    await writeWhole(path, bytes);
    return path;
  };
}

async function sameElsewhere(folder: string, path: string, { id }: PluginManifest): Promise<string | undefined> {
  for await (const name of glob('*.zip', { cwd: folder })) {
    const other = join(folder, name);
    if (other === path) continue;
    const content = await readPluginPackage(await readFile(other)).catch(() => undefined);
    if (content?.manifest.id === id) return other;
  }
  return undefined;
}

/**
 * A server's REST API: for everyone there, what it wants agreed to by whoever develops it.
 * @param apiKey with the permission `plugin.manage`
 */
export function ontoServer(server: URL, apiKey: string): Publish {
  return async ({ bytes, content: { manifest } }) => {
    const url = new URL('/api/plugins', server);
    url.searchParams.set('agreed', consentsOf(manifest).join(','));
    url.searchParams.set('enable', String(manifest.targets.includes('server')));
    url.searchParams.set('offer', String(manifest.targets.includes('client')));
    const response = await upload(url, bytes, apiKey);
    if (!response.ok) {
      const json: unknown = await response.json().catch(() => undefined);
      throw (
        checkDiscoveryRefusal(json) ?? new ToolError(`${server.href} answered ${response.status}: is it a Switchboard?`)
      );
    }
    await response.body?.cancel();
    return server.href;
  };
}

async function upload(url: URL, bytes: Uint8Array, apiKey: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/zip' },
      body: bytes.slice(),
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
  } catch (cause) {
    throw new SwitchboardError('client.unreachable', undefined, { cause });
  }
}
