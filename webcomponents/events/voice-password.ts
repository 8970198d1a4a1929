/** A password was given for a locked channel; null when the dialog was cancelled. */
export class VoicePasswordEvent extends Event {
  readonly password: string | null;

  constructor(password: string | null) {
    super('voice-password', { bubbles: true, composed: true });
    this.password = password;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-password': VoicePasswordEvent;
  }
}
