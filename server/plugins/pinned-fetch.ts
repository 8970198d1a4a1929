import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { FetchFunction } from '@switchboard/client/plugins';
import { SwitchboardError } from '@switchboard/protocol';
import { VERSION } from '../version.ts';
import { abortable, pinnedTo, type HostAddresses } from '../webhooks/webhook-sender.ts';

/**
 * `fetch` for plugins of the server. The name is looked up once, all its addresses are checked, and one of just these is connected to, so a name
 * that changes in between (DNS rebinding) leads nowhere else. It follows no redirect.
 * @param isAllowed of an address
 */
export function pinnedFetch(hosts: HostAddresses, isAllowed: (address: string) => boolean): FetchFunction {
  return async (address, { method, headers, body, signal }) => {
    const url = new URL(address);
    const addresses = await abortable(hosts.of(url.hostname.replace(/^\[|\]$/g, '')), signal);
    if (!addresses.every((found) => isAllowed(found.address))) {
      throw new SwitchboardError('access.denied', 'The host belongs to this machine or a private network.');
    }
    const response = await send(
      url,
      {
        method,
        headers: { 'User-Agent': `Switchboard/${VERSION}`, ...headers, 'Accept-Encoding': 'identity' },
        lookup: pinnedTo(addresses),
        // No agent: a connection that is kept would be one to an address that was checked for another request.
        agent: false,
        signal,
      },
      body,
    );
    const { 'content-encoding': encoding = 'identity' } = response.headers;
    if (encoding === 'identity') return { status: response.statusCode ?? 0, body: readable(response) };
    response.destroy();
    throw new SwitchboardError('access.denied', 'The host answers compressed, though it was asked not to.');
  };
}

function send(url: URL, options: RequestOptions, body: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, resolve) : httpRequest(url, options, resolve);
    request.on('error', reject);
    request.end(body === null ? undefined : Buffer.from(body));
  });
}

function readable(response: IncomingMessage): { getReader(): ReadableStreamDefaultReader<Uint8Array> } {
  return Readable.toWeb(response) as ReadableStream<Uint8Array>;
}
