import { ERROR_SENTENCES, SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';

/** A failure of our own, in our own words. */
export function problem(code: ErrorCode): Problem {
  return { code, message: ERROR_SENTENCES[code] };
}

/** An error as state shows it; `fallback` is the code of what is not a `SwitchboardError`. */
export function problemOf(error: unknown, fallback: ErrorCode): Problem {
  return SwitchboardError.is(error) ? { code: error.code, message: error.message } : problem(fallback);
}

/** A problem as a rejected call throws it. */
export function errorOf({ code, message }: Problem): SwitchboardError {
  return new SwitchboardError(code, message);
}

/** A failure of what a platform does, as a call of ours throws it. */
export function asError(error: unknown, fallback: ErrorCode): SwitchboardError {
  return SwitchboardError.is(error) ? error : new SwitchboardError(fallback, undefined, { cause: error });
}
