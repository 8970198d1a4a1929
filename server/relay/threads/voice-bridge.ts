import { HEADER_BYTES, MAX_PACKETS_PER_SECOND, readToken } from '@switchboard/protocol';
import type { StreamLane } from '../relay-lane.ts';
import type { DropReason } from '../relay-messages.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { BridgeMail, RelayThreadMail, StreamMessage, StreamPacket } from './thread-messages.ts';

/** Where the streams are: `WebSocketListener`. */
export interface StreamHost {
  bound(stream: StreamLane): void;
}

/** A stream may send twice what a session may: what is more never reaches the voice threads. */
const MESSAGES_PER_SECOND = 2 * MAX_PACKETS_PER_SECOND;

interface Stream {
  readonly number: number;
  readonly lane: StreamLane;
  /** The relay thread that has its session: told by its first message. */
  readonly thread: number;
  readonly rate: TokenBucket;
  /** `asking` until the relay has said whether the first message binds it: nothing else is carried before. */
  state: 'asking' | 'bound' | 'closing';
}

/**
 * Between streams and the threads of the relay: carries what comes from each stream to the thread of its session, and hands
 * out what the threads have for streams. It checks no packet, the relay does; it keeps floods from getting there.
 */
export class VoiceBridge {
  readonly #host: StreamHost;
  readonly #relays: readonly ((mail: RelayThreadMail) => void)[];
  readonly #nowMs: () => number;
  readonly #streams = new Map<number, Stream>();
  readonly #byLane = new Map<StreamLane, Stream>();
  /** For each relay thread: what came within this turn of the event loop. */
  readonly #arrived: StreamMessage[][];
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  #lastNumber = 0;

  constructor(host: StreamHost, relays: readonly ((mail: RelayThreadMail) => void)[], nowMs: () => number) {
    this.#host = host;
    this.#nowMs = nowMs;
    this.#relays = relays;
    this.#arrived = relays.map(() => []);
  }

  /** What was dropped here, by reason; only what has counts. */
  get dropped(): Readonly<Partial<Record<DropReason, number>>> {
    return this.#dropped;
  }

  countDrop(reason: DropReason): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
  }

  message(bytes: Uint8Array, lane: StreamLane): void {
    const known = this.#byLane.get(lane);
    const stream = known ?? this.#open(lane, threadOf(bytes, this.#relays.length));
    if (known !== undefined && (known.state !== 'bound' || !known.rate.take(1, this.#nowMs()))) {
      this.countDrop('rate_limited');
      return;
    }
    const arrived = this.#arrived[stream.thread]!;
    if (arrived.length === 0) queueMicrotask(() => this.#carry(stream.thread));
    arrived.push({ stream: stream.number, bytes });
  }

  closed(lane: StreamLane): void {
    const stream = this.#byLane.get(lane);
    if (stream === undefined) return;
    this.#byLane.delete(lane);
    this.#streams.delete(stream.number);
    this.#carry(stream.thread);
    for (const relay of this.#relays) relay({ type: 'streamClosed', stream: stream.number });
  }

  handle(mail: Extract<BridgeMail, { type: 'deliver' | 'streamBound' | 'closeStream' }>): void {
    if (mail.type === 'deliver') {
      for (const packet of mail.packets) this.#deliver(packet);
      return;
    }
    // It may have closed while this was on its way.
    const stream = this.#streams.get(mail.stream);
    if (stream === undefined) return;
    if (mail.type === 'closeStream') {
      stream.state = 'closing';
      stream.lane.close();
      return;
    }
    if (stream.state === 'asking') stream.state = 'bound';
    this.#host.bound(stream.lane);
    const { token, sequence } = mail;
    for (const [thread, relay] of this.#relays.entries()) {
      if (thread !== stream.thread) relay({ type: 'bound', token, at: { stream: stream.number }, sequence });
    }
  }

  #deliver({ bytes, streams }: StreamPacket): void {
    for (const number of streams) {
      const refusal = this.#streams.get(number)?.lane.send(bytes);
      if (refusal !== undefined) this.countDrop(refusal);
    }
  }

  #open(lane: StreamLane, thread: number): Stream {
    const rate = new TokenBucket(MESSAGES_PER_SECOND, this.#nowMs());
    const stream: Stream = { number: ++this.#lastNumber, lane, thread, rate, state: 'asking' };
    this.#streams.set(stream.number, stream);
    this.#byLane.set(lane, stream);
    return stream;
  }

  #carry(thread: number): void {
    const messages = this.#arrived[thread]!;
    if (messages.length === 0) return;
    this.#arrived[thread] = [];
    this.#relays[thread]!({ type: 'streamMessages', messages });
  }
}

/** All that a session sends by streams goes to one thread, so that its sequences are seen in one place. */
function threadOf(bytes: Uint8Array, threads: number): number {
  if (bytes.length < HEADER_BYTES) return 0;
  return readToken(new DataView(bytes.buffer, bytes.byteOffset, bytes.length)) % threads;
}
