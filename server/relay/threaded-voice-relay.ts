import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { HOP_KEY_BYTES, SwitchboardError, type LaneKind } from '@switchboard/protocol';
import { LoudestSpeakers } from './loudest-speakers.ts';
import { NewestSequences } from './newest-sequences.ts';
import type {
  RelayCommand,
  RelayReport,
  RelaySession,
  RoomSettings,
  SharedState,
  WhisperTarget,
} from './relay-messages.ts';
import { MAX_RELAY_THREADS, type RelayOptions } from './relay-options.ts';
import { RelayThreads, type SpawnThread } from './threads/relay-threads.ts';
import type { BridgeSetup, RelayThreadSetup } from './threads/thread-messages.ts';
import { TrafficCounts } from './traffic-counts.ts';
import { VoiceRelay, type VoiceRelayEvents, type VoiceSocketInUse } from './voice-relay.ts';

/** A relay whose threads end by themselves is started again, but not more often than this: then voice has failed. */
const MAX_RESTARTS = 3;
const RESTART_WINDOW_MS = 60_000;

const MAX_TOKEN = 0xffffffff;
const COOKIE_SECRET_BYTES = 16;

interface OpenSession {
  session: RelaySession;
  /** Outlive the threads: the next ones go on from there. */
  readonly counts: SharedArrayBuffer;
  readonly newest: SharedArrayBuffer;
  lane: LaneKind | null;
  /** The threads that hear it speak: a speaker who changes networks is with another for a moment. */
  readonly speakingIn: Set<number>;
  /** The targets that it whispers to. */
  readonly spoken: Set<OpenWhisper>;
  readonly heard: Set<OpenWhisper>;
}

interface OpenWhisper {
  readonly token: number;
  readonly speaker: number;
  readonly listeners: Set<number>;
}

/** What the threads share of a room, while somebody is in it. */
interface OpenRoom {
  readonly loudest: SharedArrayBuffer;
  readonly tokens: Set<number>;
}

type Listeners = { readonly [K in keyof VoiceRelayEvents]: Set<(event: VoiceRelayEvents[K]) => void> };

type State =
  | { readonly is: 'stopped' }
  | { readonly is: 'starting'; readonly threads: Promise<RelayThreads> }
  | { readonly is: 'running'; readonly threads: RelayThreads };

/**
 * The relay in threads of its own, so that voice never waits for what else the server does.
 *
 * Should a thread die, all are started again on the same port, and the sessions are opened there anew: every client pings
 * within 5 s and is back, where failing would send everyone through a new join. What was accepted before is not again:
 * `NewestSequences` outlives the threads.
 */
export class ThreadedVoiceRelay extends VoiceRelay implements OnApplicationShutdown {
  readonly #options: RelayOptions;
  readonly #spawn: SpawnThread;
  readonly #cookieSecret = new Uint8Array(randomBytes(COOKIE_SECRET_BYTES));
  readonly #logger = new Logger(ThreadedVoiceRelay.name);
  readonly #listeners: Listeners = { speaking: new Set(), lane: new Set(), failed: new Set() };
  readonly #sessions = new Map<number, OpenSession>();
  readonly #rooms = new Map<string, OpenRoom>();
  readonly #whispers = new Map<number, OpenWhisper>();
  #restartedAtMs: number[] = [];
  #state: State = { is: 'stopped' };
  #port = 0;
  #socket: VoiceSocketInUse | undefined;

  constructor(options: RelayOptions, spawn: SpawnThread = spawnThread) {
    super();
    this.#options = options;
    this.#spawn = spawn;
  }

