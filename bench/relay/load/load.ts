import { percentile } from '../../statistics.ts';
import { checkSameNice, cpuTimeUs, residentBytes } from '../process-figures.ts';
import type { LoadAdapter } from './adapter.ts';
import { realTimeMs, type ClientSockets, type Sampler } from './client-sockets.ts';
import type { DirectPath } from './direct-path.ts';
import { PAYLOAD_BYTES, readPayload, writePayload } from './payload.ts';
import { seededRandom } from './seeded-random.ts';

const FRAME_MS = 20;
const DRAIN_INTERVAL_MS = 2;
const PING_INTERVAL_MS = 5_000;
/** Nothing is on its way any more after so long without a packet. */
const QUIET_MS = 300;
const QUIET_LIMIT_MS = 3_000;
/** A sample costs up to 20 µs here. */
const SAMPLES_PER_SECOND = 500;

/** One stretch of talk. */
export interface LoadPlan {
  readonly talkers: number;
  readonly seconds: number;
  /** Before anything is counted. */
  readonly warmUp: { readonly talkers: number; readonly seconds: number };
  /** When in every 20 ms each talker's packet is due: the same for every target. */
  readonly seed: number;
  readonly serverPid: number;
}

/** What became of it. */
export interface LoadResult {
  readonly seconds: number;
  /** Voice packets that went to the server, and pings. */
  readonly packetsIn: number;
  readonly pings: number;
  readonly delivered: number;
  readonly lost: number;
  readonly serverCpuUs: number;
  readonly loadCpuUs: number;
  readonly serverRssBytes: number;
  /** From the sending call to the arrival, by the kernel's clock, less what the same takes without a server in between. */
  readonly addedMsP50: number;
  readonly addedMsP99: number;
  /** What it takes without. */
  readonly directMs: number;
  /** Packets that were opened and compared byte by byte. */
  readonly samples: number;
}

interface Talk {
  readonly packets: number;
  readonly pings: number;
  readonly seconds: number;
}

/**
 * Makes clients talk and counts what they hear, in one loop that never waits for an event: packets leave when they are due,
 * and what has arrived is taken every 2 ms. The same for every server.
 */
export class Load {
  readonly #sockets: ClientSockets;
  readonly #adapter: LoadAdapter;
  readonly #direct: DirectPath;
  readonly #payload = Buffer.alloc(PAYLOAD_BYTES);
  /** Of each client's next packet. */
  readonly #sequences: Uint32Array;
  readonly #pause = new Int32Array(new SharedArrayBuffer(4));

  constructor(sockets: ClientSockets, adapter: LoadAdapter, direct: DirectPath) {
    this.#sockets = sockets;
    this.#adapter = adapter;
    this.#direct = direct;
    this.#sequences = new Uint32Array(sockets.clients);
  }

  /** @throws Error if a sample is not what was said, or more was heard than that. */
  measure(plan: LoadPlan): LoadResult {
    const { serverPid } = plan;
    const listeners = this.#sockets.clients - 1;
    const directMs = this.#direct.delayMs();
    const random = seededRandom(plan.seed);
    const phasesOf = (talkers: number): number[] =>
      Array.from({ length: talkers }, () => random() * FRAME_MS).sort((a, b) => a - b);
    const phases = phasesOf(plan.talkers);
    const delaysMs: number[] = [];
    const meanStride = Math.max(1, (plan.talkers * listeners * 1000) / FRAME_MS / SAMPLES_PER_SECOND);
    const sampler: Sampler = {
      // Varied, so that it does not keep step with the order of the listeners.
      stride: () => Math.max(1, Math.round(meanStride * (0.5 + random()))),
      take: (client, packet, ordinal, arrivedAtMs) => {
        const spokenAtMs = this.#spokenAt(client, packet, ordinal);
        if (spokenAtMs !== undefined) delaysMs.push(arrivedAtMs - spokenAtMs - directMs);
      },
    };

    this.#talk(phasesOf(plan.warmUp.talkers), plan.warmUp.seconds, sampler);
    this.#untilQuiet(sampler);
    delaysMs.length = 0;
    const receivedBefore = this.#sockets.received;
    const [serverBeforeUs, loadBeforeUs] = [cpuTimeUs(serverPid), cpuTimeUs(process.pid)];
    const talk = this.#talk(phases, plan.seconds, sampler);
    this.#untilQuiet(sampler);
    const serverCpuUs = cpuTimeUs(serverPid) - serverBeforeUs;
    const loadCpuUs = cpuTimeUs(process.pid) - loadBeforeUs;
    checkSameNice(serverPid);

    const delivered = this.#sockets.received - receivedBefore - talk.pings;
    const lost = talk.packets * listeners - delivered;
    if (lost < 0) throw new Error(`${-lost} packets more were heard than were said`);
    if (delaysMs.length === 0) throw new Error('Nothing was heard');
    return {
      seconds: talk.seconds,
      packetsIn: talk.packets,
      pings: talk.pings,
      delivered,
      lost,
      serverCpuUs,
      loadCpuUs,
      serverRssBytes: residentBytes(serverPid),
      addedMsP50: percentile(delaysMs, 0.5),
      addedMsP99: percentile(delaysMs, 0.99),
      directMs,
      samples: delaysMs.length,
    };
  }

