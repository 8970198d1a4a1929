/** Someone wants to sign out. */
export class VoiceSignOutEvent extends Event {
  constructor() {
    super('voice-sign-out', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-sign-out': VoiceSignOutEvent;
  }
}
