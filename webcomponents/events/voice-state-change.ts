import type { ClientState } from '@switchboard/client';

/** The client's state has changed. */
export class VoiceStateChangeEvent extends Event {
  readonly state: ClientState;

  constructor(state: ClientState) {
    super('voice-state-change', { bubbles: true, composed: true });
    this.state = state;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-state-change': VoiceStateChangeEvent;
  }
}
