/** Messages have been seen: up to this one, or empty where there are none. */
export class VoiceReadEvent extends Event {
  readonly messageId: string;

  constructor(messageId: string) {
    super('voice-read', { bubbles: true, composed: true });
    this.messageId = messageId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-read': VoiceReadEvent;
  }
}
