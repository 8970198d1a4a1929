import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { encodeRequest } from '@switchboard/protocol';
import type { AuthService } from '../auth/auth.service.ts';
import { PresenceHarness } from '../presence/testing/presence-harness.ts';
import { ControlConnection } from './control-connection.ts';
import { ControlCounts } from './control-counts.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import type { RequestRouter } from './request-router.ts';

/** A socket whose far end is the test: only what depends on time is asked of it, the rest is done with real ones. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  pings = 0;
  readonly sent: unknown[] = [];
  readonly closedWith: number[] = [];
  isTerminated = false;
  isPaused = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  ping(): void {
    this.pings++;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  pong(): void {}

  close(code: number): void {
    this.readyState = 2;
    this.closedWith.push(code);
  }

  terminate(): void {
    this.isTerminated = true;
    this.readyState = 3;
    this.emit('close', 1006);
  }

  ask(text: string): void {
    this.emit('message', Buffer.from(text), false);
  }
}

describe('ControlConnection', () => {
  let at: PresenceHarness;
  let socket: FakeSocket;
  let answered: string[];
  let begun: number;

  function connect(network?: string, hellos = new NetworkLimits(100)): FakeSocket {
    const auth = {
      identify: () => {
        const userId = `u${Math.trunc(at.clock.nowMs())}`;
        return Promise.resolve({ userId, nickname: 'Ada', guest: true, access: { type: 'guest' } });
      },
    } as unknown as AuthService;
    const router = {
      answer: (_: unknown, { type }: { type: string }) => {
        answered.push(type);
        return {};
      },
    } as unknown as RequestRouter;
    const fake = new FakeSocket();
    const services = { auth, router, sessions: at.sessions, clock: at.clock, hellos, counts: new ControlCounts() };
    new ControlConnection(fake as unknown as WebSocket, network, services, () => begun++);
    return fake;
  }

  const HELLO = encodeRequest('session.hello', 1, {
    protocol: 1,
    client: { name: 'spec', version: '1' },
    credentials: { type: 'guest', nickname: 'Ada' },
  });

  async function replies(fake: FakeSocket, count: number): Promise<unknown[]> {
    await expect.poll(() => fake.sent.length).toBe(count);
    return fake.sent;
  }

  beforeEach(() => {
    at = new PresenceHarness();
    answered = [];
    begun = 0;
    socket = connect();
  });

  it('waits ten seconds for a hello, and says what it missed', () => {
    at.clock.advance(9_999);
    expect(socket.closedWith).toEqual([]);
    at.clock.advance(1);
    expect(socket.sent).toMatchObject([{ ok: false, error: { code: 'protocol.hello_required' } }]);
    expect(socket.closedWith).toEqual([1008]);
  });

  it('pings every 15 s and drops who is silent for 40 s', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    at.clock.advance(30_000);
    expect(socket.pings).toBe(2);
    at.clock.advance(9_999);
    expect(socket.isTerminated).toBe(false);
    at.clock.advance(1);
    expect(socket.isTerminated).toBe(true);
    expect([...at.sessions.all].map(({ member }) => member.reconnecting)).toEqual([true]);
  });

  it('keeps who answers pings, for as long as that goes on', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    for (let i = 0; i < 20; i++) {
      at.clock.advance(15_000);
      socket.emit('pong');
    }
    expect(socket.isTerminated).toBe(false);
  });

  it.each([
    ['requests', (fake: FakeSocket) => fake.ask(encodeRequest('session.ping', 2, {}))],
    ['pings', (fake: FakeSocket) => fake.emit('ping', Buffer.alloc(0))],
  ])('reads nothing for a second from who sends too many %s', (_, send) => {
    for (let i = 0; i < 100; i++) send(socket);
    expect(socket.isPaused).toBe(false);
    send(socket);
    send(socket);
    expect(socket.isPaused).toBe(true);
    at.clock.advance(999);
    expect(socket.isPaused).toBe(true);
    at.clock.advance(1);
    expect(socket.isPaused).toBe(false);
  });

  it('drops a slow reader with 1013 and sends it nothing more', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    socket.bufferedAmount = 1024 * 1024 + 1;
    at.enter('Bob');
    at.enter('Cid');
    expect(socket.closedWith).toEqual([1013]);
    expect(socket.sent).toHaveLength(1);
  });

  it('does nothing in the name of a session that was replaced while its requests waited', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    socket.ask(encodeRequest('channel.leave', 2, {}));
    const [session] = at.sessions.all;
    at.enter('Ada', { userId: session?.identity.userId ?? '' });
    socket.ask(encodeRequest('channel.leave', 3, {}));
    await new Promise(setImmediate);
    expect(socket.closedWith).toEqual([4001]);
    expect(answered).toEqual([]);
  });

  it('does nothing in the name of a session that does not live on it', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    const [session] = at.sessions.all;
    if (session === undefined) throw new Error('nobody came in');
    session.attachment = { status: 'ended' };
    socket.ask(encodeRequest('channel.leave', 2, {}));
    expect((await replies(socket, 2))[1]).toMatchObject({ error: { code: 'session.expired' } });
    expect(answered).toEqual([]);
  });

  it('refuses more changes that everyone is told of than twenty at once, two a second', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    const leave = (id: number): void => socket.ask(encodeRequest('channel.leave', id, {}));
    for (let id = 2; id < 22; id++) leave(id);
    await replies(socket, 21);
    leave(22);
    expect((await replies(socket, 22))[21]).toMatchObject({ id: 22, error: { code: 'server.rate_limited' } });
    expect(answered).toHaveLength(20);
    // They count together.
    socket.ask(encodeRequest('whisper.set', 22, { memberIds: [], channelIds: ['lobby'] }));
    socket.ask(encodeRequest('whisper.clear', 22, { targetToken: 1 }));
    const limited = { error: { code: 'server.rate_limited' } };
    expect((await replies(socket, 24)).slice(22)).toMatchObject([limited, limited]);
    at.clock.advance(500);
    leave(23);
    expect((await replies(socket, 25))[24]).toMatchObject({ id: 23, ok: true });
    socket.ask(encodeRequest('session.ping', 24, {}));
    expect((await replies(socket, 26))[25]).toMatchObject({ id: 24, ok: true });
  });

  it('tells when it has a session, and of a refused hello nothing', async () => {
    at.enter('Ada');
    socket.ask(HELLO);
    expect(await replies(socket, 1)).toMatchObject([{ error: { code: 'auth.nickname_taken' } }]);
    expect(begun).toBe(0);
    const [taken] = at.sessions.all;
    if (taken !== undefined) at.sessions.end(taken);
    socket.ask(HELLO);
    await replies(socket, 2);
    expect(begun).toBe(1);
  });

  it('tells who speaks after the welcome, not before', async () => {
    const { token } = at.rooms.join(at.enter('Bob').session, 'lobby');
    at.relay.speak(token, true);
    socket.ask(HELLO);
    expect(await replies(socket, 2)).toMatchObject([{ type: 'session.hello' }, { seq: 1, type: 'member.speaking' }]);
  });

  it('limits the hellos of one address, over all its connections', async () => {
    const hellos = new NetworkLimits(1);
    const first = connect('192.0.2.1', hellos);
    first.ask(HELLO);
    await replies(first, 1);
    const second = connect('192.0.2.1', hellos);
    second.ask(HELLO);
    expect(await replies(second, 1)).toMatchObject([{ error: { code: 'server.rate_limited' } }]);
  });

  it('leaves no timer behind', async () => {
    socket.ask(HELLO);
    await replies(socket, 1);
    socket.emit('close', 1000);
    expect(at.clock.pendingTimers).toBe(0);
  });
});
