import type {
  FrameAnswer,
  FrameLine,
  FrameQuestion,
  FromSandbox,
  PluginAct,
  SandboxFault,
  SandboxLine,
} from '@switchboard/client/plugins';
import { NodeSandboxes } from '@switchboard/client/plugins/node';
import {
  PLUGIN_CALL_TIMEOUT_MS,
  PLUGIN_START_TIMEOUT_MS,
  type EventHook,
  type PluginManifest,
} from '@switchboard/protocol';
import type { Recording } from './recorded-events.ts';
import { ToolError } from './tool-io.ts';

/** The thread itself comes first, from its sources: that is not the plugin's time. */
const LOAD_LIMIT_MS = 30_000;

type Told = Extract<FromSandbox, { type: 'log' | 'stored' | 'act' }>;

/** What came of a call, and what the plugin did meanwhile. */
export interface CallOutcome {
  /** JSON, empty for nothing; undefined where the call failed. */
  readonly output: string | undefined;
  readonly fault: SandboxFault | undefined;
  readonly costUs: number;
  readonly acts: readonly PluginAct[];
  readonly told: readonly Told[];
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: ToolError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A plugin in the very thread that it will have, and nobody around it: what it asks of its host is written down. */
export class SandboxSession {
  readonly #sandboxes: NodeSandboxes;
  readonly #line: SandboxLine;
  #frames: FrameLine | undefined;
  #told: Told[] = [];
  #calls = 0;
  #loading: Waiting<undefined> | undefined;
  #starting: Waiting<undefined> | undefined;
  #calling: Waiting<CallOutcome> | undefined;
  #framing: Waiting<FrameAnswer> | undefined;

  private constructor() {
    this.#sandboxes = new NodeSandboxes({
      frames: {
        opened: (_, line) => {
          this.#frames = line;
          line.onAnswer((answer) => this.#settle(this.#framing, answer));
        },
        closed: () => (this.#frames = undefined),
      },
    });
    this.#line = this.#sandboxes.open({
      message: (message) => this.#take(message),
      stuck: () => undefined,
      ended: (reason) => this.#fail(`Its thread has ended: ${reason}`),
    });
  }

  /** @throws ToolError if it does not start: with what is wrong with it */
  static async start(
    wasm: Uint8Array,
    manifest: PluginManifest,
    { target, config, storage, members }: Omit<Recording, 'calls'>,
  ): Promise<SandboxSession> {
    const session = new SandboxSession();
    try {
      await session.#wait<undefined>(LOAD_LIMIT_MS, (waiting) => (session.#loading = waiting));
      await session.#wait<undefined>(PLUGIN_START_TIMEOUT_MS, (waiting) => {
        session.#starting = waiting;
        session.#line.post({ type: 'start', wasm, manifest, target, config, storage });
      });
    } catch (error) {
      session.close();
      throw error;
    }
    if (members !== undefined) session.#line.post({ type: 'members', members });
    return session;
  }

  /**
   * @param input JSON
   * @throws ToolError if the plugin would have been stopped
   */
  async call(hook: EventHook, input: string): Promise<CallOutcome> {
    return this.#wait<CallOutcome>(PLUGIN_CALL_TIMEOUT_MS, (waiting) => {
      this.#told = [];
      this.#calling = waiting;
      this.#line.post({ type: 'call', id: ++this.#calls, hook, input });
    });
  }

  /** @throws ToolError if the plugin would have been stopped */
  async frame(question: FrameQuestion): Promise<FrameAnswer> {
    return this.#wait<FrameAnswer>(PLUGIN_CALL_TIMEOUT_MS, (waiting) => {
      this.#framing = waiting;
      this.#frames?.post(question);
    });
  }

  /** Since the last call. */
  get told(): readonly Told[] {
    return this.#told;
  }

  close(): void {
    this.#sandboxes.close();
  }

  #wait<T>(limitMs: number, begin: (waiting: Waiting<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(`It took more than ${limitMs} ms, and would have been stopped.`),
        limitMs,
      );
      begin({ resolve, reject, timer });
    });
  }

  #take(message: FromSandbox): void {
    switch (message.type) {
      case 'loaded':
        this.#settle(this.#loading, undefined);
        break;
      case 'started':
        this.#settle(this.#starting, undefined);
        break;
      case 'failed':
        this.#fail(`It would have been stopped: ${message.fault.reason}`);
        break;
      case 'result':
        this.#settle(this.#calling, this.#outcome({ output: message.output, costUs: message.costUs }));
        break;
      case 'fault':
        this.#settle(this.#calling, this.#outcome({ fault: message.fault }));
        break;
      case 'log':
      case 'stored':
      case 'act':
        this.#told.push(message);
    }
  }

  #outcome(of: { readonly output?: string; readonly fault?: SandboxFault; readonly costUs?: number }): CallOutcome {
    const told = this.#told;
    const acts = told.flatMap((one) => (one.type === 'act' ? one.act : []));
    return { output: of.output, fault: of.fault, costUs: of.costUs ?? 0, acts, told };
  }

  #settle<T>(waiting: Waiting<T> | undefined, value: T): void {
    clearTimeout(waiting?.timer);
    waiting?.resolve(value);
  }

  /** Nothing more comes of it. */
  #fail(sentence: string): void {
    for (const waiting of [this.#loading, this.#starting, this.#calling, this.#framing]) {
      clearTimeout(waiting?.timer);
      waiting?.reject(new ToolError(sentence));
    }
    this.close();
  }
}
