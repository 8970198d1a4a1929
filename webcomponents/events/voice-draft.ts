/** What is being written in the chat has changed. */
export class VoiceDraftEvent extends Event {
  readonly draft: string;

  constructor(draft: string) {
    super('voice-draft', { bubbles: true, composed: true });
    this.draft = draft;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-draft': VoiceDraftEvent;
  }
}
