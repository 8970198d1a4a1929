import type { OpenSandbox, SandboxEvents } from '../sandbox-line.ts';
import type { FromSandbox, ToSandbox } from '../sandbox-messages.ts';

/** A plugin's thread as its host meets it, with the test for a plugin. */
export interface FakeSandbox {
  readonly id: number;
  readonly events: SandboxEvents;
  readonly posted: ToSandbox[];
  closed: boolean;
}

/** Threads that do nothing by themselves. */
export class FakeSandboxes {
  readonly all: FakeSandbox[] = [];

  readonly open: OpenSandbox = (events) => {
    const sandbox: FakeSandbox = { id: this.all.length + 1, events, posted: [], closed: false };
    this.all.push(sandbox);
    return {
      id: sandbox.id,
      post: (message) => void sandbox.posted.push(message),
      close: () => void (sandbox.closed = true),
    };
  };

  get last(): FakeSandbox {
    const sandbox = this.all.at(-1);
    if (sandbox === undefined) throw new Error('no thread was opened');
    return sandbox;
  }

  /** The last one says this; typed or not. */
  say(message: FromSandbox | Readonly<Record<string, unknown>>): void {
    this.last.events.message(message as FromSandbox);
  }

  started(): void {
    this.say({ type: 'started' });
  }

  /** What the last one was told of this kind. */
  told<T extends ToSandbox['type']>(type: T): Extract<ToSandbox, { type: T }>[] {
    return this.last.posted.filter((message): message is Extract<ToSandbox, { type: T }> => message.type === type);
  }

  /** Answers the last call of the last one. */
  answer(output: unknown): void {
    const id = this.told('call').at(-1)?.id ?? 0;
    const text = typeof output === 'string' ? output : JSON.stringify(output);
    this.say({ type: 'result', id, output: text, costUs: 5 });
  }
}
