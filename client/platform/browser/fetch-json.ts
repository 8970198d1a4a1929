import { checkDiscoveryRefusal, SwitchboardError } from '@switchboard/protocol';

const TIMEOUT_MS = 10_000;

/**
 * Reads JSON by HTTP GET, from any origin, without cookies. A page learns nothing about why a request failed: an
 * untrusted certificate looks like a server that is off.
 *
 * @throws SwitchboardError `client.unreachable`, `client.not_a_switchboard`, and what the server refuses with
 */
export async function fetchJson(url: URL): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { credentials: 'omit', cache: 'no-store', signal }).catch((cause: unknown) => {
    throw new SwitchboardError('client.unreachable', undefined, { cause });
  });
  const json = await jsonOf(response);
  if (response.ok) return json;
  throw checkDiscoveryRefusal(json) ?? new SwitchboardError('client.not_a_switchboard');
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    const code = cause instanceof SyntaxError ? 'client.not_a_switchboard' : 'client.unreachable';
    throw new SwitchboardError(code, undefined, { cause });
  }
}
