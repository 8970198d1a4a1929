/** You have left a room, or changed to another. */
export class VoiceLeftEvent extends Event {
  readonly channelId: string;

  constructor(channelId: string) {
    super('voice-left', { bubbles: true, composed: true });
    this.channelId = channelId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-left': VoiceLeftEvent;
  }
}
