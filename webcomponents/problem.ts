import type { Problem } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';

/** A rejection as something that can be shown. Anything but our own error is a defect of this program. */
export function problemOf(error: unknown): Problem {
  if (SwitchboardError.is(error)) {
    const { code, message, field, retryAfterMs } = error;
    return {
      code,
      message,
      ...(field === undefined ? {} : { field }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  throw error;
}
