import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  MAX_CONTROL_MESSAGE_BYTES,
  PROTOCOL_VERSION,
  REQUESTS,
  type ErrorCode,
  type Reply,
} from '@switchboard/protocol';
import { WebSocket } from 'ws';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

const KEY = 'ab'.repeat(32);

describe('the control lane', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterEach(() => at.closeClients());
  afterAll(() => at[Symbol.asyncDispose]());

  describe('coming in', () => {
    it('starts with a tree of rooms, and everyone sees everyone', async () => {
      const ada = await at.guest('Ada');
      const bob = await at.guest('Bob');
      expect(ada.welcome.servers).toHaveLength(1);
      expect(ada.welcome.channels.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Lobby', 'Pair programming']),
      );
      expect(bob.welcome.members.map(({ nickname }) => nickname)).toEqual(expect.arrayContaining(['Ada', 'Bob']));
      expect(await ada.client.event('member.joined')).toEqual({ member: bob.welcome.self });
      expect(bob.welcome.permissions).toContain('speak');
    });

    it('goes with the page: a clean close is the end', async () => {
      const ada = await at.guest();
      const bob = await at.guest();
      await bob.client.close(1001);
      expect(await ada.client.event('member.left')).toEqual({ memberId: bob.welcome.self.id });
    });

    it('shows who has lost the network as reconnecting', async () => {
      const ada = await at.guest();
      const bob = await at.guest();
      await bob.client.drop();
      expect((await ada.client.event('member.updated')).member).toEqual({ ...bob.welcome.self, reconnecting: true });
    });

    it('refuses a nickname that is taken', async () => {
      await at.guest('Grace');
      await expect(at.guest('ＧRACE')).rejects.toMatchObject({
        code: 'auth.nickname_taken',
        field: 'credentials.nickname',
      });
    });

    it('knows a guest again by the key, and replaces the earlier session', async () => {
      const earlier = await at.guest('Ada', KEY);
      const later = await at.guest('Ada', KEY);
      expect(later.welcome.self.userId).toBe(earlier.welcome.self.userId);
      await earlier.client.event('session.replaced');
      expect(await earlier.client.closed).toBe(4001);
      const stranger = await at.guest('Eve', 'cd'.repeat(32));
      expect(stranger.welcome.self.userId).not.toBe(later.welcome.self.userId);
    });

    it.each([
      ['an access token', { type: 'access', token: 'x' }],
      ['a join token', { type: 'join', token: 'x' }],
    ] as const)('refuses %s that is none', async (_, credentials) => {
      const client = await at.connect();
      await expect(client.hello(credentials)).rejects.toMatchObject({ code: 'auth.token_invalid' });
      // The connection is still good for another try.
      await client.hello({ type: 'guest', nickname: 'Second try' });
    });

    it('refuses another version of the protocol', async () => {
      const client = await at.connect();
      const hello = client.request('session.hello', {
        protocol: PROTOCOL_VERSION + 1,
        client: { name: 'spec', version: '1' },
        credentials: { type: 'guest', nickname: 'Newer' },
      });
      await expect(hello).rejects.toMatchObject({ code: 'protocol.version_unsupported' });
    });
  });

  describe('rooms', () => {
    it('gives the keys of a room and tells the others who came', async () => {
      const ada = await at.guest();
      const bob = await at.guest();
      const { id: channelId } = channelNamed(ada.welcome, 'Lobby');
      const first = await ada.client.request('channel.join', { channelId });
      const second = await bob.client.request('channel.join', { channelId });
      expect(first.voice.lanes.udp?.port).toBe(at.server.ports.voice);
      expect(second.voice.members).toEqual([{ memberId: ada.welcome.self.id, token: first.voice.token }]);
      expect(second.voice.epoch.secret).toBe(first.voice.epoch.secret);
      const toBob = { memberId: bob.welcome.self.id, channelId, token: second.voice.token };
      expect(await ada.client.event('member.moved')).toEqual(toBob);
      await bob.client.request('channel.leave', {});
      expect(await ada.client.event('member.moved')).toEqual({ memberId: bob.welcome.self.id, channelId: null });
    });

    it('renews the secret when someone left', async () => {
      const ada = await at.guest();
      const bob = await at.guest();
      const { id: channelId } = channelNamed(ada.welcome, 'Quiet corner');
      await ada.client.request('channel.join', { channelId });
      const { voice } = await bob.client.request('channel.join', { channelId });
      await bob.client.request('channel.leave', {});
      const renewed = await ada.client.event('voice.epoch');
      expect(renewed).toMatchObject({ channelId, epoch: voice.epoch.epoch + 1 });
      expect(renewed.secret).not.toBe(voice.epoch.secret);
      await bob.client.settle();
      expect(bob.client.eventsOf('voice.epoch')).toEqual([]);
    });

    it('knows no other rooms', async () => {
      const { client } = await at.guest();
      const join = client.request('channel.join', { channelId: 'nowhere' });
      await expect(join).rejects.toMatchObject({ code: 'channel.not_found' });
    });
  });

  describe('self.update', () => {
    it('answers with the member and tells the others', async () => {
      const ada = await at.guest();
      const bob = await at.guest();
      const changes = { muted: true, deafened: true, status: 'brb', nickname: 'Bobby' };
      const member = await bob.client.request('self.update', changes);
      expect(member).toEqual({ ...bob.welcome.self, ...changes });
      expect(await ada.client.event('member.updated')).toEqual({ member });
      await bob.client.settle();
      expect(bob.client.eventsOf('member.updated')).toEqual([]);
    });
  });

  it('takes figures of the voice lane', async () => {
    const { client } = await at.guest();
    expect(await client.request('voice.lane', { lane: 'udp', roundTripMs: 12.5, lossPct: 0 })).toEqual({});
  });

  it('answers every request that the protocol has', async () => {
    const { client } = await at.guest();
    for (const type of Object.keys(REQUESTS)) client.send(JSON.stringify({ type, id: 0, data: {} }));
    const replies = await Promise.all(Object.keys(REQUESTS).map(() => client.nextReply()));
    expect(replies.map(({ type }) => type).sort()).toEqual(Object.keys(REQUESTS).sort());
    expect(replies.map(codeOf)).not.toContain('protocol.unknown_type');
    expect(replies.map(codeOf)).not.toContain('server.internal');
  });

  it('handles the requests of one connection in the order sent', async () => {
    const ada = await at.guest();
    const bob = await at.guest();
    const channels = ada.welcome.channels.slice(0, 4).map(({ id }) => id);
    await Promise.all(channels.map((channelId) => bob.client.request('channel.join', { channelId })));
    await ada.client.settle();
    expect(ada.client.eventsOf('member.moved').map(({ channelId }) => channelId)).toEqual(channels);
  });

  describe('bad messages', () => {
    const hello = { protocol: 1, client: { name: 'x', version: '1' } };

    it.each<[string, string | Uint8Array, ErrorCode, string | undefined]>([
      ['text that is not JSON', '{"type":', 'protocol.malformed', undefined],
      ['JSON that is no request', '[1,2,3]', 'protocol.malformed', undefined],
      ['a binary message', Uint8Array.of(1, 2, 3), 'protocol.malformed', undefined],
      ['an unknown type', '{"type":"toString","id":1}', 'protocol.unknown_type', undefined],
      ['a request before hello', '{"type":"channel.leave","id":1}', 'protocol.hello_required', undefined],
      ['a missing field', '{"type":"channel.join","id":1,"data":{}}', 'protocol.invalid', 'channelId'],
      [
        'a nickname that nobody could see',
        JSON.stringify({
          type: 'session.hello',
          id: 1,
          data: { ...hello, credentials: { type: 'guest', nickname: ' ' } },
        }),
        'auth.nickname_invalid',
        'credentials.nickname',
      ],
    ])('answers %s with its code', async (_, raw, code, field) => {
      const client = await at.connect();
      client.send(raw);
      const reply = await client.nextReply();
      expect(reply).toMatchObject({ ok: false, error: field === undefined ? { code } : { code, field } });
      await client.hello({ type: 'guest', nickname: 'Still welcome' });
    });

    it('refuses a second hello', async () => {
      const { client } = await at.guest();
      const again = client.hello({ type: 'guest', nickname: 'Someone else' });
      await expect(again).rejects.toMatchObject({ code: 'protocol.hello_repeated' });
    });

    it('closes with 1008 at the 21st within a minute, and says why', async () => {
      const { client } = await at.guest();
      for (let i = 0; i < 21; i++) client.send('nonsense');
      for (let i = 0; i < 21; i++) expect(codeOf(await client.nextReply())).toBe('protocol.malformed');
      expect(codeOf(await client.nextReply())).toBe('protocol.too_many_bad_messages');
      expect(await client.closed).toBe(1008);
    });

    it('bears twenty', async () => {
      const { client } = await at.guest();
      for (let i = 0; i < 20; i++) client.send('nonsense');
      await client.settle();
    });

    it('says that a message is too large, and closes with 1009', async () => {
      const { client } = await at.guest();
      client.send(' '.repeat(MAX_CONTROL_MESSAGE_BYTES + 1));
      expect(codeOf(await client.nextReply())).toBe('protocol.too_large');
      expect(await client.closed).toBe(1009);
    });

    it('does not even read one that is far too large', async () => {
      const { client } = await at.guest();
      client.send(' '.repeat(16 * MAX_CONTROL_MESSAGE_BYTES + 1));
      expect(await client.closed).toBe(1009);
    });

    it('slows down who asks too much, and keeps the connection', async () => {
      const { client } = await at.guest();
      const asked = Array.from({ length: 300 }, () => client.request('session.ping', {}));
      const results = await Promise.allSettled(asked);
      const refused = results.filter(({ status }) => status === 'rejected');
      expect(refused.length).toBeGreaterThan(100);
      expect(refused[0]).toMatchObject({ reason: { code: 'server.rate_limited' } });
      expect(client.socket.readyState).toBe(WebSocket.OPEN);
    });
  });

  describe('origins', () => {
    it.each([
      ['http://127.0.0.1:5173', 101],
      [undefined, 101],
      ['https://evil.example', 403],
    ])('answers a page of %s with %i', async (origin, status) => {
      expect(await upgradeStatus('/control', origin)).toBe(status);
    });

    it('has one path', async () => {
      expect(await upgradeStatus('/voice', undefined)).toBe(404);
    });

    it('outlives who hangs up while being refused', async () => {
      for (let i = 0; i < 20; i++) {
        const socket = new WebSocket(`ws://127.0.0.1:${at.server.ports.control}/nothing`);
        socket.on('error', () => {});
        socket.terminate();
      }
      await at.guest();
    });

    async function upgradeStatus(path: string, origin: string | undefined): Promise<number | undefined> {
      const options = origin === undefined ? {} : { origin };
      const socket = new WebSocket(`ws://127.0.0.1:${at.server.ports.control}${path}`, options);
      return new Promise((resolve) => {
        socket.on('upgrade', ({ statusCode }) => resolve(statusCode));
        socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
        socket.on('open', () => socket.close());
        socket.on('error', () => {});
      });
    }
  });
});

function codeOf(reply: Reply): ErrorCode | undefined {
  return reply.ok ? undefined : reply.error.code;
}
