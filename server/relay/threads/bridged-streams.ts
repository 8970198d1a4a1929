import type { StreamLane } from '../relay-lane.ts';
import { BridgeBacklog } from './bridge-backlog.ts';
import type { BridgeMail } from './thread-messages.ts';

/** Copies that may wait at the bridge: some 50 ms of its work. What is older is of no use to who listens. */
export const MAX_BACKLOG = 4_096;

/** A stream as a relay thread sees it: the bridge has the socket. */
class BridgedStream implements StreamLane {
  readonly kind = 'websocket';
  readonly number: number;
  readonly #streams: BridgedStreams;
  #closed = false;

  constructor(number: number, streams: BridgedStreams) {
    this.number = number;
    this.#streams = streams;
  }

  /** That one listener is too slow shows at the bridge, which counts it; here, that the bridge is. */
  send(bytes: Uint8Array): 'receiver_slow' | undefined {
    return this.#streams.queue(bytes, this.number) ? undefined : 'receiver_slow';
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#streams.close(this.number);
  }
}

/** The streams of the bridge. A packet for any number of them is one entry in one message. */
export class BridgedStreams {
  readonly #post: (mail: BridgeMail) => void;
  readonly #streams = new Map<number, BridgedStream>();
  readonly #waiting = new Map<Uint8Array, number[]>();
  #backlog: BridgeBacklog;

  constructor(post: (mail: BridgeMail) => void, backlog = new BridgeBacklog(BridgeBacklog.allocate())) {
    this.#post = post;
    this.#backlog = backlog;
  }

  /** The backlog that the bridge counts down. */
  connect(backlog: BridgeBacklog): void {
    this.#backlog = backlog;
  }

  /** The same object for the same number, until it is `forget`ed. */
  get(number: number): StreamLane {
    let stream = this.#streams.get(number);
    if (stream === undefined) {
      stream = new BridgedStream(number, this);
      this.#streams.set(number, stream);
    }
    return stream;
  }

  numberOf(stream: StreamLane): number | undefined {
    return stream instanceof BridgedStream ? stream.number : undefined;
  }

  forget(number: number): void {
    this.#streams.delete(number);
  }

  /** Packets are told apart by their identity. False if the bridge has too much to do already. */
  queue(bytes: Uint8Array, number: number): boolean {
    if (this.#backlog.size >= MAX_BACKLOG) return false;
    this.#backlog.add(1);
    const streams = this.#waiting.get(bytes);
    if (streams === undefined) this.#waiting.set(bytes, [number]);
    else streams.push(number);
    return true;
  }

  close(number: number): void {
    this.flush();
    this.#post({ type: 'closeStream', stream: number });
  }

  flush(): void {
    if (this.#waiting.size === 0) return;
    const packets = Array.from(this.#waiting, ([bytes, streams]) => ({ bytes, streams }));
    this.#waiting.clear();
    this.#post({ type: 'deliver', packets });
  }
}
