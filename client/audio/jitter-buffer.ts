/**
 * Puts one talker's packets back into order and time. Two calls: `insert` when a packet arrives, `pull` once per 20 ms of
 * playout. It counts in packets and ticks, so recorded arrivals replay bit for bit.
 *
 * Time is anchored anew at each talk spurt: delay that a stall added is gone with the next pause. What is due and
 * missing is told apart by what else is there. Later packets: it is lost, time moves on. Nothing: the network stalls, so
 * stand-ins are played and the talker is waited for.
 */

import { FRAME_SAMPLES, advanceTimestamp, timestampDistance } from './frame.ts';
import { PacketHeap } from './packet-heap.ts';

export interface JitterPacket {
  readonly sequence: number;
  /** Capture clock of the first sample (u32). */
  readonly timestampSamples: number;
  /** Last packet of its talk spurt. */
  readonly end: boolean;
  readonly payload: Uint8Array;
}

/**
 * `late`: its time has passed. `overflow`: the buffer was full and the oldest packet was dropped, be it this one or
 * another.
 */
export type InsertResult = 'queued' | 'duplicate' | 'late' | 'overflow';

export type PullResult =
  | { readonly kind: 'frame'; readonly payload: Uint8Array; readonly end: boolean }
  /** The due packet is lost, but `next` follows it and may carry its redundancy (FEC). `next` is played in its turn. */
  | { readonly kind: 'recover'; readonly next: Uint8Array }
  | { readonly kind: 'conceal' }
  | { readonly kind: 'idle' };

export interface JitterBufferOptions {
  /** Packets queued before a talk spurt starts to play. */
  readonly watermarkFrames: number;
  /** Packets held at most: the bound on memory and on delay. Beyond it the oldest is dropped. */
  readonly maxDepthFrames: number;
  /** Frames concealed in a row before the talk spurt is given up. */
  readonly maxConcealedFrames: number;
}

/** 40 ms, 200 ms and 100 ms: beyond 100 ms concealment has faded to nothing anyhow. */
export const DEFAULT_JITTER_BUFFER: JitterBufferOptions = {
  watermarkFrames: 2,
  maxDepthFrames: 10,
  maxConcealedFrames: 5,
};

export interface JitterFigures {
  readonly received: number;
  readonly played: number;
  readonly duplicate: number;
  readonly late: number;
  /** Dropped as the oldest of too many. */
  readonly overflow: number;
  /** Frames that were due and missing within a talk spurt. What a relay did not forward between spurts isn't here. */
  readonly lost: number;
  /** Of the lost: those whose successor was there to recover them from. */
  readonly recovered: number;
  /** Frames of concealment, for lost packets and for stalls. */
  readonly concealed: number;
  readonly depthFrames: number;
}

/** Sequences remembered as played, to tell a duplicate from a latecomer. */
const PLAYED_MEMORY = 64;

const IDLE: PullResult = { kind: 'idle' };
const CONCEAL: PullResult = { kind: 'conceal' };

interface Playing {
  readonly kind: 'playing';
  /** Capture clock at which the next sequence is expected. */
  readonly dueTimestampSamples: number;
  /** Frames concealed while nothing at all was there; they may yet turn out to stand for lost packets. */
  readonly standIns: number;
}

type State = { readonly kind: 'waiting'; readonly ticks: number } | Playing;

const WAITING: State = { kind: 'waiting', ticks: 0 };

export class JitterBuffer {
  readonly #options: JitterBufferOptions;
  readonly #heap = new PacketHeap<JitterPacket>();
  readonly #played = new Float64Array(PLAYED_MEMORY).fill(-1);
  #state: State = WAITING;
  /** The lowest sequence that may still be played. It only grows: a sequence counter never restarts under one token. */
  #nextSequence = 0;
  #counts = { received: 0, played: 0, duplicate: 0, late: 0, overflow: 0, lost: 0, recovered: 0, concealed: 0 };

  constructor(options: JitterBufferOptions = DEFAULT_JITTER_BUFFER) {
    this.#options = options;
  }

