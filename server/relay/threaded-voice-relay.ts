import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HOP_KEY_BYTES, SwitchboardError, type LaneKind } from '@switchboard/protocol';
import type { RelayCommand, RelayEvent, RelayReport, RelaySession } from './relay-messages.ts';
import type { RelayOptions } from './relay-options.ts';
import { VoiceRelay, type VoiceRelayEvents } from './voice-relay.ts';

/** A thread that ends by itself is started again, but not more often than this: then voice has failed. */
const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;
/** After this the thread is stopped without waiting for its sockets. */
const STOP_TIMEOUT_MS = 3_000;

const MAX_TOKEN = 0xffffffff;

interface OpenSession {
  session: RelaySession;
  lane: LaneKind | null;
  speaking: boolean;
}

/** Someone who waits for an answer of the thread. */
interface Waiting<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (error: SwitchboardError) => void;
}

type Listeners = { readonly [K in keyof VoiceRelayEvents]: Set<(event: VoiceRelayEvents[K]) => void> };

export type SpawnRelayWorker = (options: RelayOptions) => Worker;

/**
 * The relay in a worker thread, so that voice never waits for what else the server does.
 *
 * Should the thread die, another takes its port, and the sessions of the one before are opened there again: every client pings
 * within 5 s and is back, where failing would send everyone through a new join. What the new thread cannot know is which
 * sequences were seen, so what someone recorded on the way passes again until the client's next ping and packet. Listeners
 * who heard it drop it; someone who joined after it was said has the key of its epoch if nobody left since, and hears it.
 */
export class ThreadedVoiceRelay extends VoiceRelay implements OnApplicationShutdown {
  readonly #options: RelayOptions;
  readonly #spawn: SpawnRelayWorker;
  readonly #logger = new Logger(ThreadedVoiceRelay.name);
  readonly #listeners: Listeners = { speaking: new Set(), lane: new Set(), failed: new Set() };
  readonly #sessions = new Map<number, OpenSession>();
  /** Answered in the order asked. */
  readonly #reports: Waiting<RelayReport>[] = [];
  #restartedAtMs: number[] = [];
  #worker: Worker | undefined;
  #starting: Waiting<void> | undefined;
  #port = 0;

  constructor(options: RelayOptions, spawn: SpawnRelayWorker = spawnRelayWorker) {
    super();
    this.#options = options;
    this.#spawn = spawn;
  }

