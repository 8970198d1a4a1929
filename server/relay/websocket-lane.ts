import type { WebSocket } from 'ws';
import type { StreamLane } from './relay-lane.ts';

/**
 * Unsent bytes of one listener after which voice for it is dropped: about 140 packets at 32 kb/s, or 3 s of one talker.
 * Bytes wait here only when the kernel's own buffer is full, so a listener that gets this far hears nothing in time anyway.
 */
export const MAX_QUEUED_BYTES = 16 * 1024;

const BINARY = { binary: true, compress: false } as const;

/** A WebSocket as a voice lane: each packet one binary message. */
export class WebSocketLane implements StreamLane {
  readonly kind = 'websocket';
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(bytes: Uint8Array): 'receiver_slow' | 'send_failed' | undefined {
    if (!this.open) return 'send_failed';
    if (this.#socket.bufferedAmount + bytes.length > MAX_QUEUED_BYTES) return 'receiver_slow';
    this.#socket.send(bytes, BINARY);
    return undefined;
  }

  close(): void {
    this.#socket.close();
  }
}
