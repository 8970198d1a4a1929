import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { Datagram } from '../datagram.ts';
import { UdpAddress } from '../udp-address.ts';
import type { DatagramSender, ListenAddress, Train } from '../voice-socket.ts';

/** Room for some 35,000 packets of one frame while the thread is busy; Linux gives at most net.core.rmem_max. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Unsent bytes after which datagrams are dropped: a full network interface must not fill the memory instead. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** Nothing is gained by a longer one. */
const MAX_TRAIN = 60;

export interface PortableSocketEvents {
  onDatagram(datagram: Datagram): void;
  /** A datagram was not sent: unreachable, not permitted, or more waiting than is sensible. */
  onSendFailed(): void;
}

/** `node:dgram` as a voice socket: runs everywhere, a system call for each packet. */
export class PortableSocket implements DatagramSender {
  readonly maxTrain = MAX_TRAIN;
  readonly port: number;
  readonly #socket: Socket;
  readonly #events: PortableSocketEvents;
  readonly #family: 4 | 6;
  #train: readonly Uint8Array[] = [];
  #trains = 0;
  /** One for all sendings: a closure for each would be garbage for each. */
  readonly #onSent = (error: Error | null): void => {
    if (error !== null) this.#events.onSendFailed();
  };

  /** Rejects with the system's error when the address cannot be bound. */
  static async open({ host, family, port }: ListenAddress, events: PortableSocketEvents): Promise<PortableSocket> {
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      // Every host here is an address: looking it up would cost a turn of the event loop for each datagram.
      lookup: (address, _options, found) => found(null, address, family),
    });
    // Rejects on 'error'. Asked for first: without a look-up, binding is done within the call.
    const listening = once(socket, 'listening');
    socket.bind(port, host);
    await listening;
    return new PortableSocket(socket, family, events);
  }

  private constructor(socket: Socket, family: 4 | 6, events: PortableSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#family = family;
    this.port = socket.address().port;
    growReceiveBuffer(socket);
    socket.on('message', (bytes, { address, port: from }) => {
      events.onDatagram(new Datagram(bytes, UdpAddress.from(address, from)));
    });
    // After binding, what a socket reports is the network's answer to something sent (ICMP unreachable).
    socket.on('error', () => events.onSendFailed());
  }

  place(bytes: Uint8Array): Datagram {
    return new Datagram(bytes.slice());
  }

  train(datagrams: readonly Datagram[], length: number): Train {
    this.#train = datagrams.map(({ bytes }) => bytes.subarray(0, length));
    return ++this.#trains;
  }

  send(train: Train, to: UdpAddress): void {
    if (train !== this.#trains) throw new RangeError('another train was made since');
    const host = this.#family === 4 ? to.host : to.mappedHost;
    for (const bytes of this.#train) {
      try {
        if (this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) this.#events.onSendFailed();
        else this.#socket.send(bytes, to.port, host, this.#onSent);
      } catch {
        // Node refuses to send to port 0, which a packet may claim to come from; and the socket may have been closed.
        this.#events.onSendFailed();
      }
    }
  }

  /** Each datagram is on its way already. */
  flush(): void {
    this.#train = [];
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch (error) {
    // Some systems refuse instead of giving what they allow; the relay works with the buffer it has.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SOCKET_BUFFER_SIZE')) throw error;
  }
}