  get port(): number {
    if (this.#port === 0) throw new Error('the relay has a port once it is started');
    return this.#port;
  }

  start(): Promise<void> {
    if (this.#worker !== undefined) throw new Error('the relay is started already');
    const started = new Promise<void>((resolve, reject) => {
      this.#starting = { resolve, reject };
    });
    this.#launch(this.#options);
    return started;
  }

  open(session: RelaySession): void {
    const { token, hopKey } = session;
    if (!Number.isInteger(token) || token < 1 || token > MAX_TOKEN) throw new RangeError('a token is a u32, and not 0');
    if (hopKey.length !== HOP_KEY_BYTES) throw new RangeError(`a hop key has ${HOP_KEY_BYTES} bytes`);
    // Copied, as a message takes the whole buffer along that a key may be a small part of.
    const copy = { ...session, hopKey: new Uint8Array(hopKey) };
    this.#sessions.set(token, { session: copy, lane: null, speaking: false });
    this.#post({ type: 'open', session: copy });
  }

  update(token: number, { speaks, hears }: Pick<RelaySession, 'speaks' | 'hears'>): void {
    const known = this.#sessions.get(token);
    if (known === undefined) return;
    known.session = { ...known.session, speaks, hears };
    this.#post({ type: 'update', token, speaks, hears });
  }

  close(token: number): void {
    if (this.#sessions.delete(token)) this.#post({ type: 'close', token });
  }

  /** Rejects when the relay is not running. */
  report(): Promise<RelayReport> {
    if (this.#worker === undefined) return Promise.reject(notRunning());
    return new Promise((resolve, reject) => {
      this.#reports.push({ resolve, reject });
      this.#post({ type: 'report' });
    });
  }

  on<K extends keyof VoiceRelayEvents>(event: K, listener: (event: VoiceRelayEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => void this.#listeners[event].delete(listener);
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#giveUp(notRunning());
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ type: 'stop' } satisfies RelayCommand);
    const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
    this.#sessions.clear();
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  #launch(options: RelayOptions): void {
    const worker = this.#spawn(options);
    this.#worker = worker;
    worker.on('message', (event: RelayEvent) => this.#take(event));
    worker.on('error', (error) => this.#logger.error(`The voice thread failed: ${String(error)}`));
    worker.on('exit', () => {
      // Unless it was asked to, or could not start.
      if (this.#worker === worker) this.#replace();
    });
    // They wait there until the thread listens.
    for (const { session } of this.#sessions.values()) this.#post({ type: 'open', session });
    for (const _ of this.#reports) this.#post({ type: 'report' });
  }

  #replace(): void {
    for (const [token, known] of this.#sessions) {
      if (known.speaking) this.#take({ type: 'speaking', token, speaking: false });
      if (known.lane !== null) this.#take({ type: 'lane', token, lane: null });
    }
    const nowMs = performance.now();
    this.#restartedAtMs = this.#restartedAtMs.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
    if (this.#port === 0 || this.#restartedAtMs.length >= MAX_RESTARTS) {
      this.#take({
        type: 'failed',
        message: 'Voice has stopped: its thread ends as soon as it is started. The log has the details.',
      });
      return;
    }
    this.#restartedAtMs.push(nowMs);
    this.#logger.error('The voice thread ended by itself and is started again.');
    this.#launch({ ...this.#options, port: this.#port });
  }

  #take(event: RelayEvent): void {
    switch (event.type) {
      case 'listening':
        this.#port = event.port;
        this.#starting?.resolve();
        this.#starting = undefined;
        return;
      case 'failed':
        this.#giveUp(new SwitchboardError('server.internal', event.message));
        this.#emit('failed', event);
        return;
      case 'report':
        this.#reports.shift()?.resolve(event.report);
        return;
      case 'speaking':
      case 'lane':
        this.#takeOfSession(event);
    }
  }

  #takeOfSession(event: VoiceRelayEvents['speaking'] | VoiceRelayEvents['lane']): void {
    const known = this.#sessions.get(event.token);
    // It was closed while this was on its way.
    if (known === undefined) return;
    if (event.type === 'speaking') {
      known.speaking = event.speaking;
      this.#emit('speaking', event);
    } else {
      known.lane = event.lane;
      this.#emit('lane', event);
    }
  }

  #emit<K extends keyof VoiceRelayEvents>(name: K, event: VoiceRelayEvents[K]): void {
    for (const listener of this.#listeners[name]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error(`A listener to '${name}' failed`, error instanceof Error ? error.stack : String(error));
      }
    }
  }

  #post(command: RelayCommand): void {
    this.#worker?.postMessage(command);
  }

  /** From here on what the thread does is of no interest, and whoever waits for it is told. */
  #giveUp(error: SwitchboardError): void {
    this.#worker = undefined;
    this.#starting?.reject(error);
    this.#starting = undefined;
    for (const { reject } of this.#reports.splice(0)) reject(error);
  }
}

function notRunning(): SwitchboardError {
  return new SwitchboardError('server.internal', 'The voice relay is not running.');
}

/** Runs the worker as this file runs: from its TypeScript source, which Node strips of its types, or as built. */
export function spawnRelayWorker(options: RelayOptions): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = fromSource ? './relay-worker.ts' : './relay-worker.js';
  return new Worker(new URL(entry, import.meta.url), {
    name: 'voice relay',
    workerData: options,
    ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
  });
}
