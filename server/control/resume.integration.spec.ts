import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_REPLAY_EVENTS, type Welcome } from '@switchboard/protocol';
import type { ControlClient } from '../testing/control-client.ts';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

/** As many bytes as a message may have, about. */
const LONG_TEXT = '電'.repeat(4_000);

describe('resuming', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterEach(() => at.closeClients());
  afterAll(() => at[Symbol.asyncDispose]());

  async function resume(
    { session }: Welcome,
    seq: number,
    secret = session.secret,
  ): Promise<{ client: ControlClient; secret: string }> {
    const client = await at.connect();
    const reply = await client.request('session.resume', { sessionId: session.id, secret, seq });
    return { client, ...reply };
  }

  async function inLobby(nickname?: string): Promise<{ client: ControlClient; welcome: Welcome; channelId: string }> {
    const { client, welcome } = await at.guest(nickname);
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await client.request('channel.join', { channelId });
    return { client, welcome, channelId };
  }

  it('replays what was missed, in order and none twice, and the member never left', async () => {
    const ada = await inLobby();
    const bob = await inLobby();
    await ada.client.request('message.send', { channelId: ada.channelId, nonce: 'before', text: 'before' });
    await bob.client.event('message.created');
    const { seq } = bob.client;
    await bob.client.drop();
    await ada.client.event('member.updated', ({ member }) => member.reconnecting);
    for (const text of ['one', 'two', 'three']) {
      await ada.client.request('message.send', { channelId: ada.channelId, nonce: text, text });
    }
    const back = await resume(bob.welcome, seq);
    await back.client.settle();
    expect(back.client.eventsOf('message.created').map(({ message }) => message.text)).toEqual(['one', 'two', 'three']);
    expect(back.client.events.map((event) => event.seq)).toEqual([1, 2, 3].map((n) => seq + n));
    await ada.client.event('member.updated', ({ member }) => !member.reconnecting);
    expect(ada.client.eventsOf('member.left')).toEqual([]);
    // Still in the room: no join was needed.
    await back.client.request('message.send', { channelId: ada.channelId, nonce: 'back', text: 'back' });
  });

  it('takes over from a socket that the server still believes in', async () => {
    const bob = await inLobby();
    const back = await resume(bob.welcome, bob.client.seq);
    expect(await bob.client.closed).toBe(1000);
    const watcher = await at.guest();
    await watcher.client.settle();
    expect(await back.client.event('member.joined')).toEqual({ member: watcher.welcome.self });
    expect(watcher.welcome.members).toContainEqual(
      expect.objectContaining({ id: bob.welcome.self.id, reconnecting: false }),
    );
    await resume(bob.welcome, back.client.seq, back.secret);
  });

  it('takes each secret once', async () => {
    const bob = await inLobby();
    await resume(bob.welcome, bob.client.seq);
    await expect(resume(bob.welcome, bob.client.seq)).rejects.toMatchObject({ code: 'session.expired' });
  });

  it.each([
    ['a wrong secret', (welcome: Welcome) => resume(welcome, 0, '0'.repeat(64))],
    ['a session that never was', ({ session }: Welcome) => resume({ session: { ...session, id: 'x' } } as Welcome, 0)],
    ['events that never were', (welcome: Welcome) => resume(welcome, 1_000)],
  ])('refuses %s', async (_, attempt) => {
    const { welcome } = await at.guest();
    await expect(attempt(welcome)).rejects.toMatchObject({ code: 'session.expired' });
  });

  it('leaves nothing to the socket of a session that ends so', async () => {
    const watcher = await at.guest();
    const { client, welcome } = await at.guest();
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await expect(resume(welcome, 1_000)).rejects.toMatchObject({ code: 'session.expired' });
    await expect(client.request('channel.join', { channelId })).rejects.toMatchObject({ code: 'client.disconnected' });
    expect(await client.closed).toBe(1000);
    await watcher.client.event('member.left');
    await watcher.client.settle();
    expect(watcher.client.eventsOf('member.moved')).toEqual([]);
  });

  it('refuses a session that was closed on purpose', async () => {
    const watcher = await at.guest();
    const { client, welcome } = await at.guest();
    await client.close(1000);
    await watcher.client.event('member.left');
    await expect(resume(welcome, 0)).rejects.toMatchObject({ code: 'session.expired' });
  });

  it('refuses one that missed more than is kept', async () => {
    const bob = await inLobby();
    await bob.client.drop();
    const watcher = await inLobby();
    const actors = await Promise.all(Array.from({ length: 12 }, () => inLobby()));
    for (let round = 0; round < 95; round++) {
      const text = `missed ${round}`;
      await Promise.all(
        actors.map(({ client, channelId }) => client.request('message.send', { channelId, nonce: text, text })),
      );
    }
    await watcher.client.settle();
    expect(watcher.client.events.length).toBeGreaterThan(MAX_REPLAY_EVENTS);
    await expect(resume(bob.welcome, bob.client.seq)).rejects.toMatchObject({ code: 'session.expired' });
  });

  it('drops a slow reader with 1013, lets nobody wait for it, and gives it all when it resumes', async () => {
    const slow = await inLobby('Slow');
    const quick = await inLobby('Quick');
    const senders = await Promise.all(Array.from({ length: 10 }, () => inLobby()));
    slow.client.socket.pause();
    const away = quick.client.event('member.updated', ({ member }) => member.reconnecting);
    const slowReader = { isAway: false };
    void away.then(() => (slowReader.isAway = true));
    let rounds = 0;
    const everyoneSends = async (): Promise<void> => {
      const nonce = `slow ${++rounds}`;
      await Promise.all(
        senders.map(({ client, channelId }) => client.request('message.send', { channelId, nonce, text: LONG_TEXT })),
      );
    };
    // The system's own buffers take some megabytes first.
    while (!slowReader.isAway && rounds < 95) await everyoneSends();
    expect((await away).member.id).toBe(slow.welcome.self.id);
    await everyoneSends();
    await quick.client.settle();
    expect(quick.client.eventsOf('message.created')).toHaveLength(10 * rounds);

    slow.client.socket.resume();
    expect(await slow.client.closed).toBe(1013);
    const before = slow.client.events.map(({ seq }) => seq);
    const back = await resume(slow.welcome, slow.client.seq);
    await expect.poll(() => back.client.seq, { timeout: 20_000 }).toBeGreaterThanOrEqual(quick.client.seq);
    const seqs = [...before, ...back.client.events.map(({ seq }) => seq)];
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    const texts = [...slow.client.eventsOf('message.created'), ...back.client.eventsOf('message.created')];
    expect(new Set(texts.map(({ message }) => message.id)).size).toBe(10 * rounds);
    expect(texts).toHaveLength(10 * rounds);
  });
});
