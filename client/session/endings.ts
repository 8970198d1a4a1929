import { CLOSE_CODES, type ControlEvent } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import { problem } from './problem.ts';

/** Why the server has ended the session for good, by the event that says so; undefined for all other events. */
export function endingOf(event: ControlEvent): Problem | undefined {
  switch (event.type) {
    case 'session.replaced':
      return problem('session.replaced');
    case 'self.kicked':
      return { ...problem('session.kicked'), reason: event.data.reason };
    case 'self.banned':
      return { ...problem('access.banned'), reason: event.data.reason, untilMs: event.data.until };
    case 'self.loggedOut':
      return problem('session.logged_out');
    default:
      return undefined;
  }
}

/** The same by the code that the socket was closed with, where the event was lost. */
export function endingOfClose(code: number): Problem | undefined {
  switch (code) {
    case CLOSE_CODES.replaced:
      return problem('session.replaced');
    case CLOSE_CODES.kicked:
      return problem('session.kicked');
    case CLOSE_CODES.banned:
      return problem('access.banned');
    case CLOSE_CODES.loggedOut:
      return problem('session.logged_out');
    default:
      return undefined;
  }
}
