import type { PluginManifest } from '@switchboard/protocol';
import type { OpenSandbox, SandboxEvents } from '../../plugins/sandbox-line.ts';
import type { FromSandbox, PluginAct, ToSandbox } from '../../plugins/sandbox-messages.ts';

/** What a plugin makes of an event: an answer, nothing, or nothing ever. */
type Hook = (event: Record<string, unknown>) => unknown;
export const SILENCE = Symbol('silence');

/** A plugin's thread, whose plugin is the test's. */
export class FakeThread {
  readonly id: number;
  readonly events: SandboxEvents;
  readonly told: ToSandbox[] = [];
  closed = false;
  readonly #threads: FakeThreads;

  constructor(id: number, events: SandboxEvents, threads: FakeThreads) {
    this.id = id;
    this.events = events;
    this.#threads = threads;
  }

  get start(): Extract<ToSandbox, { type: 'start' }> | undefined {
    return this.told.find((message) => message.type === 'start');
  }

  get manifest(): PluginManifest | undefined {
    return this.start?.manifest;
  }

  /** What the plugin was told by this hook, the envelope left out. */
  heard(hook: string): Record<string, unknown>[] {
    return this.told.flatMap((message) => {
      if (message.type !== 'call' || message.hook !== hook) return [];
      const { v: _v, nowMs: _nowMs, seed: _seed, ...event } = JSON.parse(message.input) as Record<string, unknown>;
      return [event];
    });
  }

  say(message: FromSandbox): void {
    if (!this.closed) this.events.message(message);
  }

  act(act: PluginAct): void {
    this.say({ type: 'act', act });
  }

  receive(message: ToSandbox): void {
    this.told.push(message);
    if (message.type === 'start' && this.#threads.starts) queueMicrotask(() => this.say({ type: 'started' }));
    if (message.type !== 'call') return;
    const hook = this.#threads.plugins[this.manifest?.id ?? '']?.[message.hook];
    const answer = hook?.(JSON.parse(message.input) as Record<string, unknown>);
    if (answer === SILENCE) return;
    const output = answer === undefined ? '' : JSON.stringify(answer);
    queueMicrotask(() => this.say({ type: 'result', id: message.id, output, costUs: 1 }));
  }
}

/** All threads, the newest last. */
export class FakeThreads {
  readonly all: FakeThread[] = [];
  /** Whether those that are opened from now on start. */
  starts = true;
  /** What plugins do, by id and hook. */
  plugins: Record<string, Record<string, Hook>> = {};

  readonly open: OpenSandbox = (events) => {
    const thread = new FakeThread(this.all.length + 1, events, this);
    this.all.push(thread);
    return {
      id: thread.id,
      post: (message) => thread.receive(message),
      close: () => void (thread.closed = true),
    };
  };

  /** The newest of a plugin. */
  of(pluginId: string): FakeThread {
    const thread = this.all.findLast(({ manifest }) => manifest?.id === pluginId);
    if (thread === undefined) throw new Error(`${pluginId} has no thread`);
    return thread;
  }
}
