import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { SwitchboardError } from '@switchboard/protocol';
import type { Clock } from '../common/clock.ts';
import { withoutPauses } from '../common/without-pauses.ts';

/** A sender of whom nothing has come for so long has gone without a word. */
export const IDLE_LIMIT_MS = 30_000;

/**
 * Writes what comes to a new file, as fast as the disk takes it.
 * @throws SwitchboardError `backup.too_large`; `backup.invalid` if the sender is gone, `protocol.too_slow` if nothing comes for 30 s
 */
export async function storeUpload(
  body: AsyncIterable<Uint8Array>,
  file: string,
  maxBytes: number,
  clock: Clock,
): Promise<void> {
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  const closed = finished(target);
  // A failure of the disk comes out below; nobody may be waiting for it yet.
  closed.catch(() => undefined);
  let bytes = 0;
  try {
    for await (const chunk of withoutPauses(body, { clock, limitMs: IDLE_LIMIT_MS, onPause })) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new SwitchboardError('backup.too_large');
      if (!target.write(chunk)) await Promise.race([once(target, 'drain'), closed]);
    }
    target.end();
    await closed;
  } catch (error) {
    target.destroy();
    await closed.catch(() => undefined);
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
      throw new SwitchboardError('backup.invalid', 'The upload broke off. Nothing was changed.', { cause: error });
    }
    throw error;
  }
}

function onPause(): SwitchboardError {
  return new SwitchboardError('protocol.too_slow', 'Nothing of the upload came for 30 s. Nothing was changed.');
}
