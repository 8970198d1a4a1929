import { SwitchboardError } from '@switchboard/protocol';
import { explained, send } from './fetch-json.ts';
import type { ServerTrust } from './server-trust.ts';

/**
 * Reads a file by HTTP GET, following no redirect. More than `maxBytes` are not read.
 *
 * @throws SwitchboardError `client.unreachable`, `client.certificate_untrusted`, `plugin.not_found` where there is no such file,
 * `plugin.package_too_large`
 */
export async function fetchBytes(url: URL, maxBytes: number, trust?: ServerTrust): Promise<Uint8Array> {
  return explained(url, async () => {
    const response = await send(url, trust);
    try {
      if (response.statusCode === 404) throw new SwitchboardError('plugin.not_found');
      if (response.statusCode !== 200) throw new SwitchboardError('client.unreachable');
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of response as AsyncIterable<Uint8Array>) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new SwitchboardError('plugin.package_too_large');
        chunks.push(chunk);
      }
      return new Uint8Array(Buffer.concat(chunks));
    } finally {
      response.destroy();
    }
  });
}
