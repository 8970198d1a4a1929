import { MAX_PACKET_BYTES } from '@switchboard/protocol';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns';
import { hostOf } from '../../lanes/lane-address.ts';
import type { Lane, LaneEvents } from '../../lanes/lane.ts';

/** Room for a second of a busy room, in case this process is held up. */
const RECEIVE_BUFFER_BYTES = 512 * 1024;

/**
 * A lane over UDP. Its socket is connected, so the system passes on datagrams of the relay's address alone, picks the way
 * to it, and tells when nobody listens there (ICMP port unreachable) instead of leaving that to a timeout.
 */
export class UdpLane implements Lane {
  readonly kind = 'udp';
  readonly #events: LaneEvents;
  #socket: Socket | undefined;
  #state: 'opening' | 'open' | 'closed' = 'opening';

  constructor(address: URL, events: LaneEvents) {
    this.#events = events;
    lookup(hostOf(address), (error, ip, family) => {
      if (this.#state !== 'opening') return;
      if (error !== null) this.#ended();
      else this.#connect(createSocket(family === 6 ? 'udp6' : 'udp4'), Number(address.port), ip);
    });
  }

  send(bytes: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#socket?.send(bytes, (error) => {
      if (error !== null) this.#failed(error);
    });
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
  }

  #connect(socket: Socket, port: number, ip: string): void {
    this.#socket = socket;
    socket.on('error', (error) => this.#failed(error));
    socket.on('message', (bytes) => {
      if (this.#state === 'open' && bytes.length <= MAX_PACKET_BYTES) this.#events.packet(bytes);
    });
    socket.connect(port, ip, () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      this.#widen(socket);
      this.#events.opened();
    });
  }

  #widen(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch {
      // The system allows less: then a longer hold-up costs packets, no more.
      return;
    }
  }

  /** A full send buffer costs this packet; anything else says that this way is none (any more). */
  #failed(error: Error & { code?: string }): void {
    if (error.code !== 'ENOBUFS' && error.code !== 'EAGAIN') this.#ended();
  }

  #ended(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    this.#events.closed();
  }

  #release(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}
