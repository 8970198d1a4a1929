import type { FrameLine } from '../../plugins/frame-line.ts';
import type { FrameAnswer, FrameQuestion } from '../../plugins/sandbox-messages.ts';

/** A line to a plugin that is the test: it answers when it is told to. */
export class FakeFrameLine implements FrameLine {
  /** Not answered yet, oldest first. */
  readonly waiting: FrameQuestion[] = [];
  asked = 0;
  closed = false;
  #listener: ((answer: FrameAnswer) => void) | undefined;

  /** The latest question. */
  get latest(): FrameQuestion {
    const question = this.waiting.at(-1);
    if (question === undefined) throw new Error('nothing was asked');
    return question;
  }

  post(question: FrameQuestion): void {
    this.asked++;
    // The buffer goes over, as to another thread.
    this.waiting.push(structuredClone(question, { transfer: [question.samples.buffer] }));
  }

  onAnswer(listener: (answer: FrameAnswer) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.closed = true;
    this.#listener = undefined;
  }

  /** Answers the oldest question; false if there is none. */
  answer(change: (sample: number) => number = (sample) => sample, more: Partial<FrameAnswer> = {}): boolean {
    const question = this.waiting.shift();
    if (question === undefined) return false;
    const { sequence, samples } = question;
    this.#listener?.({ sequence, samples: samples.map(change), costUs: 10, failed: false, ...more });
    return true;
  }

  answerAll(change?: (sample: number) => number): void {
    while (this.answer(change));
  }

  /** Does not answer the oldest question, ever. */
  ignore(): void {
    this.waiting.shift();
  }
}
