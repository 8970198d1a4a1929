import type { PluginConsent } from '@switchboard/protocol';
import { demandDeclared } from '../../security/testing/declared-errors.ts';
import { Answer, type RestClient } from '../../security/testing/rest-client.ts';
import type { ControlClient } from '../../testing/control-client.ts';
import { channelNamed, type RunningServer } from '../../testing/running-server.ts';
import type { InspectionView, PluginView } from '../plugin.schemas.ts';
import { watPackage, type WatPlugin } from './wat-plugins.ts';

/** Sends a file as it is. `path` is below `/api`. */
export async function upload(
  rest: RestClient,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  contentType = 'application/zip',
): Promise<Answer> {
  const response = await fetch(`${rest.url}/api${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rest.bearer ?? ''}`, 'content-type': contentType },
    body: bytes,
  });
  const answer = new Answer(response.status, response.headers, await response.text());
  if (answer.code !== undefined) await demandDeclared(rest.url, 'POST', `/api${path}`, answer.code);
  return answer;
}

export function inspect(rest: RestClient, bytes: Uint8Array<ArrayBuffer>): Promise<InspectionView> {
  return rest.made<InspectionView>(upload(rest, '/plugins/inspect', bytes));
}

/** Installs a package, agrees to all of it, and switches it on. */
export async function installPackage(rest: RestClient, bytes: Uint8Array<ArrayBuffer>): Promise<PluginView> {
  const { consents, targets } = await inspect(rest, bytes);
  const query = new URLSearchParams({
    agreed: (consents as PluginConsent[]).join(),
    enable: String(targets.includes('server')),
  });
  return rest.made<PluginView>(upload(rest, `/plugins?${query.toString()}`, bytes));
}

/** A plugin of the server that runs. */
export async function running(rest: RestClient, plugin: WatPlugin): Promise<PluginView> {
  const { id } = await installPackage(rest, await watPackage(plugin));
  return untilStatus(rest, id, 'running');
}

/** The plugin once it has come as far as that. */
export async function untilStatus(
  rest: RestClient,
  id: string,
  kind: PluginView['status']['kind'],
  fits: (plugin: PluginView) => boolean = () => true,
): Promise<PluginView> {
  for (;;) {
    const { items } = await rest.made<{ items: PluginView[] }>(rest.get('/plugins'));
    const plugin = items.find((each) => each.id === id);
    if (plugin === undefined) throw new Error(`there is no plugin ${id}`);
    if (plugin.status.kind === kind && fits(plugin)) return plugin;
    if (plugin.status.kind === 'stopped') throw new Error(plugin.status.problem?.message);
  }
}

export interface Present {
  readonly client: ControlClient;
  readonly channelId: string;
  readonly memberId: string;
  readonly userId: string;
}

/** A guest in a room. */
export async function inRoom(at: RunningServer, room: string, nickname?: string, key?: string): Promise<Present> {
  const { client, welcome } = await at.guest(nickname, key);
  const { id: channelId } = channelNamed(welcome, room);
  await client.request('channel.join', { channelId });
  return { client, channelId, memberId: welcome.self.id, userId: welcome.self.userId };
}
