import type { Worker } from 'node:worker_threads';
import type { LaneKind, Pong } from '@switchboard/protocol';
import type { RelayReport, RelaySession } from '../relay-messages.ts';
import type { RelayOptions } from '../relay-options.ts';
import { accessLibc } from '../sockets/libc.ts';
import { spawnThread, ThreadedVoiceRelay } from '../threaded-voice-relay.ts';
import type { SpawnThread, ThreadEntry } from '../threads/relay-threads.ts';
import type { ThreadEvent } from '../threads/thread-messages.ts';
import type { VoiceRelayEvents } from '../voice-relay.ts';
import { relaySession } from './packets.ts';
import { bindLane, pingOnce, UdpClient, WebSocketClient, type VoiceClient } from './voice-clients.ts';

export interface RelayVariant {
  readonly name: string;
  readonly options: Pick<RelayOptions, 'socket' | 'threads'>;
  /** Whether this machine can run it. */
  readonly available: boolean;
}

const batches = 'libc' in accessLibc();

/** The ways in which a relay runs. */
export const RELAY_VARIANTS: readonly RelayVariant[] = [
  { name: 'with the portable socket', options: { socket: 'portable', threads: undefined }, available: true },
  { name: 'with the batched socket in one thread', options: { socket: 'batched', threads: 1 }, available: batches },
  { name: 'with the batched socket in two threads', options: { socket: 'batched', threads: 2 }, available: batches },
];

const LOOPBACK: RelayOptions = {
  host: '127.0.0.1',
  port: 0,
  tls: undefined,
  socket: 'auto',
  threads: undefined,
};

export interface SpawnedThread {
  readonly entry: ThreadEntry;
  readonly worker: Worker;
}

/** A relay with real sockets and threads on loopback, and clients that speak to it. */
export class RelayHarness {
  readonly relay: ThreadedVoiceRelay;
  /** All that were ever started, in that order. */
  readonly spawned: SpawnedThread[] = [];
  readonly #clients: VoiceClient[] = [];
  readonly #lanes = new Map<number, LaneKind | null>();
  /** The next ping of each session. */
  readonly #sequences = new Map<number, number>();

  constructor(options: Partial<RelayOptions> = {}, spawn: SpawnThread = spawnThread) {
    this.relay = new ThreadedVoiceRelay({ ...LOOPBACK, ...options }, (entry, setup) => {
      const worker = spawn(entry, setup);
      this.spawned.push({ entry, worker });
      return worker;
    });
    this.relay.on('lane', ({ token, lane }) => this.#lanes.set(token, lane));
  }

  static async start(options: Partial<RelayOptions> = {}): Promise<RelayHarness> {
    const harness = new RelayHarness(options);
    await harness.relay.start();
    return harness;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
    await this.relay.stop();
  }

  async udp(host?: string): Promise<UdpClient> {
    const client = await UdpClient.open(this.relay.port, host);
    this.#clients.push(client);
    return client;
  }

  async webSocket(options?: Parameters<typeof WebSocketClient.open>[1]): Promise<WebSocketClient> {
    const client = await WebSocketClient.open(this.relay.port, options);
    this.#clients.push(client);
    return client;
  }

  /** Opens a session and binds it to the client's lane. */
  async join<T extends VoiceClient>(token: number, client: T, changes: Partial<RelaySession> = {}): Promise<T> {
    this.relay.open(relaySession(token, changes));
    await this.settled();
    await this.bind(token, client);
    return client;
  }

  /** Binds the session to the client's lane, as all threads know then. */
  async bind(token: number, client: VoiceClient): Promise<Pong> {
    const pong = checked(await bindLane(client, token, this.#nextSequence(token, 2)));
    // The thread that tells may not be the one that the client is with.
    while (this.#lanes.get(token) !== client.kind) await this.event('lane');
    await this.settled();
    return pong;
  }

  async ping(token: number, client: VoiceClient, cookie = 0): Promise<Pong> {
    return checked(await pingOnce(client, token, this.#nextSequence(token, 1), cookie));
  }

  /**
   * Every thread has obeyed what it was told so far, and heard of the bindings that other threads made: they are read
   * together with the question, before the next packets.
   */
  settled(): Promise<RelayReport> {
    return this.relay.report();
  }

  /** The next event of this kind. */
  event<K extends keyof VoiceRelayEvents>(kind: K): Promise<VoiceRelayEvents[K]> {
    return new Promise((resolve) => {
      const off = this.relay.on(kind, (told) => {
        off();
        resolve(told);
      });
    });
  }

  /** The reasons that have counts. */
  async drops(): Promise<Record<string, number>> {
    const { dropped } = await this.relay.report();
    return Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0));
  }

  /** What each relay thread by itself reports. */
  async reportsByThread(): Promise<RelayReport[]> {
    const reports = this.relayThreads.map(
      (worker) =>
        new Promise<RelayReport>((resolve) => {
          const take = (event: ThreadEvent): void => {
            if (event.type !== 'report') return;
            worker.off('message', take);
            resolve(event.report);
          };
          worker.on('message', take);
        }),
    );
    await this.relay.report();
    return Promise.all(reports);
  }

  get relayThreads(): Worker[] {
    return this.spawned.filter(({ entry }) => entry === 'relay-thread').map(({ worker }) => worker);
  }

  #nextSequence(token: number, count: number): number {
    const next = this.#sequences.get(token) ?? 0;
    this.#sequences.set(token, next + count);
    return next;
  }
}

function checked(pong: Pong | undefined): Pong {
  if (pong === undefined) throw new Error('what came was no pong');
  return pong;
}
