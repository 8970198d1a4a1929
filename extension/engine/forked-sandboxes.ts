import type { OpenSandbox, SandboxEvents } from '@switchboard/client';
import type { FromEngine, ToEngine } from './engine-ipc.ts';

type FromSandboxes = Extract<FromEngine, { type: `sandbox.${string}` }>;

/** The threads of plugins in one engine's process, as its host sees them. */
export class ForkedSandboxes {
  readonly #tell: (message: ToEngine) => void;
  readonly #open = new Map<number, SandboxEvents>();
  #lastId = 0;
  #dropped = false;

  constructor(tell: (message: ToEngine) => void) {
    this.#tell = tell;
  }

  readonly open: OpenSandbox = (events) => {
    const id = ++this.#lastId;
    if (!this.#dropped) this.#open.set(id, events);
    this.#tell({ type: 'sandbox.open', sandboxId: id });
    return {
      id,
      post: (message) => {
        if (this.#open.has(id)) this.#tell({ type: 'sandbox.post', sandboxId: id, message });
      },
      close: () => {
        if (this.#open.delete(id)) this.#tell({ type: 'sandbox.close', sandboxId: id });
      },
    };
  };

  told(message: FromSandboxes): void {
    // What crosses its end is not heard any more.
    const events = this.#open.get(message.sandboxId);
    switch (message.type) {
      case 'sandbox.message':
        events?.message(message.message);
        return;
      case 'sandbox.stuck':
        events?.stuck();
        return;
      case 'sandbox.ended':
        this.#open.delete(message.sandboxId);
        events?.ended(message.reason);
        return;
    }
  }

  /** Their process ends: nothing is heard of them any more. */
  drop(): void {
    this.#dropped = true;
    this.#open.clear();
  }
}
