import { describe, expect, it } from 'vitest';
import { connected, inLobby, outcome, texts } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aMessage } from './session/testing/fake-server.ts';

describe('VoiceClient', () => {
  describe('chat', () => {
    it('shows what was said before, and what is said', async () => {
      const { sut, server } = await connected();
      server.messages.push(aMessage('m0000'));
      await sut.join('lobby');
      await sut.sendMessage('hello');
      server.tell({ type: 'message.created', data: { message: aMessage('m0002') } });
      expect(texts(sut.state)).toEqual(['text of m0000', 'hello', 'text of m0002']);
      expect(server.asked('message.send')[0]?.nonce).toMatch(/^[0-9a-f]{32}$/);
    });

    it('sends what was written without a connection once it is back, in order, each once', async () => {
      const { sut, server, clock } = await inLobby();
      server.script['message.send'] = ({ channelId, nonce, text }) => {
        // Stored, but the answer never arrives.
        server.answer({ type: 'message.send', id: 0, data: { channelId, nonce, text } });
        return 'silence';
      };
      const first = sut.sendMessage('one');
      server.socket.break();
      server.script = {};
      const others = [sut.sendMessage('two'), sut.sendMessage('three')];
      expect(texts(sut.state)).toEqual(['sending: one', 'sending: two', 'sending: three']);
      await clock.advance(125);
      await Promise.all([first, ...others]);
      expect(texts(sut.state)).toEqual(['one', 'two', 'three']);
      expect(server.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
      const nonces = server.asked('message.send').map(({ nonce }) => nonce);
      expect(nonces[0]).toBe(nonces[1]);
    });

    it('shows a message that is found in the history after a new hello once', async () => {
      const { sut, server, clock } = await inLobby();
      server.script = {
        'message.send': ({ channelId, nonce, text }) => {
          server.answer({ type: 'message.send', id: 0, data: { channelId, nonce, text } });
          return 'silence';
        },
        'session.resume': () => ({ code: 'session.expired' }),
      };
      const sending = sut.sendMessage('one');
      server.socket.break();
      await clock.advance(125);
      await sending;
      expect(texts(sut.state)).toEqual(['one']);
    });

    it('sends one at a time, so that none overtakes another', async () => {
      const { sut, server } = await inLobby();
      server.script['message.send'] = () => 'silence';
      void outcome(sut.sendMessage('one'));
      void outcome(sut.sendMessage('two'));
      await settled();
      expect(server.asked('message.send')).toHaveLength(1);
    });

    it('keeps a refused message for another try', async () => {
      const { sut, server } = await inLobby();
      server.script['message.send'] = () => ({ code: 'server.rate_limited' });
      await expect(sut.sendMessage('one')).rejects.toMatchObject({ code: 'server.rate_limited' });
      expect(texts(sut.state)).toEqual(['failed: one']);
      server.script = {};
      const [entry] = sut.state.chat.entries;
      await sut.retryMessage(entry?.status === 'failed' ? entry.nonce : '');
      expect(texts(sut.state)).toEqual(['one']);
      expect(server.messages).toHaveLength(1);
    });

    it('keeps what is code with its place in the file, also when it has to be sent again', async () => {
      const { sut, server } = await inLobby();
      const code = { language: 'rust', path: 'src/main.rs', startLine: 1, endLine: 2 };
      server.script['message.send'] = () => ({ code: 'server.rate_limited' });
      await expect(sut.sendMessage('fn main() {}', code)).rejects.toMatchObject({ code: 'server.rate_limited' });
      const [entry] = sut.state.chat.entries;
      expect(entry).toMatchObject({ status: 'failed', code });
      server.script = {};
      await sut.retryMessage(entry?.status === 'failed' ? entry.nonce : '');
      expect(server.messages).toMatchObject([{ text: 'fn main() {}', code }]);
      expect(sut.state.chat.entries).toMatchObject([{ status: 'sent', message: { code } }]);
    });

    it('refuses nothing, too much, and talking to no room', async () => {
      const { sut, server } = await inLobby();
      expect(await outcome(sut.sendMessage(' \n'))).toBe('protocol.invalid');
      expect(await outcome(sut.sendMessage('x'.repeat(4_001)))).toBe('protocol.invalid');
      await sut.leave();
      expect(await outcome(sut.sendMessage('hello'))).toBe('channel.not_joined');
      expect(server.asked('message.send')).toHaveLength(0);
    });

    it('loads older messages until there are none', async () => {
      const { sut, server } = await connected();
      for (let n = 0; n < 120; n++) server.messages.push(aMessage(`m${String(n).padStart(4, '0')}`));
      await sut.join('lobby');
      await settled();
      const counts = [sut.state.chat.entries.length];
      while (sut.state.chat.more) {
        await Promise.all([sut.loadOlderMessages(), sut.loadOlderMessages()]);
        counts.push(sut.state.chat.entries.length);
      }
      expect(counts).toEqual([50, 100, 120]);
      expect(server.asked('message.history')).toHaveLength(3);
    });

    it('takes edits and deletions, its own and others’', async () => {
      const { sut, server } = await inLobby();
      await sut.sendMessage('one');
      const sent = server.messages[0]!;
      server.script['message.edit'] = ({ text }) => ({ data: { ...sent, text, editedAt: 2 } });
      await sut.editMessage(sent.id, 'two');
      expect(texts(sut.state)).toEqual(['two']);
      server.tell({ type: 'message.deleted', data: { message: { ...sent, text: '', deletedAt: 3 } } });
      expect(sut.state.chat.entries).toMatchObject([{ message: { text: '', deletedAt: 3 } }]);
    });

    it('shows who writes for 6 s, until the message comes, or the member goes', async () => {
      const { sut, server, clock } = await inLobby();
      const writes = () => server.tell({ type: 'message.typing', data: { channelId: 'lobby', memberId: 'bob' } });
      writes();
      await clock.advance(4_000);
      writes();
      await clock.advance(5_999);
      expect(sut.state.chat.typing).toEqual(['bob']);
      await clock.advance(1);
      expect(sut.state.chat.typing).toEqual([]);
      writes();
      server.tell({ type: 'message.created', data: { message: aMessage('m1') } });
      expect(sut.state.chat.typing).toEqual([]);
      writes();
      server.tell({ type: 'member.moved', data: { memberId: 'bob', channelId: null } });
      expect(sut.state.chat.typing).toEqual([]);
    });

    it('tells that one writes once in 3 s', async () => {
      const { sut, server, clock } = await inLobby();
      for (let n = 0; n < 10; n++) {
        sut.typing();
        await clock.advance(500);
      }
      expect(server.asked('message.typing')).toHaveLength(2);
    });
  });
});
