/** Something was done, or failed, that is worth a line for a moment. */
export class AdminToastEvent extends Event {
  readonly message: string;
  readonly tone: 'done' | 'failed';

  constructor(message: string, tone: 'done' | 'failed') {
    super('admin-toast', { bubbles: true, composed: true });
    this.message = message;
    this.tone = tone;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'admin-toast': AdminToastEvent;
  }
}
