import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '@switchboard/protocol';
import type { ControlClient } from '../testing/control-client.ts';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

const KEY = '0f'.repeat(32);

describe('chat', () => {
  let at: RunningServer;
  let nonces = 0;

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterEach(() => at.closeClients());
  afterAll(() => at[Symbol.asyncDispose]());

  async function inRoom(
    room: string,
    nickname?: string,
    key?: string,
  ): Promise<{ client: ControlClient; channelId: string; memberId: string }> {
    const { client, welcome } = await at.guest(nickname, key);
    const { id: channelId } = channelNamed(welcome, room);
    await client.request('channel.join', { channelId });
    return { client, channelId, memberId: welcome.self.id };
  }

  function send(
    { client, channelId }: { client: ControlClient; channelId: string },
    text: string,
    nonce = `n${++nonces}`,
  ): Promise<Message> {
    return client.request('message.send', { channelId, nonce, text });
  }

  it('reaches those in the room, and the author by the reply alone', async () => {
    const [ada, bob, cid] = [await inRoom('Lobby', 'Ada'), await inRoom('Lobby'), await inRoom('Desk 1')];
    const message = await send(ada, 'line one\nline two');
    expect(message).toMatchObject({
      text: 'line one\nline two',
      author: { nickname: 'Ada' },
      editedAt: null,
      deletedAt: null,
    });
    expect(await bob.client.event('message.created')).toEqual({ message });
    for (const other of [ada, cid]) {
      await other.client.settle();
      expect(other.client.eventsOf('message.created')).toEqual([]);
    }
  });

  it('is for those in the room', async () => {
    const ada = await inRoom('Lobby');
    const { id: channelId } = channelNamed((await at.guest()).welcome, 'Desk 1');
    const elsewhere = { client: ada.client, channelId };
    await expect(send(elsewhere, 'hi')).rejects.toMatchObject({ code: 'channel.not_joined' });
    const history = ada.client.request('message.history', { channelId, limit: 10 });
    await expect(history).rejects.toMatchObject({ code: 'channel.not_joined' });
    const typing = ada.client.request('message.typing', { channelId });
    await expect(typing).rejects.toMatchObject({ code: 'channel.not_joined' });
  });

  it('comes to everyone in the order of the ids when all write at once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => inRoom('Quiet corner')));
    const rounds = await Promise.all(
      people.flatMap((person, i) => [send(person, `first of ${i}`), send(person, `second of ${i}`)]),
    );
    const ids = rounds.map(({ id }) => id).sort();
    for (const { client, memberId } of people) {
      await client.settle();
      const own = client.eventsOf('message.created').map(({ message }) => message.id);
      expect(own).toEqual(ids.filter((id) => own.includes(id)));
      expect(own, memberId).toHaveLength(22);
    }
  });

  describe('exactly once', () => {
    it('returns the stored message for the same nonce, and delivers nothing', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const first = await send(ada, 'once', 'same');
      expect(await send(ada, 'once', 'same')).toEqual(first);
      await bob.client.settle();
      expect(bob.client.eventsOf('message.created')).toHaveLength(1);
    });

    it('stores one of many sent at once', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const sent = await Promise.all(Array.from({ length: 20 }, () => send(ada, 'at once', 'burst')));
      expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
      await bob.client.settle();
      expect(bob.client.eventsOf('message.created')).toHaveLength(1);
    });

    it('holds for a guest who comes in anew with the same key', async () => {
      const before = await inRoom('Lobby', 'Ada', KEY);
      const first = await send(before, 'kept', 'across sessions');
      await before.client.drop();
      const after = await inRoom('Lobby', 'Ada', KEY);
      expect(await send(after, 'kept', 'across sessions')).toEqual(first);
    });

    it('tells who has moved on meanwhile that the message is stored', async () => {
      const ada = await inRoom('Lobby');
      const first = await send(ada, 'kept', 'moved on');
      await ada.client.request('channel.leave', {});
      expect(await send(ada, 'kept', 'moved on')).toEqual(first);
    });

    it('returns what became of a message that was edited', async () => {
      const ada = await inRoom('Lobby');
      const { id: messageId } = await send(ada, 'teh', 'edited');
      const edited = await ada.client.request('message.edit', { messageId, text: 'the' });
      expect(await send(ada, 'teh', 'edited')).toEqual(edited);
    });

    it('refuses a nonce that belongs to another message', async () => {
      const ada = await inRoom('Lobby');
      await send(ada, 'one', 'reused');
      await expect(send(ada, 'two', 'reused')).rejects.toMatchObject({ code: 'message.nonce_reused', field: 'nonce' });
      const { channelId } = await inRoom('Desk 1');
      await ada.client.request('channel.join', { channelId });
      const elsewhere = send({ client: ada.client, channelId }, 'one', 'reused');
      await expect(elsewhere).rejects.toMatchObject({ code: 'message.nonce_reused' });
    });

    it('lets two authors use the same nonce', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const ids = [(await send(ada, 'mine', 'shared')).id, (await send(bob, 'mine', 'shared')).id];
      expect(new Set(ids).size).toBe(2);
    });
  });

  it('gives everyone the same order, which is that of the ids', async () => {
    const people = [await inRoom('Stand-up'), await inRoom('Stand-up'), await inRoom('Stand-up')];
    const listener = await inRoom('Stand-up');
    await Promise.all(people.flatMap((person) => Array.from({ length: 20 }, (_, i) => send(person, String(i)))));
    await listener.client.settle();
    const ids = listener.client.eventsOf('message.created').map(({ message }) => message.id);
    expect(ids).toHaveLength(60);
    expect(ids).toEqual(ids.toSorted());
    const { messages } = await listener.client.request('message.history', {
      channelId: listener.channelId,
      limit: 100,
    });
    expect(messages.map(({ id }) => id)).toEqual(ids);
  });

  describe('editing and deleting', () => {
    it('is told to the room, and takes the text away', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const { id: messageId } = await send(ada, 'teh');
      const edited = await ada.client.request('message.edit', { messageId, text: 'the' });
      expect(edited).toMatchObject({ id: messageId, text: 'the', editedAt: expect.any(Number) });
      expect(await bob.client.event('message.edited')).toEqual({ message: edited });
      const deleted = await ada.client.request('message.delete', { messageId });
      expect(deleted).toMatchObject({ text: '', deletedAt: expect.any(Number) });
      expect(await bob.client.event('message.deleted')).toEqual({ message: deleted });
      const again = ada.client.request('message.edit', { messageId, text: 'no' });
      await expect(again).rejects.toMatchObject({ code: 'message.not_found' });
    });

    it('is for the author, in the room', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const { id: messageId } = await send(ada, 'mine');
      const foreign = bob.client.request('message.delete', { messageId });
      await expect(foreign).rejects.toMatchObject({ code: 'message.not_author' });
      await ada.client.request('channel.leave', {});
      const outside = ada.client.request('message.edit', { messageId, text: 'x' });
      await expect(outside).rejects.toMatchObject({ code: 'channel.not_joined' });
      const unknown = ada.client.request('message.delete', { messageId: 'none' });
      await expect(unknown).rejects.toMatchObject({ code: 'message.not_found' });
    });
  });

  describe('code', () => {
    const code = { language: 'typescript', path: 'src/a.ts', workspace: 'switchboard', startLine: 3, endLine: 4 };
    const write = (
      { client, channelId }: { client: ControlClient; channelId: string },
      nonce: string,
      changes: object = {},
    ): Promise<Message> =>
      client.request('message.send', { channelId, nonce, text: '  let a;\n  let b;', code, ...changes });

    it('reaches the room with its place in the file, as written, and stays in history', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const message = await write(ada, 'code 1');
      expect(message).toMatchObject({ text: '  let a;\n  let b;', code });
      expect(await bob.client.event('message.created')).toEqual({ message });
      const { messages } = await bob.client.request('message.history', { channelId: bob.channelId, limit: 1 });
      expect(messages).toEqual([message]);
      expect(await send(ada, 'words')).toMatchObject({ code: null });
    });

    it('is a part of what a nonce names', async () => {
      const ada = await inRoom('Lobby');
      const message = await write(ada, 'code 2');
      expect(await write(ada, 'code 2', { code: { ...code } })).toEqual(message);
      for (const other of [undefined, { ...code, endLine: 5 }, { language: 'typescript', startLine: 3, endLine: 4 }]) {
        await expect(write(ada, 'code 2', { code: other })).rejects.toMatchObject({ code: 'message.nonce_reused' });
      }
    });

    it('stays when the text is edited, and goes with it', async () => {
      const [ada, bob] = [await inRoom('Lobby'), await inRoom('Lobby')];
      const { id: messageId } = await write(ada, 'code 3');
      const edited = await ada.client.request('message.edit', { messageId, text: 'let c;' });
      expect(edited).toMatchObject({ text: 'let c;', code });
      expect(await write(ada, 'code 3')).toEqual(edited);
      const deleted = await ada.client.request('message.delete', { messageId });
      expect(deleted).toMatchObject({ text: '', code: null });
      expect(await bob.client.event('message.deleted')).toEqual({ message: deleted });
      const { messages } = await bob.client.request('message.history', { channelId: bob.channelId, limit: 1 });
      expect(messages).toEqual([deleted]);
    });

    it('leads into the folder alone', async () => {
      const ada = await inRoom('Lobby');
      const outside = write(ada, 'code 4', { code: { ...code, path: '../../etc/passwd' } });
      await expect(outside).rejects.toMatchObject({ code: 'protocol.invalid', field: 'code.path' });
    });
  });

  it('pages through history, oldest first, until there is no more', async () => {
    const ada = await inRoom('Desk 2');
    const sent = [];
    for (let i = 0; i < 25; i++) sent.push(await send(ada, `message ${i}`));
    const pages: Message[][] = [];
    let before: string | undefined;
    for (let more = true; more;) {
      const page = await ada.client.request('message.history', {
        channelId: ada.channelId,
        limit: 10,
        ...(before === undefined ? {} : { before }),
      });
      pages.unshift(page.messages);
      before = page.messages[0]?.id;
      ({ more } = page);
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 10, 10]);
    expect(pages.flat()).toEqual(sent);
  });

  it('tells who was away what was said, not who was typing', async () => {
    const ada = await inRoom('Pair programming');
    const { client, welcome } = await at.guest();
    await client.request('channel.join', { channelId: ada.channelId });
    await client.drop();
    await ada.client.event('member.updated', ({ member }) => member.reconnecting);
    await ada.client.request('message.typing', { channelId: ada.channelId });
    await send(ada, 'hi');
    const back = await at.connect();
    const { id: sessionId, secret } = welcome.session;
    await back.request('session.resume', { sessionId, secret, seq: client.seq });
    await back.settle();
    expect(back.events.map(({ event }) => event.type)).toEqual(['message.created']);
  });

  it('tells that someone is typing, now and then, and stores nothing', async () => {
    const [ada, bob] = [await inRoom('Desk 3'), await inRoom('Desk 3')];
    const { channelId } = ada;
    for (let i = 0; i < 5; i++) await ada.client.request('message.typing', { channelId });
    await bob.client.settle();
    expect(bob.client.eventsOf('message.typing')).toEqual([{ channelId, memberId: ada.memberId }]);
    expect(await ada.client.request('message.history', { channelId, limit: 10 })).toEqual({
      messages: [],
      more: false,
    });
  });
});
