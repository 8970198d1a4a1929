import { checkDiscoveryRefusal, SwitchboardError } from '@switchboard/protocol';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isUntrusted, shownFingerprint, trustedConnections, untrusted, type ServerTrust } from './server-trust.ts';

const TIMEOUT_MS = 10_000;
const NO_HTTP =
  'Something answers at this address, but not as expected. Check whether it begins with http or https, and the port.';
/** What is read here are a few hundred bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads JSON by HTTP GET.
 *
 * @throws SwitchboardError `client.unreachable`, `client.not_a_switchboard`, `client.certificate_untrusted`
 */
export async function fetchJson(url: URL, trust?: ServerTrust): Promise<unknown> {
  return explained(url, async () => {
    const response = await send(url, trust);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new SwitchboardError('client.not_a_switchboard');
    }
    return parse(await textOf(response));
  });
}

/**
 * Sends JSON by HTTP POST, and reads the answer.
 *
 * @throws SwitchboardError what the server refuses with, and as `fetchJson`
 */
export async function postJson(url: URL, body: unknown, trust?: ServerTrust): Promise<unknown> {
  return explained(url, async () => {
    const response = await send(url, trust, JSON.stringify(body));
    const json = parse(await textOf(response));
    if (response.statusCode === 200 || response.statusCode === 201) return json;
    throw checkDiscoveryRefusal(json) ?? new SwitchboardError('client.not_a_switchboard');
  });
}

/** What goes wrong with a request, in our own words. @throws SwitchboardError `client.unreachable`, `client.certificate_untrusted` */
export async function explained<T>(url: URL, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (SwitchboardError.is(error)) throw error;
    if (isUntrusted(error)) {
      throw untrusted(await shownFingerprint(url.hostname, Number(url.port === '' ? 443 : url.port)), error);
    }
    throw new SwitchboardError('client.unreachable', isNoHttp(error) ? NO_HTTP : undefined, { cause: error });
  }
}

/** Connected, but cut off or answered in something else. */
function isNoHttp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ECONNRESET' || code === 'EPROTO' || code.startsWith('HPE_');
}

/** With a body by POST, else by GET. Redirects are answers like others. */
export function send(url: URL, trust: ServerTrust | undefined, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const method = body === undefined ? 'GET' : 'POST';
    const request =
      url.protocol === 'https:'
        ? requestSecure(url, { method, headers, signal, ...trustedConnections(trust) })
        : requestPlain(url, { method, headers, signal });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new SwitchboardError('client.not_a_switchboard');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SwitchboardError('client.not_a_switchboard', undefined, { cause });
  }
}
