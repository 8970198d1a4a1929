/** What is asked before something is destroyed. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button that does it says. */
  readonly action: string;
  /** What must be typed before the button works. */
  readonly typed?: string;
}

/** Asks; whoever shows the question answers by `resolve`. */
export class AdminAskEvent extends Event {
  readonly question: Question;
  readonly resolve: (agreed: boolean) => void;

  constructor(question: Question, resolve: (agreed: boolean) => void) {
    super('admin-ask', { bubbles: true, composed: true });
    this.question = question;
    this.resolve = resolve;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'admin-ask': AdminAskEvent;
  }
}