  /** Undefined if it was no voice. */
  #spokenAt(client: number, packet: Uint8Array, ordinal: number): number | undefined {
    const heard = this.#adapter.open(client, packet, ordinal);
    if (heard === undefined) return undefined;
    if (heard.speaker === client) throw new Error('A client heard itself');
    return readPayload(heard.payload, heard.speaker);
  }

  #talk(phasesMs: readonly number[], seconds: number, sampler: Sampler): Talk {
    const clients = this.#sockets.clients;
    const talkers = phasesMs.length;
    const rounds = Math.round((seconds * 1000) / FRAME_MS);
    const packets = rounds * talkers;
    const startMs = performance.now();
    const endMs = startMs + rounds * FRAME_MS;
    let [said, pinged] = [0, 0];
    let drainAtMs = startMs;
    const nextWordAt = (): number =>
      said === packets ? Infinity : startMs + Math.floor(said / talkers) * FRAME_MS + (phasesMs[said % talkers] ?? 0);
    const nextPingAt = (): number => startMs + ((pinged + 0.5) * PING_INTERVAL_MS) / clients;
    for (;;) {
      const nowMs = performance.now();
      if (nowMs >= endMs && said === packets) return { packets, pings: pinged, seconds: (nowMs - startMs) / 1000 };
      for (; nextWordAt() <= nowMs; said++) this.#say(Math.floor(((said % talkers) * clients) / talkers));
      for (; nextPingAt() <= nowMs; pinged++) this.#ping(pinged % clients);
      if (nowMs >= drainAtMs) {
        this.#sockets.drain(sampler);
        drainAtMs = Math.max(drainAtMs + DRAIN_INTERVAL_MS, nowMs);
      }
      this.#sleepUntil(Math.min(nextWordAt(), nextPingAt(), drainAtMs, Math.max(endMs, nowMs)));
    }
  }

  #say(client: number): void {
    const { outgoing } = this.#sockets;
    const sequence = this.#sequences[client] ?? 0;
    this.#sequences[client] = sequence + 1;
    writePayload(this.#payload, client, sequence, realTimeMs());
    this.#sockets.send(client, this.#adapter.writeVoice(client, sequence, this.#payload, outgoing));
  }

  #ping(client: number): void {
    this.#sockets.send(client, this.#adapter.writePing(client, this.#sockets.outgoing));
  }

  #untilQuiet(sampler: Sampler): void {
    const limitMs = performance.now() + QUIET_LIMIT_MS;
    let heardAtMs = performance.now();
    while (performance.now() < Math.min(limitMs, heardAtMs + QUIET_MS)) {
      const before = this.#sockets.received;
      this.#sockets.drain(sampler);
      if (this.#sockets.received > before) heardAtMs = performance.now();
      this.#sleepUntil(performance.now() + DRAIN_INTERVAL_MS);
    }
  }

  /** Blocks the thread: this process has nothing else to do, and a timer of the event loop would be a millisecond late. */
  #sleepUntil(atMs: number): void {
    const waitMs = atMs - performance.now();
    if (waitMs > 0) Atomics.wait(this.#pause, 0, 0, waitMs);
  }
}
