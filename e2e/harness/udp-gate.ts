import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/**
 * A firewall between native clients and the relay: passes datagrams both ways while it is open and swallows them, as
 * firewalls do, while it is shut. Each client keeps a port of its own towards the relay, as behind a NAT.
 */
export class UdpGate implements AsyncDisposable {
  readonly #outside: Socket;
  readonly #relayPort: number;
  readonly #inside = new Map<string, Socket>();
  #open: boolean;
  passed = 0;
  swallowed = 0;

  private constructor(outside: Socket, relayPort: number, open: boolean) {
    this.#outside = outside;
    this.#relayPort = relayPort;
    this.#open = open;
    outside.on('message', (bytes, from) => {
      if (this.#pass()) this.#towardsRelay(from).send(bytes, this.#relayPort, '127.0.0.1');
    });
  }

  static async listen(port: number, relayPort: number, open: boolean): Promise<UdpGate> {
    const outside = createSocket('udp4');
    outside.bind(port, '127.0.0.1');
    await once(outside, 'listening');
    return new UdpGate(outside, relayPort, open);
  }

  get port(): number {
    return this.#outside.address().port;
  }

  shut(): void {
    this.#open = false;
  }

  open(): void {
    this.#open = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [this.#outside, ...this.#inside.values()];
    await Promise.all(
      sockets.map(async (socket) => {
        const closed = once(socket, 'close');
        socket.close();
        await closed;
      }),
    );
  }

  #pass(): boolean {
    if (this.#open) this.passed++;
    else this.swallowed++;
    return this.#open;
  }

  #towardsRelay(client: RemoteInfo): Socket {
    const key = `${client.address}:${String(client.port)}`;
    const known = this.#inside.get(key);
    if (known !== undefined) return known;
    const socket = createSocket('udp4');
    socket.on('message', (bytes) => {
      if (this.#pass()) this.#outside.send(bytes, client.port, client.address);
    });
    this.#inside.set(key, socket);
    return socket;
  }
}
