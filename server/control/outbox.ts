import { MAX_BUFFERED_BYTES, MAX_REPLAY_EVENTS } from '@switchboard/protocol';
import type { WebSocket } from 'ws';

/** A replay is handed to the socket in pieces of about this size, the next when the one before is on its way. */
const REPLAY_PIECE_BYTES = 256 * 1024;
/** What may wait behind a replay: as much again as a replay itself. */
const MAX_HELD = 2 * MAX_REPLAY_EVENTS;

/** What is below a WebSocket: what is written to it while it is corked leaves in one system call. */
export interface Stream {
  cork(): void;
  uncork(): void;
}

/**
 * What is sent over one socket, in order. Others never wait for a slow reader: with over 1 MiB unsent it is given up. A replay
 * may be far more than that, and asked for by exactly those who read slowly: it goes as fast as it is read.
 */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #onSlow: () => void;
  readonly #stream: Stream | undefined;
  #isGathering = false;
  /** The rest of a replay and what came after; empty when none is under way. */
  readonly #held: string[] = [];

  /** @param stream of that socket: with it, what is sent in one turn of the event loop leaves together. */
  constructor(socket: WebSocket, onSlow: () => void, stream?: Stream) {
    this.#socket = socket;
    this.#onSlow = onSlow;
    this.#stream = stream;
  }

  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#held.length >= MAX_HELD || this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) this.#onSlow();
    else if (this.#held.length > 0) this.#held.push(text);
    else {
      this.#gather();
      this.#socket.send(text);
    }
  }

  replay(texts: readonly string[]): void {
    this.#held.push(...texts);
    this.#sendHeld();
  }

  /** Of what a message costs that goes to many, most is the system call; messages that are stored together come together. */
  #gather(): void {
    const stream = this.#stream;
    if (stream === undefined || this.#isGathering) return;
    this.#isGathering = true;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #sendHeld(): void {
    const piece = [];
    for (let bytes = 0; bytes < REPLAY_PIECE_BYTES;) {
      const text = this.#held.shift();
      if (text === undefined) break;
      bytes += text.length;
      piece.push(text);
    }
    for (const text of piece.slice(0, -1)) this.#socket.send(text);
    const last = piece.at(-1);
    if (last === undefined) return;
    this.#socket.send(last, (error) => {
      if (!error) this.#sendHeld();
    });
  }
}
