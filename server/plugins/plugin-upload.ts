import type { IncomingMessage } from 'node:http';
import { MAX_PLUGIN_PACKAGE_BYTES, SwitchboardError } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import { withoutPauses } from '../common/without-pauses.ts';

/** Its registered media type (https://www.iana.org/assignments/media-types/application/zip), and what is sent where that is not known. */
export const ZIP = 'application/zip';
const TYPES = [ZIP, 'application/x-zip-compressed', 'application/octet-stream'];
const IDLE_LIMIT_MS = 30_000;

/**
 * Reads a package that is sent as the body of a request.
 * @throws SwitchboardError `protocol.invalid`, `protocol.too_slow` if nothing comes for 30 s, `plugin.package_too_large`, `plugin.package_damaged` if
 * the sender is gone
 */
export async function readUpload(request: IncomingMessage, clock: Clock): Promise<Uint8Array> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (!TYPES.includes(type.trim().toLowerCase())) {
    throw new SwitchboardError('protocol.invalid', `Send the file itself, with Content-Type: ${ZIP}.`);
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_PLUGIN_PACKAGE_BYTES) {
    throw new SwitchboardError('plugin.package_too_large');
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    // The refusal needs the socket that an iterator would destroy.
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    for await (const chunk of withoutPauses(body, { clock, limitMs: IDLE_LIMIT_MS, onPause })) {
      bytes += chunk.length;
      if (bytes > MAX_PLUGIN_PACKAGE_BYTES) throw new SwitchboardError('plugin.package_too_large');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
      throw new SwitchboardError('plugin.package_damaged', 'The upload broke off. Nothing was changed.', {
        cause: error,
      });
    }
    throw error;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function onPause(): SwitchboardError {
  return new SwitchboardError('protocol.too_slow', 'Nothing of the upload came for 30 s. Nothing was changed.');
}
