import { checkedFromSandbox } from '@switchboard/client/plugins';
import { NodeSandboxes, type VoiceEngine } from '@switchboard/client/engine-parts';
import type { SandboxLine } from '@switchboard/client';
import { MAX_ENDED_REASON_LENGTH, type FromEngine, type ToEngine } from './engine-ipc.ts';

type ToSandboxes = Extract<ToEngine, { type: `sandbox.${string}` }>;

/** The threads of plugins beside the engine, as the editor's process asks for them: it names them, and hears what they say. */
export class EngineSandboxes {
  readonly #engine: VoiceEngine;
  readonly #tell: (message: FromEngine) => void;
  readonly #threadFile: URL | undefined;
  readonly #lines = new Map<number, SandboxLine>();

  /** @param threadFile as in `NodeSandboxes` */
  constructor(engine: VoiceEngine, tell: (message: FromEngine) => void, threadFile: URL | undefined) {
    this.#engine = engine;
    this.#tell = tell;
    this.#threadFile = threadFile;
  }

  receive(message: ToSandboxes): void {
    const { sandboxId } = message;
    switch (message.type) {
      case 'sandbox.open':
        if (!this.#lines.has(sandboxId)) this.#open(sandboxId);
        return;
      case 'sandbox.post':
        this.#lines.get(sandboxId)?.post(message.message);
        return;
      case 'sandbox.close':
        this.#lines.get(sandboxId)?.close();
        this.#lines.delete(sandboxId);
        return;
    }
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
  }

  /** Its own threads each, so that the engine knows it by the name that the editor gave it. */
  #open(sandboxId: number): void {
    const threads = new NodeSandboxes({
      ...(this.#threadFile === undefined ? {} : { threadFile: this.#threadFile }),
      frames: {
        opened: (_, line) =>
          this.#engine.attachSandbox(sandboxId, line, () => this.#tell({ type: 'sandbox.stuck', sandboxId })),
        closed: () => this.#engine.detachSandbox(sandboxId),
      },
    });
    const line = threads.open({
      message: (unchecked) => {
        const message = checkedFromSandbox(unchecked);
        if (message !== undefined) this.#tell({ type: 'sandbox.message', sandboxId, message });
        else this.#end(sandboxId, 'It said what no plugin says.');
      },
      // The engine says so itself.
      stuck: () => undefined,
      ended: (reason) => this.#end(sandboxId, reason),
    });
    this.#lines.set(sandboxId, line);
  }

  #end(sandboxId: number, reason: string): void {
    this.#lines.get(sandboxId)?.close();
    this.#lines.delete(sandboxId);
    this.#tell({ type: 'sandbox.ended', sandboxId, reason: reason.slice(0, MAX_ENDED_REASON_LENGTH) });
  }
}
