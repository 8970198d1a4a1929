import type { Message } from '@switchboard/protocol';

/** Somebody wants to see the code of a message where it is from: for a page, an editor say, that can show it. */
export class VoiceCodeOpenEvent extends Event {
  readonly message: Message;

  constructor(message: Message) {
    super('voice-code-open', { bubbles: true, composed: true });
    this.message = message;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-code-open': VoiceCodeOpenEvent;
  }
}
