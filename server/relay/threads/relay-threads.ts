import { lookup } from 'node:dns/promises';
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { SwitchboardError } from '@switchboard/protocol';
import {
  DROP_REASONS,
  type DropReason,
  type RelayCommand,
  type RelayEvent,
  type RelayReport,
} from '../relay-messages.ts';
import type { RelayOptions } from '../relay-options.ts';
import type { Libc } from '../sockets/libc.ts';
import type { WakeAddress } from '../sockets/socket-waiter.ts';
import type { VoiceSocketInUse } from '../voice-relay.ts';
import type { ListenAddress } from '../voice-socket.ts';
import { BridgeBacklog } from './bridge-backlog.ts';
import { chooseSocket, type SocketChoice } from './socket-choice.ts';
import type {
  BridgeAddress,
  BridgeMail,
  BridgeSetup,
  RelayThreadMail,
  RelayThreadSetup,
  ThreadAddress,
  ThreadDescriptors,
  ThreadEvent,
} from './thread-messages.ts';
import { ThreadPost } from './thread-post.ts';

/** A port that is free for TCP is free for UDP too unless someone happens to use just that: a few tries are plenty. */
const FREE_PORT_ATTEMPTS = 20;
/** After this a thread is stopped without waiting for its sockets. */
const STOP_TIMEOUT_MS = 3_000;
const COOKIE_SECRET_BYTES = 16;

export type ThreadEntry = 'relay-thread' | 'bridge-thread';
/** Starts a thread from its entry's file. */
export type SpawnThread = (entry: ThreadEntry, setup: RelayThreadSetup | BridgeSetup) => Worker;

export interface RelayThreadsEvents {
  /** `thread` is the number of the relay thread that tells. */
  onEvent(event: Extract<RelayEvent, { type: 'speaking' | 'lane' }>, thread: number): void;
  onError(error: unknown): void;
  /** A thread ended by itself. The others are stopped. */
  onDied(): void;
}

interface ReportInProgress {
  readonly reports: RelayReport[];
  bridge: Readonly<Partial<Record<DropReason, number>>> | undefined;
  readonly resolve: (report: RelayReport | undefined) => void;
}

/**
 * The threads of one relay: those that have the UDP port, which the kernel spreads the senders over, and the bridge, which
 * has the streams. They live and die together.
 */
export class RelayThreads {
  readonly port: number;
  readonly choice: SocketChoice;
  readonly threads: number;
  readonly #all: readonly StartedThread[];
  readonly #posts: readonly ThreadPost<RelayThreadMail>[];
  readonly #bridgePost: ThreadPost<BridgeMail>;
  readonly #events: RelayThreadsEvents;
  /** Threads answer in the order asked. */
  readonly #reports: ReportInProgress[] = [];
  /** Resolves when all threads have ended; undefined as long as none is to. */
  #ending: Promise<void> | undefined;

  /**
   * Opens the voice port: UDP, and TCP of the same number.
   * Rejects with a SwitchboardError whose sentence says what is in the way and what to change.
   */
  static async start(
    options: RelayOptions,
    cookieSecret: Uint8Array,
    events: RelayThreadsEvents,
    spawn: SpawnThread,
  ): Promise<RelayThreads> {
    if (cookieSecret.length !== COOKIE_SECRET_BYTES) throw new RangeError(`cookies take ${COOKIE_SECRET_BYTES} bytes`);
    const { address: host, family } = await lookup(options.host).catch((error: unknown) => {
      throw failure('voice', options, codeOf(error), String(error));
    });
    const wanted: ListenAddress = { host, family: family === 6 ? 6 : 4, port: options.port };
    const choice = chooseSocket(options.socket);
    const threads = choice.socket === 'portable' ? 1 : (options.threads ?? usualThreads());
    for (let attempt = 1; ; attempt++) {
      const started = await startAll({ options, wanted, choice, threads, cookieSecret, spawn });
      if ('running' in started) return new RelayThreads(started.running, choice, events);
      const tryAnother =
        started.transport === 'UDP' &&
        options.port === 0 &&
        started.code === 'EADDRINUSE' &&
        attempt < FREE_PORT_ATTEMPTS;
      if (!tryAnother) {
        throw failure(started.transport, { ...options, port: started.port }, started.code, started.message);
      }
    }
  }

