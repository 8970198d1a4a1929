import type { Channel } from '@switchboard/protocol';

/** You have joined a room. */
export class VoiceJoinedEvent extends Event {
  readonly channel: Channel;

  constructor(channel: Channel) {
    super('voice-joined', { bubbles: true, composed: true });
    this.channel = channel;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-joined': VoiceJoinedEvent;
  }
}
