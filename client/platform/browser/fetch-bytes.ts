import { SwitchboardError } from '@switchboard/protocol';

const TIMEOUT_MS = 30_000;

/**
 * Reads a file by HTTP GET, from any origin, without cookies, following no redirect. More than `maxBytes` are not read.
 *
 * @throws SwitchboardError `client.unreachable`, `plugin.not_found` where there is no such file, `plugin.package_too_large`
 */
export async function fetchBytes(url: URL, maxBytes: number): Promise<Uint8Array> {
  const controller = new AbortController();
  const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(url, { credentials: 'omit', cache: 'no-store', redirect: 'error', signal });
    if (response.status === 404) throw new SwitchboardError('plugin.not_found');
    if (!response.ok) throw new SwitchboardError('client.unreachable');
    return await read(response, maxBytes);
  } catch (cause) {
    if (SwitchboardError.is(cause)) throw cause;
    throw new SwitchboardError('client.unreachable', undefined, { cause });
  } finally {
    // What is still to come of an answer that nobody reads on.
    controller.abort();
  }
}

async function read({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) throw new SwitchboardError('plugin.package_too_large');
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
