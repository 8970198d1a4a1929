/** The entry form was sent. */
export class VoiceEnterEvent extends Event {
  readonly nickname: string;

  constructor(nickname: string) {
    super('voice-enter', { bubbles: true, composed: true });
    this.nickname = nickname;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-enter': VoiceEnterEvent;
  }
}
