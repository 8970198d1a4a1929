/** Someone wants to go into this channel. */
export class VoiceChannelActivateEvent extends Event {
  readonly channelId: string;

  constructor(channelId: string) {
    super('voice-channel-activate', { bubbles: true, composed: true });
    this.channelId = channelId;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-channel-activate': VoiceChannelActivateEvent;
  }
}
