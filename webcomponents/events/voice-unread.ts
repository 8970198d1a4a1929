/** The number of unread messages has changed. */
export class VoiceUnreadEvent extends Event {
  readonly count: number;

  constructor(count: number) {
    super('voice-unread', { bubbles: true, composed: true });
    this.count = count;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-unread': VoiceUnreadEvent;
  }
}
