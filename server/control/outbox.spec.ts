import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { MAX_BUFFERED_BYTES } from '@switchboard/protocol';
import { Outbox } from './outbox.ts';

/** A socket whose reader takes what was sent when the test says so. */
class FakeSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  #onRead: (() => void)[] = [];

  send(text: string, done?: () => void): void {
    this.sent.push(text);
    this.bufferedAmount += text.length;
    if (done !== undefined) this.#onRead.push(done);
  }

  read(): void {
    this.bufferedAmount = 0;
    for (const done of this.#onRead.splice(0)) done();
  }
}

function outbox(): { sut: Outbox; socket: FakeSocket; slow: () => number } {
  const socket = new FakeSocket();
  let slow = 0;
  const sut = new Outbox(socket as unknown as WebSocket, () => slow++);
  return { sut, socket, slow: () => slow };
}

const LARGE = 'x'.repeat(60 * 1024);

describe('Outbox', () => {
  it('gives up a reader with over 1 MiB unsent, not before', () => {
    const { sut, socket, slow } = outbox();
    socket.bufferedAmount = MAX_BUFFERED_BYTES;
    sut.send('fits');
    expect(slow()).toBe(0);
    sut.send('does not');
    expect(slow()).toBe(1);
    expect(socket.sent).toEqual(['fits']);
  });

  it('replays far more than that without ever having it unsent, and keeps the order', () => {
    const { sut, socket, slow } = outbox();
    const missed = Array.from({ length: 1_000 }, (_, i) => `${i} ${LARGE}`);
    sut.replay(missed);
    sut.send('after');
    for (let reads = 0; socket.sent.length < 1_001; reads++) {
      expect(socket.bufferedAmount).toBeLessThan(MAX_BUFFERED_BYTES / 2);
      expect(reads).toBeLessThan(1_001);
      socket.read();
    }
    expect(socket.sent).toEqual([...missed, 'after']);
    sut.send('later');
    expect(socket.sent.at(-1)).toBe('later');
    expect(slow()).toBe(0);
  });

  it('gives up a reader behind whose replay too much gathers', () => {
    const { sut, slow } = outbox();
    sut.replay(Array.from({ length: 1_000 }, () => LARGE));
    for (let i = 0; i < 2_000 && slow() === 0; i++) sut.send('event');
    expect(slow()).toBe(1);
  });

  it('has what is sent in one turn leave together, and holds nothing back beyond it', async () => {
    const did: string[] = [];
    const socket = { OPEN: 1, readyState: 1, bufferedAmount: 0, send: (text: string) => did.push(text) };
    const stream = { cork: () => did.push('cork'), uncork: () => did.push('uncork') };
    const sut = new Outbox(socket as unknown as WebSocket, () => {}, stream);
    sut.send('one');
    sut.send('two');
    await new Promise((resolve) => setImmediate(resolve));
    sut.send('three');
    await new Promise((resolve) => setImmediate(resolve));
    expect(did).toEqual(['cork', 'one', 'two', 'uncork', 'cork', 'three', 'uncork']);
  });

  it('sends nothing once the socket closes', () => {
    const { sut, socket } = outbox();
    socket.readyState = 2;
    sut.send('late');
    expect(socket.sent).toEqual([]);
  });
});
