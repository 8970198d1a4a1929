import {
  checkDiscovery,
  CONTROL_PATH,
  DISCOVERY_PATH,
  PROTOCOL_VERSION,
  SwitchboardError,
} from '@switchboard/protocol';
import type { Platform } from '../platform/platform.ts';

/**
 * Asks the server's web address where its control lane is.
 * @throws SwitchboardError what `fetchJson` throws, `client.not_a_switchboard`, `protocol.version_unsupported`
 */
export async function discoverControl(platform: Pick<Platform, 'fetchJson'>, server: URL): Promise<URL> {
  return controlAddress(server, await platform.fetchJson(new URL(DISCOVERY_PATH, server)));
}

/**
 * The control lane's address by what a server said of itself.
 * @throws SwitchboardError `client.not_a_switchboard`, `protocol.version_unsupported`, `client.certificate_untrusted`
 */
export function controlAddress(server: URL, json: unknown): URL {
  const found = checkDiscovery(json);
  if (found === undefined) throw new SwitchboardError('client.not_a_switchboard');
  if (found.switchboard.protocol !== PROTOCOL_VERSION) throw new SwitchboardError('protocol.version_unsupported');
  const secure = server.protocol === 'https:';
  const address =
    found.control.url ?? `${secure ? 'wss' : 'ws'}://${server.hostname}:${found.control.port}${CONTROL_PATH}`;
  if (!URL.canParse(address)) throw new SwitchboardError('client.not_a_switchboard');
  const control = new URL(address);
  const encrypted = control.protocol === 'wss:';
  if (!encrypted && control.protocol !== 'ws:') throw new SwitchboardError('client.not_a_switchboard');
  // Who came by https must not be talked down: the hello carries a secret.
  if (secure && !encrypted)
    throw new SwitchboardError(
      'client.certificate_untrusted',
      'The server offers an unencrypted control lane to a client that came by https. Its operator must name a wss address.',
    );
  return control;
}
