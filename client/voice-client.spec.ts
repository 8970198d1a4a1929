import { describe, expect, it } from 'vitest';
import { ADA, connected, inLobby, setUp, texts } from './session/testing/client-under-test.ts';
import { aChannel, aMember } from './session/testing/fake-server.ts';

describe('VoiceClient', () => {
  describe('telling of changes', () => {
    it('keeps what has not changed', async () => {
      const { sut, server } = await inLobby();
      const before = sut.state;
      server.tell({ type: 'member.updated', data: { member: aMember('bob', { channelId: 'lobby', muted: true }) } });
      expect(sut.state).not.toBe(before);
      expect(sut.state.channels).toBe(before.channels);
      expect(sut.state.chat).toBe(before.chat);
      expect(sut.state.speaking).toBe(before.speaking);
      expect(sut.state.connection).toBe(before.connection);
      expect(sut.state.members.find(({ id }) => id === 'ada')).toBe(before.members.find(({ id }) => id === 'ada'));
    });

    it('goes on when a listener throws, and lets the error surface', async () => {
      const { sut, clock } = await connected();
      const heard: boolean[] = [];
      sut.subscribe(() => {
        throw new Error('of the listener');
      });
      const stop = sut.subscribe(({ muted }) => heard.push(muted));
      sut.setMuted(true);
      await expect(clock.advance(0)).rejects.toThrow('of the listener');
      stop();
      sut.setMuted(false);
      expect(heard).toContain(true);
      expect(heard).not.toContain(false);
    });

    it('tells every listener in order, also of what a listener changes', async () => {
      const { sut } = await connected();
      const heard: boolean[] = [];
      sut.subscribe(({ muted }) => {
        if (muted) sut.setMuted(false);
      });
      sut.subscribe(({ muted }) => heard.push(muted));
      sut.setMuted(true);
      expect(heard).toEqual([true, false]);
    });

    it('shows each state of the connection once, whole', async () => {
      const { sut, server, clock } = setUp();
      const seen: string[] = [];
      sut.subscribe(({ connection, channelId, members }) =>
        seen.push([connection.status, channelId, members.length].join(' ')),
      );
      await sut.connect(ADA);
      await sut.join('lobby');
      await clock.advance(0);
      seen.length = 0;
      server.socket.break();
      await clock.advance(125);
      expect(seen).toEqual(['reconnecting lobby 2', 'ready lobby 2']);
      seen.length = 0;
      await sut.close();
      expect(seen).toEqual(['closed  0']);
    });

    it('shows a message from the moment it is written', async () => {
      const { sut } = await inLobby();
      const seen: string[][] = [];
      sut.subscribe((state) => seen.push(texts(state)));
      await sut.sendMessage('one');
      expect(seen).toEqual([['sending: one'], ['one']]);
    });

    it('shows a new room with its members at once', async () => {
      const { sut, server } = await connected();
      server.tell({ type: 'channel.created', data: { channel: aChannel('quiet', { position: 2 }) } });
      expect(sut.state.channels.map(({ id }) => id)).toEqual(['lobby', 'pair', 'quiet']);
    });
  });
});
