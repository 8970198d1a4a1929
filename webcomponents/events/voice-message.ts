import type { Message } from '@switchboard/protocol';

/** A message has come into the room, one's own included. */
export class VoiceMessageEvent extends Event {
  readonly message: Message;

  constructor(message: Message) {
    super('voice-message', { bubbles: true, composed: true });
    this.message = message;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-message': VoiceMessageEvent;
  }
}
