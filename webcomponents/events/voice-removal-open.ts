/** How someone is removed from the server. */
export type Removal = 'kick' | 'ban';

/** Somebody shall be kicked or banned, and the person who wants it asked how. */
export class VoiceRemovalOpenEvent extends Event {
  readonly removal: Removal;

  constructor(removal: Removal) {
    super('voice-removal-open', { bubbles: true, composed: true });
    this.removal = removal;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-removal-open': VoiceRemovalOpenEvent;
  }
}
