import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { UnboundConnections } from './unbound-connections.ts';

/** A connection from anywhere, which a real one could not be. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress: string;
  readonly remotePort: number;
  destroyed = false;

  constructor(remoteAddress: string, remotePort: number) {
    super();
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('UnboundConnections', () => {
  let sut: UnboundConnections;
  let port: number;

  function connect(from: string): FakeSocket {
    const socket = new FakeSocket(from, ++port);
    sut.add(socket as unknown as Socket);
    return socket;
  }

  beforeEach(() => {
    port = 0;
    sut = new UnboundConnections({ bindTimeoutMs: 600_000, perNetwork: 2, total: 5 });
    return () => sut.cutAll();
  });

  it('has no more of one network than allowed, until one is bound or gone', () => {
    const first = connect('192.0.2.1');
    const second = connect('::ffff:192.0.2.1');
    expect(connect('192.0.2.1').destroyed).toBe(true);
    expect(connect('192.0.2.2').destroyed).toBe(false);
    sut.release(second as unknown as Socket);
    expect(connect('192.0.2.1').destroyed).toBe(false);
    expect(connect('192.0.2.1').destroyed).toBe(true);
    first.destroy();
    expect(connect('192.0.2.1').destroyed).toBe(false);
    expect(second.destroyed).toBe(false);
  });

  it('has no such limit for loopback, where everyone behind a proxy comes from, but the one for all', () => {
    for (let i = 0; i < 5; i++) expect(connect('127.0.0.1').destroyed).toBe(false);
    expect(connect('127.0.0.1').destroyed).toBe(true);
    expect(connect('192.0.2.1').destroyed).toBe(true);
    expect(sut.count).toBe(5);
  });
});