  get figures(): JitterFigures {
    return { ...this.#counts, depthFrames: this.#heap.size };
  }

  insert(packet: JitterPacket): InsertResult {
    this.#counts.received++;
    const { sequence } = packet;
    if (this.#wasPlayed(sequence) || this.#heap.some((queued) => queued.sequence === sequence)) {
      this.#counts.duplicate++;
      return 'duplicate';
    }
    if (sequence < this.#nextSequence) {
      this.#counts.late++;
      return 'late';
    }
    this.#heap.push(packet);
    if (this.#heap.size <= this.#options.maxDepthFrames) return 'queued';
    this.#dropOldest();
    return 'overflow';
  }

  /** What to play in the next 20 ms. */
  pull(): PullResult {
    return this.#state.kind === 'playing' ? this.#pullPlaying(this.#state) : this.#pullWaiting(this.#state.ticks);
  }

  #pullWaiting(ticks: number): PullResult {
    const first = this.#heap.peek();
    if (first === undefined) return IDLE;
    if (this.#mayStart(ticks)) return this.#play(first);
    this.#state = { kind: 'waiting', ticks: ticks + 1 };
    return IDLE;
  }

  /** Time counts as well as depth, else a spurt whose other packets were lost would lie here unheard. */
  #mayStart(ticks: number): boolean {
    const { watermarkFrames } = this.#options;
    return this.#heap.size >= watermarkFrames || ticks >= watermarkFrames || this.#heap.some((packet) => packet.end);
  }

  #pullPlaying(playing: Playing): PullResult {
    const first = this.#heap.peek();
    if (first === undefined) return this.#standIn(playing);
    const missing = first.sequence - this.#nextSequence;
    if (!this.#continues(playing, first, missing)) {
      // A pause lies between: END was lost, or the talker broke off without one. Or too much is gone to conceal.
      this.#state = WAITING;
      return this.#pullWaiting(0);
    }
    const covered = Math.min(missing, playing.standIns);
    this.#counts.lost += covered;
    if (covered === missing) return this.#play(first);
    this.#counts.lost++;
    this.#nextSequence += covered + 1;
    this.#state = {
      kind: 'playing',
      dueTimestampSamples: advanceTimestamp(playing.dueTimestampSamples, (covered + 1) * FRAME_SAMPLES),
      standIns: 0,
    };
    if (missing - covered > 1) {
      this.#counts.concealed++;
      return CONCEAL;
    }
    this.#counts.recovered++;
    return { kind: 'recover', next: first.payload };
  }

  /** Whether `first` belongs to the spurt being played: as much time has passed as there are packets missing. */
  #continues(playing: Playing, first: JitterPacket, missing: number): boolean {
    return (
      missing <= this.#options.maxConcealedFrames &&
      timestampDistance(playing.dueTimestampSamples, first.timestampSamples) === missing * FRAME_SAMPLES
    );
  }

  #standIn(playing: Playing): PullResult {
    if (playing.standIns >= this.#options.maxConcealedFrames) {
      this.#state = WAITING;
      return IDLE;
    }
    this.#state = { ...playing, standIns: playing.standIns + 1 };
    this.#counts.concealed++;
    return CONCEAL;
  }

  #play(first: JitterPacket): PullResult {
    this.#heap.pop();
    this.#counts.played++;
    this.#played[first.sequence % PLAYED_MEMORY] = first.sequence;
    this.#moveBehind(first);
    return { kind: 'frame', payload: first.payload, end: first.end };
  }

  #dropOldest(): void {
    const oldest = this.#heap.pop();
    if (oldest === undefined) return;
    this.#counts.overflow++;
    if (this.#state.kind === 'playing') this.#moveBehind(oldest);
    else this.#nextSequence = oldest.sequence + 1;
  }

  #moveBehind(packet: JitterPacket): void {
    this.#nextSequence = packet.sequence + 1;
    this.#state = packet.end
      ? WAITING
      : {
          kind: 'playing',
          dueTimestampSamples: advanceTimestamp(packet.timestampSamples, FRAME_SAMPLES),
          standIns: 0,
        };
  }

  #wasPlayed(sequence: number): boolean {
    return this.#played[sequence % PLAYED_MEMORY] === sequence;
  }
}