  get port(): number {
    if (this.#port === 0) throw new Error('the relay has a port once it is started');
    return this.#port;
  }

  get socket(): VoiceSocketInUse {
    if (this.#socket === undefined) throw new Error('the relay has a socket once it is started');
    return this.#socket;
  }

  async start(): Promise<void> {
    if (this.#state.is !== 'stopped') throw new Error('the relay is started already');
    try {
      await this.#launch(this.#options);
    } catch (error) {
      this.#emit('failed', { type: 'failed', message: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  open(session: RelaySession): void {
    const { token, hopKey } = session;
    checkToken(token);
    if (hopKey.length !== HOP_KEY_BYTES) throw new RangeError(`a hop key has ${HOP_KEY_BYTES} bytes`);
    this.close(token);
    // Copied, as a message takes the whole buffer along that a key may be a small part of.
    const copy = { ...session, hopKey: new Uint8Array(hopKey) };
    const opened: OpenSession = {
      session: copy,
      counts: TrafficCounts.allocate(MAX_RELAY_THREADS),
      newest: NewestSequences.allocate(MAX_RELAY_THREADS),
      lane: null,
      speakingIn: new Set(),
      spoken: new Set(),
      heard: new Set(),
    };
    this.#sessions.set(token, opened);
    this.#roomOf(session).tokens.add(token);
    this.#broadcast(this.#opening(opened));
  }

  update(token: number, { speaks, hears }: Pick<RelaySession, 'speaks' | 'hears'>): void {
    const known = this.#sessions.get(token);
    if (known === undefined) return;
    known.session = { ...known.session, speaks, hears };
    this.#broadcast({ type: 'update', token, speaks, hears });
  }

  configure(roomId: string, settings: RoomSettings): void {
    for (const token of this.#rooms.get(roomId)?.tokens ?? []) {
      const known = this.#sessions.get(token);
      if (known !== undefined) known.session = { ...known.session, ...settings };
    }
    this.#broadcast({ type: 'configure', roomId, settings });
  }

  close(token: number): void {
    const known = this.#sessions.get(token);
    if (known === undefined) return;
    this.#sessions.delete(token);
    const { roomId } = known.session;
    const room = this.#rooms.get(roomId);
    room?.tokens.delete(token);
    if (room?.tokens.size === 0) this.#rooms.delete(roomId);
    for (const whisper of known.spoken) this.#forgetWhisper(whisper);
    for (const { listeners } of known.heard) listeners.delete(token);
    this.#broadcast({ type: 'close', token });
  }

  openWhisper(target: WhisperTarget): void {
    const { token, speaker, listeners } = target;
    checkToken(token);
    this.closeWhisper(token);
    const whisper: OpenWhisper = { token, speaker, listeners: new Set(listeners) };
    this.#whispers.set(token, whisper);
    this.#sessions.get(speaker)?.spoken.add(whisper);
    for (const listener of whisper.listeners) this.#sessions.get(listener)?.heard.add(whisper);
    this.#broadcast({ type: 'whisper', target });
  }

  addWhisperListener(target: number, listener: number): void {
    const whisper = this.#whispers.get(target);
    if (whisper === undefined) return;
    whisper.listeners.add(listener);
    this.#sessions.get(listener)?.heard.add(whisper);
    this.#broadcast({ type: 'addWhisperListener', target, listener });
  }

  removeWhisperListener(target: number, listener: number): void {
    const whisper = this.#whispers.get(target);
    if (whisper === undefined) return;
    whisper.listeners.delete(listener);
    this.#sessions.get(listener)?.heard.delete(whisper);
    this.#broadcast({ type: 'removeWhisperListener', target, listener });
  }

  closeWhisper(token: number): void {
    const whisper = this.#whispers.get(token);
    if (whisper === undefined) return;
    this.#forgetWhisper(whisper);
    this.#broadcast({ type: 'endWhisper', token });
  }

  /** Rejects when the relay is not running. */
  async report(): Promise<RelayReport> {
    for (;;) {
      if (this.#state.is === 'stopped') throw notRunning();
      const threads = await this.#state.threads;
      const report = await threads.report();
      // Else it died meanwhile; the next one is being started.
      if (report !== undefined) return report;
    }
  }

  on<K extends keyof VoiceRelayEvents>(event: K, listener: (event: VoiceRelayEvents[K]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => void this.#listeners[event].delete(listener);
  }

  async stop(): Promise<void> {
    const state = this.#state;
    if (state.is === 'stopped') return;
    this.#state = { is: 'stopped' };
    const threads = await Promise.resolve(state.threads).catch(() => undefined);
    await threads?.stop();
    this.#sessions.clear();
    this.#rooms.clear();
    this.#whispers.clear();
  }

  onApplicationShutdown(): Promise<void> {
    return this.stop();
  }

  async #launch(options: RelayOptions): Promise<RelayThreads> {
    const starting = RelayThreads.start(
      options,
      this.#cookieSecret,
      {
        onEvent: (event, thread) => this.#take(event, thread),
        onError: (error) => this.#logger.error(`A voice thread failed: ${String(error)}`),
        onDied: () => void this.#replace(),
      },
      this.#spawn,
    );
    const state: State = { is: 'starting', threads: starting };
    this.#state = state;
    try {
      const threads = await starting;
      if (this.#state !== state) return threads; // it was stopped meanwhile, and stops the threads
      this.#state = { is: 'running', threads };
      this.#port = threads.port;
      this.#socket = threads.socket;
      for (const session of this.#sessions.values()) threads.broadcast(this.#opening(session));
      for (const { token, speaker, listeners } of this.#whispers.values()) {
        threads.broadcast({ type: 'whisper', target: { token, speaker, listeners: [...listeners] } });
      }
      return threads;
    } catch (error) {
      if (this.#state === state) this.#state = { is: 'stopped' };
      throw error;
    }
  }

  /** All threads have ended though nobody asked them to. */
  async #replace(): Promise<void> {
    // It was stopped while they ended.
    if (this.#state.is !== 'running') return;
    for (const [token, known] of this.#sessions) {
      if (known.speakingIn.size > 0) {
        known.speakingIn.clear();
        this.#emit('speaking', { type: 'speaking', token, speaking: false });
      }
      if (known.lane !== null) this.#takeLane(token, known, null);
    }
    const nowMs = performance.now();
    this.#restartedAtMs = this.#restartedAtMs.filter((atMs) => nowMs - atMs < RESTART_WINDOW_MS);
    if (this.#restartedAtMs.length >= MAX_RESTARTS) {
      this.#fail('Voice has stopped: its threads end as soon as they are started. The log has the details.');
      return;
    }
    this.#restartedAtMs.push(nowMs);
    this.#logger.error('The voice threads ended by themselves and are started again.');
    await this.#launch({ ...this.#options, port: this.#port }).catch((error: unknown) => {
      this.#fail(`Voice has stopped: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  #fail(message: string): void {
    this.#state = { is: 'stopped' };
    this.#emit('failed', { type: 'failed', message });
  }

  #take(event: VoiceRelayEvents['speaking'] | VoiceRelayEvents['lane'], thread: number): void {
    const known = this.#sessions.get(event.token);
    // It was closed while this was on its way.
    if (known === undefined) return;
    if (event.type === 'lane') {
      this.#takeLane(event.token, known, event.lane);
      return;
    }
    const spoke = known.speakingIn.size > 0;
    if (event.speaking) known.speakingIn.add(thread);
    else known.speakingIn.delete(thread);
    const speaking = known.speakingIn.size > 0;
    if (speaking !== spoke) this.#emit('speaking', { type: 'speaking', token: event.token, speaking });
  }

  #takeLane(token: number, known: OpenSession, lane: LaneKind | null): void {
    known.lane = lane;
    this.#emit('lane', { type: 'lane', token, lane });
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

  /** To threads that are starting it is told when they have. */
  #broadcast(command: RelayCommand): void {
    if (this.#state.is === 'running') this.#state.threads.broadcast(command);
  }

  #forgetWhisper(whisper: OpenWhisper): void {
    this.#whispers.delete(whisper.token);
    this.#sessions.get(whisper.speaker)?.spoken.delete(whisper);
    for (const listener of whisper.listeners) this.#sessions.get(listener)?.heard.delete(whisper);
  }

  #roomOf({ roomId }: RelaySession): OpenRoom {
    let room = this.#rooms.get(roomId);
    if (room === undefined) {
      room = { loudest: LoudestSpeakers.allocate(), tokens: new Set() };
      this.#rooms.set(roomId, room);
    }
    return room;
  }

  #opening({ session, counts, newest }: OpenSession): RelayCommand {
    const shared: SharedState = { counts, newest, loudest: this.#roomOf(session).loudest };
    return { type: 'open', session, shared };
  }
}

function checkToken(token: number): void {
  if (!Number.isInteger(token) || token < 1 || token > MAX_TOKEN) throw new RangeError('a token is a u32, and not 0');
}

function notRunning(): SwitchboardError {
  return new SwitchboardError('server.internal', 'The voice relay is not running.');
}

/**
 * Of what a thread allocates for a moment, in MiB. Left to itself V8 lets that grow to hundreds while people come and go, and
 * looks at it late (`npm run bench -- soak`).
 */
const YOUNG_GENERATION_MIB = 16;

/** Runs the thread as this file runs: from its TypeScript source, which Node strips of its types, or as built. */
export function spawnThread(entry: 'relay-thread' | 'bridge-thread', setup: RelayThreadSetup | BridgeSetup): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`./threads/${entry}.${fromSource ? 'ts' : 'js'}`, import.meta.url), {
    name: entry === 'relay-thread' ? 'voice relay' : 'voice bridge',
    workerData: setup,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB },
    ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
  });
}