  private constructor({ bridge, relays, port }: RunningThreads, choice: SocketChoice, events: RelayThreadsEvents) {
    const libc = libcOf(choice);
    this.port = port;
    this.choice = choice;
    this.threads = relays.length;
    this.#all = [bridge, ...relays];
    this.#bridgePost = new ThreadPost(bridge.worker, undefined, libc);
    this.#posts = relays.map(({ worker, descriptors }) => new ThreadPost(worker, descriptors?.wake, libc));
    this.#events = events;
    this.#introduce(relays.map(({ descriptors }) => descriptors?.wake));
    bridge.worker.on('message', (event: ThreadEvent) => this.#take(event, -1));
    for (const [thread, { worker }] of relays.entries()) {
      worker.on('message', (event: ThreadEvent) => this.#take(event, thread));
    }
    for (const { worker } of this.#all) {
      worker.on('error', (error) => this.#events.onError(error));
      worker.on('exit', () => this.#died());
    }
    if (this.#all.some(({ worker }) => hasExited(worker))) queueMicrotask(() => this.#died());
  }

  get socket(): VoiceSocketInUse {
    const because = this.choice.socket === 'portable' ? this.choice.because : undefined;
    return { kind: this.choice.socket, threads: this.threads, because };
  }

  broadcast(command: RelayCommand): void {
    if (this.#ending !== undefined) return;
    for (const post of this.#posts) post.send(command);
  }

  /** The counters of all threads; undefined if they end before all answered. Asked after that, it waits until they have. */
  report(): Promise<RelayReport | undefined> {
    if (this.#ending !== undefined) return this.#ending.then(() => undefined);
    return new Promise((resolve) => {
      this.#reports.push({ reports: [], bridge: undefined, resolve });
      this.broadcast({ type: 'report' });
      this.#bridgePost.send({ type: 'report' });
    });
  }

  stop(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  /** Ports between every two threads that talk to each other. */
  #introduce(wakes: readonly (WakeAddress | undefined)[]): void {
    const threads = wakes.length;
    const others = wakes.map((): ThreadAddress[] => []);
    for (let one = 0; one < threads; one++) {
      for (let other = one + 1; other < threads; other++) {
        const { port1, port2 } = new MessageChannel();
        others[one]!.push({ port: port1, wake: wakes[other] });
        others[other]!.push({ port: port2, wake: wakes[one] });
      }
    }
    const relays: BridgeAddress[] = [];
    for (const [thread, post] of this.#posts.entries()) {
      const { port1, port2 } = new MessageChannel();
      const backlog = BridgeBacklog.allocate();
      relays.push({ port: port1, wake: wakes[thread], backlog });
      const bridge = { port: port2, wake: undefined, backlog };
      post.send({ type: 'connect', bridge, others: others[thread]! }, portsOf([bridge, ...others[thread]!]));
    }
    this.#bridgePost.send({ type: 'connect', relays }, portsOf(relays));
  }

  #take(event: ThreadEvent, thread: number): void {
    // What the last of them still say, nobody waits for.
    if (this.#ending !== undefined) return;
    switch (event.type) {
      case 'refused':
        // It has started before: this is what it ends of.
        this.#events.onError(event.message);
        return;
      case 'report':
        // Each thread's first answer belongs to the first question that it has not answered.
        this.#reports.find(({ reports }) => reports[thread] === undefined)!.reports[thread] = event.report;
        this.#settleReport();
        return;
      case 'bridgeReport':
        this.#reports.find(({ bridge }) => bridge === undefined)!.bridge = event.dropped;
        this.#settleReport();
        return;
      case 'speaking':
      case 'lane':
        this.#events.onEvent(event, thread);
        return;
      case 'failed':
      case 'listening':
      // Said while it starts.
    }
  }

  #settleReport(): void {
    const [first] = this.#reports;
    if (first?.bridge === undefined || Object.keys(first.reports).length < this.threads) return;
    this.#reports.shift();
    first.resolve(sumOf(first.reports, first.bridge));
  }

  #died(): void {
    if (this.#ending !== undefined) return;
    void this.stop().then(() => this.#events.onDied());
  }

  #end(): Promise<void> {
    for (const { resolve } of this.#reports.splice(0)) resolve(undefined);
    return stopAll(this.#all, libcOf(this.choice));
  }
}

interface StartedThread {
  readonly worker: Worker;
  readonly descriptors: ThreadDescriptors | undefined;
}

interface RunningThreads {
  readonly port: number;
  readonly bridge: StartedThread;
  readonly relays: readonly StartedThread[];
}

interface Refusal {
  readonly transport: 'UDP' | 'TCP';
  readonly port: number;
  readonly code: unknown;
  readonly message: string;
}

interface StartRequest {
  readonly options: RelayOptions;
  readonly wanted: ListenAddress;
  readonly choice: SocketChoice;
  readonly threads: number;
  readonly cookieSecret: Uint8Array;
  readonly spawn: SpawnThread;
}

/** The bridge first: of two servers that want one port, TCP tells, where threads share a UDP port. */
async function startAll(request: StartRequest): Promise<{ running: RunningThreads } | Refusal> {
  const { options, wanted, choice, threads, cookieSecret, spawn } = request;
  const bridge = spawn('bridge-thread', { threads, at: wanted, tls: options.tls });
  const bridgeStart = await listening(bridge);
  if ('message' in bridgeStart) return { transport: 'TCP', port: wanted.port, ...bridgeStart };
  const at = { ...wanted, port: bridgeStart.port };
  const bridgeThread: StartedThread = { worker: bridge, descriptors: undefined };
  const relays: StartedThread[] = [];
  for (let thread = 0; thread < threads; thread++) {
    const worker = spawn('relay-thread', { thread, threads, socket: choice.socket, at, cookieSecret });
    const start = await listening(worker);
    if ('message' in start) {
      await stopAll([bridgeThread, ...relays], libcOf(choice));
      return { transport: 'UDP', port: at.port, ...start };
    }
    relays.push({ worker, descriptors: start.descriptors });
  }
  return { running: { port: at.port, bridge: bridgeThread, relays } };
}

type Start =
  | { readonly port: number; readonly descriptors: ThreadDescriptors | undefined }
  | { readonly code: unknown; readonly message: string };

/** What the thread says first. */
function listening(worker: Worker): Promise<Start> {
  return new Promise((resolve) => {
    const answer = (start: Start): void => {
      // Not `error`: without a listener it would end the whole process.
      worker.off('message', take).off('exit', exit);
      resolve(start);
    };
    const take = (event: ThreadEvent): void => {
      if (event.type === 'listening') answer(event);
      else if (event.type === 'refused') answer({ code: event.code, message: event.message });
    };
    const fail = (error: unknown): void => answer({ code: undefined, message: String(error) });
    const exit = (): void => answer({ code: undefined, message: 'its thread ended at once' });
    worker.on('message', take).on('error', fail).on('exit', exit);
  });
}

/** Ends threads, and closes what they opened in the system once all have ended: they write to each other's descriptors. */
async function stopAll(threads: readonly StartedThread[], libc: Libc | undefined): Promise<void> {
  const running = threads.filter(({ worker }) => !hasExited(worker));
  const exited = running.map(({ worker }) => new Promise<void>((resolve) => worker.once('exit', () => resolve())));
  for (const { worker, descriptors } of running) {
    new ThreadPost<{ type: 'stop' }>(worker, descriptors?.wake, libc).send({ type: 'stop' });
  }
  const timer = setTimeout(() => {
    for (const { worker } of running) void worker.terminate();
  }, STOP_TIMEOUT_MS);
  await Promise.all(exited);
  clearTimeout(timer);
  for (const { descriptors } of threads) {
    if (descriptors === undefined) continue;
    libc?.close(descriptors.socketFd);
    libc?.close(descriptors.wake.fd);
  }
}

function hasExited(worker: Worker): boolean {
  return worker.threadId === -1;
}

function libcOf(choice: SocketChoice): Libc | undefined {
  return choice.socket === 'batched' ? choice.libc : undefined;
}

/** Half the cores: the rest of the server and of the machine wants some too. */
function usualThreads(): number {
  return Math.min(8, Math.max(1, Math.floor(availableParallelism() / 2)));
}

function portsOf(addresses: readonly ThreadAddress[]): MessagePort[] {
  return addresses.map(({ port }) => port);
}

function sumOf(reports: readonly RelayReport[], bridge: Readonly<Partial<Record<DropReason, number>>>): RelayReport {
  const sum = (figure: (report: RelayReport) => number): number =>
    reports.reduce((total, report) => total + figure(report), 0);
  return {
    // Each thread knows them all.
    sessions: reports[0]?.sessions ?? 0,
    rooms: reports[0]?.rooms ?? 0,
    received: sum(({ received }) => received),
    sent: sum(({ sent }) => sent),
    bytesReceived: sum(({ bytesReceived }) => bytesReceived),
    bytesSent: sum(({ bytesSent }) => bytesSent),
    pings: sum(({ pings }) => pings),
    dropped: Object.fromEntries(
      DROP_REASONS.map((reason) => [reason, sum(({ dropped }) => dropped[reason]) + (bridge[reason] ?? 0)]),
    ) as Record<DropReason, number>,
  };
}

function failure(transport: string, { host, port }: RelayOptions, code: unknown, message: string): SwitchboardError {
  return new SwitchboardError('server.internal', sentence(transport, host, port, code, message));
}

function sentence(transport: string, host: string, port: number, code: unknown, message: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${transport} port ${port} on ${host} is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`;
    case 'EACCES':
    case 'EPERM':
      return `${transport} port ${port} on ${host} may not be opened by this user. Set SWITCHBOARD_VOICE_PORT to 1024 or higher.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Voice cannot listen on ${host}, which is no address of this machine. Set SWITCHBOARD_HOST to one that is.`;
    default:
      return `The voice port ${port} on ${host} could not be opened: ${message}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
