/** Someone wants to sign in, or to make an account. */
export class VoiceSignInOpenEvent extends Event {
  constructor() {
    super('voice-sign-in-open', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-sign-in-open': VoiceSignInOpenEvent;
  }
}
