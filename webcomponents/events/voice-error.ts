import type { Problem } from '@switchboard/client';

/** Something failed that a person should know of. */
export class VoiceErrorEvent extends Event {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super('voice-error', { bubbles: true, composed: true });
    this.problem = problem;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-error': VoiceErrorEvent;
  }
}
