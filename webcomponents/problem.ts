import type { Problem } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';

/** A rejection as something that can be shown. Anything but our own error is a defect of this program. */
export function problemOf(error: unknown): Problem {
  if (SwitchboardError.is(error)) {
    const { code, message, retryAfterMs } = error;
    return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  throw error;
}
