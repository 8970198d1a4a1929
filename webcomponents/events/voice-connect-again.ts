/** Someone whose session is over wants to come back. */
export class VoiceConnectAgainEvent extends Event {
  constructor() {
    super('voice-connect-again', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-connect-again': VoiceConnectAgainEvent;
  }
}
