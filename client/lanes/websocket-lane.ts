import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import type { Lane, LaneEvents } from './lane.ts';

/** What a browser's WebSocket and that of Node's `ws` have in common, as far as it is used here. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
  /** It always comes before a close, which says the same. */
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/**
 * Unsent bytes beyond which packets are dropped, the newest first: five packets at the highest bitrate. These wait
 * behind all that the system has buffered already; what waits longer is too late to be played, and makes all behind it late, too.
 */
export const MAX_UNSENT_BYTES = 2_000;

/** A lane over one WebSocket. */
export class WebSocketLane implements Lane {
  readonly kind = 'websocket';
  readonly #socket: WebSocketLike | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  #dropped = 0;

  /**
   * @param connect makes the socket; where it throws (a page's policy forbids the address), the lane tells `closed` soon.
   */
  constructor(connect: () => WebSocketLike, events: LaneEvents) {
    try {
      this.#socket = connect();
    } catch {
      void Promise.resolve().then(() => this.#ended(events));
      return;
    }
    const socket = this.#socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      events.opened();
    };
    socket.onmessage = ({ data }) => {
      if (this.#state !== 'open' || !(data instanceof ArrayBuffer) || data.byteLength > MAX_PACKET_BYTES) return;
      events.packet(new Uint8Array(data));
    };
    socket.onclose = () => this.#ended(events);
    socket.onerror = () => undefined;
  }

  /** Packets that were not sent because too many were waiting. */
  get dropped(): number {
    return this.#dropped;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#state !== 'open' || this.#socket === undefined) return;
    if (this.#socket.bufferedAmount + bytes.length > MAX_UNSENT_BYTES) this.#dropped++;
    else this.#socket.send(bytes);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#socket?.close();
  }

  #ended(events: LaneEvents): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    events.closed();
  }
}
