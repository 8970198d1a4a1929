import { ERROR_SENTENCES, SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';

/** A failure of our own, in our own words. */
export function problem(code: ErrorCode): Problem {
  return { code, message: ERROR_SENTENCES[code] };
}

/** An error as state shows it; `fallback` is the code of what is not a `SwitchboardError`. */
export function problemOf(error: unknown, fallback: ErrorCode): Problem {
  if (!SwitchboardError.is(error)) return problem(fallback);
  const { code, message, field, retryAfterMs } = error;
  return {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A problem as a rejected call throws it. */
export function errorOf({ code, message, retryAfterMs }: Problem): SwitchboardError {
  return new SwitchboardError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** A failure of what a platform does, as a call of ours throws it. */
export function asError(error: unknown, fallback: ErrorCode): SwitchboardError {
  return SwitchboardError.is(error) ? error : new SwitchboardError(fallback, undefined, { cause: error });
}
