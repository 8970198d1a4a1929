import { describe, expect, it } from 'vitest';
import type { ClientState } from './client-state.ts';
import { connected, inLobby, outcome, texts } from './session/testing/client-under-test.ts';
import { settled } from './session/testing/fake-clock.ts';
import { aMember, aMessage } from './session/testing/fake-server.ts';
import { SILENCE } from './session/testing/fake-threads.ts';
import { allRun, aPlugin, inLobbyWith, install, until } from './session/testing/plugins-under-test.ts';

const READS = { hooks: ['on_message'] } as const;
const WRITES = { hooks: ['on_message_send'] } as const;
const command = (name: string) => ({
  hooks: ['on_command'] as const,
  commands: [{ name, description: 'Does it.' }],
  permissions: [{ name: 'message.send' }],
});

/** The text of the message that an event is about. */
const textOf = (event: Record<string, unknown>) => (event.message as { text: string }).text;

/** Messages with what is said of them. */
const remarked = ({ chat }: ClientState) =>
  chat.entries.map((entry) => {
    if (entry.status !== 'sent') return `${entry.status}: ${entry.text}`;
    const { hidden, notes } = entry.remarks ?? { hidden: null, notes: [] };
    const said = [
      hidden === null ? '' : ` hidden by ${hidden.pluginName}: ${hidden.text}`,
      ...notes.map(({ text }) => ` + ${text}`),
    ];
    return entry.message.text + said.join('');
  });

describe('VoiceClient', () => {
  describe('plugins that look at what one sends', () => {
    it('get it one after the other, each as the one before has left it', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', WRITES], ['b', WRITES]);
      const code = { language: 'rust', path: 'src/main.rs', startLine: 1, endLine: 2 };
      threads.plugins = {
        a: { on_message_send: ({ text }) => ({ action: 'rewrite', text: `${String(text)}a` }) },
        b: { on_message_send: ({ text }) => ({ action: 'rewrite', text: `${String(text)}b`, code: null }) },
      };
      await sut.sendMessage('x');
      await sut.movePlugin('b', 0);
      await sut.sendMessage('x', code);
      expect(server.asked('message.send').map(({ text, code: sent = null }) => [text, sent])).toEqual([
        ['xab', null],
        ['xba', null],
      ]);
      expect(threads.of('a').heard('on_message_send')[0]).toEqual({
        text: 'x',
        code: null,
        room: { id: 'lobby', name: 'lobby' },
      });
    });

    it('may hold it back, and it stays with the person', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', WRITES], ['b', WRITES]);
      threads.plugins = { a: { on_message_send: () => ({ action: 'cancel', reason: 'It holds a password.' }) } };
      await expect(sut.sendMessage('secret')).rejects.toMatchObject({
        code: 'message.cancelled',
        message: 'The a held the message back: It holds a password.',
      });
      expect([sut.state.chat.entries, server.asked('message.send')]).toEqual([[], []]);
      expect(threads.of('b').heard('on_message_send')).toEqual([]);
    });

    it('do not see it again when it has to be sent again', async () => {
      const { sut, server, clock, threads } = await inLobbyWith(['a', WRITES]);
      threads.plugins = { a: { on_message_send: ({ text }) => ({ action: 'rewrite', text: `${String(text)}!` }) } };
      server.script['message.send'] = ({ channelId, nonce, text }) => {
        server.answer({ type: 'message.send', id: 0, data: { channelId, nonce, text } });
        return 'silence';
      };
      const sending = outcome(sut.sendMessage('one'));
      await settled();
      server.socket.break();
      server.script['message.send'] = () => ({ code: 'server.rate_limited' });
      await clock.advance(125);
      await sending;
      const [entry] = sut.state.chat.entries;
      server.script = {};
      await sut.retryMessage(entry?.status === 'failed' ? entry.nonce : '');
      expect(server.messages.map(({ text }) => text)).toEqual(['one!']);
      expect(threads.of('a').heard('on_message_send')).toHaveLength(1);
    });

    it('do not change the order of messages, however long they take', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', WRITES], ['b', WRITES]);
      threads.plugins = { b: { on_message_send: ({ text }) => (text === 'slow' ? SILENCE : undefined) } };
      const first = sut.sendMessage('slow');
      const others = [sut.sendMessage('two'), sut.sendMessage('three')];
      await settled();
      expect([server.messages, threads.of('a').heard('on_message_send').length]).toEqual([[], 1]);
      threads.of('b').say({ type: 'result', id: lastCall(threads.of('b').told), output: '', costUs: 1 });
      await Promise.all([first, ...others]);
      expect(server.messages.map(({ text }) => text)).toEqual(['slow', 'two', 'three']);
    });

    it('let nothing overtake what they hold when they are switched off', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', WRITES]);
      threads.plugins = { a: { on_message_send: () => SILENCE } };
      const sending = [sut.sendMessage('held')];
      await settled();
      sut.subscribe(({ plugins }) => {
        if (plugins[0]?.status.kind === 'off' && sending.length === 1) sending.push(sut.sendMessage('next'));
      });
      await sut.setPluginEnabled('a', false);
      await Promise.all(sending);
      expect(server.messages.map(({ text }) => text)).toEqual(['held', 'next']);
    });

    it('hold nothing back by breaking', async () => {
      const { sut, server, clock, threads } = await inLobbyWith(['a', WRITES], ['b', WRITES]);
      threads.plugins = {
        a: { on_message_send: () => SILENCE },
        b: { on_message_send: ({ text }) => ({ action: 'rewrite', text: `${String(text)}b` }) },
      };
      const sending = sut.sendMessage('x');
      await clock.advance(501);
      await sending;
      expect(server.messages.map(({ text }) => text)).toEqual(['xb']);
      expect((await sut.pluginLog('a')).at(-1)?.text).toContain('on_message_send');
    });

    it('do not bring it into another room', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', WRITES]);
      threads.plugins = { a: { on_message_send: () => SILENCE } };
      const sending = outcome(sut.sendMessage('for the lobby'));
      await sut.join('pair');
      threads.of('a').say({ type: 'result', id: lastCall(threads.of('a').told), output: '', costUs: 1 });
      // As one that was held back: there is no entry, and the text stays with the person.
      expect(await sending).toBe('message.cancelled');
      expect([sut.state.chat.entries, server.asked('message.send')]).toEqual([[], []]);
    });
  });

  describe('plugins that read messages', () => {
    it('may annotate and hide what others say, and one’s own', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', READS], ['b', READS]);
      threads.plugins = {
        a: {
          on_message: (event) =>
            textOf(event) === 'rude' ? { action: 'hide', reason: 'Rude.' } : { action: 'annotate', note: 'a' },
        },
        b: { on_message: () => ({ action: 'annotate', note: 'b' }) },
      };
      const rude = aMessage('m0000', { text: 'rude' });
      server.messages.push(rude);
      server.tell({ type: 'message.created', data: { message: rude } });
      await sut.sendMessage('mine');
      await until(
        sut,
        ({ chat }) => chat.entries.length === 2 && chat.entries.every(({ status }) => status === 'sent'),
      );
      expect(remarked(sut.state)).toEqual(['rude hidden by The a: Rude. + b', 'mine + a + b']);
      expect(threads.of('a').heard('on_message')).toEqual([
        {
          message: {
            id: 'm0000',
            author: { userId: 'user-bob', nickname: 'bob', self: false },
            text: 'rude',
            code: null,
            createdAt: 1,
          },
          room: { id: 'lobby', name: 'lobby' },
        },
        expect.objectContaining({
          message: expect.objectContaining({
            text: 'mine',
            author: { userId: 'user-ada', nickname: 'ada', self: true },
          }) as unknown,
        }),
      ]);
    });

    it('delay a message for half a second at most, and nobody sees a later one before it', async () => {
      const { sut, server, clock, threads } = await inLobbyWith(['a', READS]);
      threads.plugins = { a: { on_message: (event) => (textOf(event) === 'slow' ? SILENCE : undefined) } };
      const say = (id: string, text: string) =>
        server.tell({ type: 'message.created', data: { message: aMessage(id, { text }) } });
      say('m0001', 'slow');
      await clock.advance(100);
      say('m0002', 'quick');
      await clock.advance(399);
      expect(texts(sut.state)).toEqual([]);
      await clock.advance(1);
      expect(texts(sut.state)[0]).toBe('slow');
      await clock.advance(100);
      expect(texts(sut.state)).toEqual(['slow', 'quick']);
    });

    it('may speak after that, too', async () => {
      const { sut, server, clock, threads } = await inLobbyWith(['a', { ...READS, limits: { callMs: 500 } }]);
      threads.plugins = { a: { on_message: () => SILENCE } };
      server.tell({ type: 'message.created', data: { message: aMessage('m0001', { text: 'x' }) } });
      await clock.advance(500);
      const before = sut.state.chat.entries[0];
      expect(remarked(sut.state)).toEqual(['x']);
      const output = JSON.stringify({ action: 'annotate', note: 'late' });
      threads.of('a').say({ type: 'result', id: lastCall(threads.of('a').told), output, costUs: 1 });
      await settled();
      expect(remarked(sut.state)).toEqual(['x + late']);
      expect(sut.state.chat.entries[0]).not.toBe(before);
    });

    it('are asked about a message that waits when they start, and it waits for them, too', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', READS]);
      threads.plugins = { a: { on_message: () => SILENCE }, b: { on_message: () => SILENCE } };
      server.tell({ type: 'message.created', data: { message: aMessage('m0001', { text: 'x' }) } });
      await settled();
      await install(sut, await aPlugin('b', READS));
      await until(sut, allRun);
      await settled();
      const answer = (id: string, output: string) =>
        threads.of(id).say({ type: 'result', id: lastCall(threads.of(id).told), output, costUs: 1 });
      answer('a', '');
      await settled();
      expect(texts(sut.state)).toEqual([]);
      answer('b', JSON.stringify({ action: 'hide', reason: 'No.' }));
      await settled();
      expect(remarked(sut.state)).toEqual(['x hidden by The b: No.']);
      expect(threads.all.flatMap((thread) => thread.heard('on_message'))).toHaveLength(2);
    });

    it('see one’s own message as on its way until they are done', async () => {
      const { sut, threads } = await inLobbyWith(['a', READS]);
      threads.plugins = { a: { on_message: () => SILENCE } };
      await sut.sendMessage('mine');
      expect(texts(sut.state)).toEqual(['sending: mine']);
      threads.of('a').say({ type: 'result', id: lastCall(threads.of('a').told), output: '', costUs: 1 });
      await settled();
      expect(texts(sut.state)).toEqual(['mine']);
    });

    it('see the history, a few messages at a time, and it comes as one', async () => {
      const { sut, server, platform } = await connected();
      const { threads } = platform;
      await install(sut, await aPlugin('a', READS));
      threads.plugins = { a: { on_message: (event) => ({ action: 'annotate', note: textOf(event).slice(-1) }) } };
      server.messages.push(...Array.from({ length: 60 }, (_, n) => aMessage(`m${String(n).padStart(4, '0')}`)));
      // Nobody has to be asked about it, and it waits for the others all the same.
      server.messages[5] = { ...server.messages[5]!, deletedAt: 1 };
      const lengths = new Set<number>();
      sut.subscribe(({ chat }) => lengths.add(chat.entries.length));
      await sut.join('lobby');
      await until(sut, (state) => allRun(state) && state.chat.entries.length === 50);
      await until(sut, (state) => remarked(state).every((line) => line.includes(' + ')));
      expect(remarked(sut.state)[0]).toBe('text of m0010 + 0');
      await sut.loadOlderMessages();
      await until(sut, ({ chat }) => chat.entries.length === 60);
      expect(remarked(sut.state).filter((line) => line.includes(' + '))).toHaveLength(59);
      expect([...lengths]).toEqual([0, 50, 60]);
    });

    it('see each message once, and an edited one again; what was shown stays until they are done', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', READS]);
      let silent = false;
      threads.plugins = {
        a: { on_message: (event) => (silent ? SILENCE : { action: 'annotate', note: `on ${textOf(event)}` }) },
      };
      const message = aMessage('m0001', { text: 'one' });
      server.messages.push(message);
      server.tell({ type: 'message.created', data: { message } });
      await settled();
      server.tell({ type: 'message.created', data: { message } });
      await sut.loadOlderMessages();
      await settled();
      expect(threads.of('a').heard('on_message')).toHaveLength(1);
      silent = true;
      server.tell({ type: 'message.edited', data: { message: { ...message, text: 'two', editedAt: 5 } } });
      await settled();
      expect(remarked(sut.state)).toEqual(['one + on one']);
      const output = JSON.stringify({ action: 'hide', reason: 'Changed.' });
      threads.of('a').say({ type: 'result', id: lastCall(threads.of('a').told), output, costUs: 1 });
      await settled();
      expect(remarked(sut.state)).toEqual(['two hidden by The a: Changed.']);
      server.tell({ type: 'message.deleted', data: { message: { ...message, text: '', deletedAt: 6 } } });
      expect(remarked(sut.state)).toEqual(['']);
      expect(threads.of('a').heard('on_message')).toHaveLength(2);
    });

    it('take their words with them when they are switched off, and bring them for what is there when they are switched on', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', READS], ['b', READS], ['c', READS]);
      threads.plugins = {
        a: { on_message: () => ({ action: 'annotate', note: 'a' }) },
        b: { on_message: () => ({ action: 'hide', reason: 'No.' }) },
        c: { on_message: () => ({ action: 'hide', reason: 'No, too.' }) },
      };
      server.tell({ type: 'message.created', data: { message: aMessage('m0001', { text: 'x' }) } });
      await settled();
      expect(remarked(sut.state)).toEqual(['x hidden by The b: No. + a']);
      const [entry] = sut.state.chat.entries;
      sut.setMuted(true);
      expect(sut.state.chat.entries[0]).toBe(entry);
      await sut.setPluginEnabled('b', false);
      expect(remarked(sut.state)).toEqual(['x hidden by The c: No, too. + a']);
      await sut.setPluginEnabled('b', true);
      await until(sut, allRun);
      await settled();
      expect(remarked(sut.state)).toEqual(['x hidden by The b: No. + a']);
      expect(threads.all.flatMap((thread) => thread.heard('on_message'))).toHaveLength(3);
      await sut.removePlugin('a');
      await sut.removePlugin('b');
      await sut.removePlugin('c');
      expect(remarked(sut.state)).toEqual(['x']);
    });
  });

  describe('commands', () => {
    it('are one’s own plugins’ first, then the server’s, and only in a room', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', command('roll')], ['b', command('roll')]);
      server.tell({
        type: 'plugins.changed',
        data: {
          offers: [],
          commands: [
            { name: 'roll', description: 'Of the server.', arguments: [], pluginName: 'S' },
            { name: 'poll', description: 'Of the server.', arguments: [], pluginName: 'S' },
          ],
        },
      });
      const shown = () => sut.state.commands.map(({ name, pluginName, by }) => `${by} ${pluginName} ${name}`);
      expect(shown()).toEqual(['client The a roll', 'server S poll']);
      const before = sut.state.commands;
      sut.setMuted(true);
      expect(sut.state.commands).toBe(before);
      await sut.movePlugin('b', 0);
      expect(shown()).toEqual(['client The b roll', 'server S poll']);
      threads.plugins = { a: { on_command: () => ({ reply: 'a' }) }, b: { on_command: () => ({ reply: 'b' }) } };
      await sut.invokeCommand('roll', ' 2d6 ');
      expect(threads.of('b').heard('on_command')).toEqual([
        {
          name: 'roll',
          args: '2d6',
          member: { id: 'ada', userId: 'user-ada', nickname: 'ada', self: true },
          room: { id: 'lobby', name: 'lobby' },
        },
      ]);
      await sut.setPluginEnabled('a', false);
      await sut.setPluginEnabled('b', false);
      expect(shown()).toEqual(['server S roll', 'server S poll']);
      await sut.leave();
      expect(shown()).toEqual([]);
      expect(await outcome(sut.invokeCommand('poll', ''))).toBe('channel.not_joined');
    });

    it('answer for oneself alone, at their place in time, and speak in one’s name', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', command('roll')]);
      threads.plugins = { a: { on_command: () => ({ reply: 'You got 6.', message: 'rolls 6' }) } };
      server.tell({ type: 'message.created', data: { message: aMessage('m0000', { text: 'before' }) } });
      server.messages.push(aMessage('m0000'));
      await sut.invokeCommand('roll', '');
      await settled();
      server.tell({ type: 'message.created', data: { message: aMessage('m0009', { text: 'after' }) } });
      expect(texts(sut.state)).toEqual(['before', 'reply: You got 6.', 'rolls 6', 'after']);
      expect(sut.state.chat.entries[1]).toMatchObject({ status: 'reply', pluginName: 'The a' });
      const [, reply] = sut.state.chat.entries;
      server.tell({ type: 'message.created', data: { message: aMessage('m0010') } });
      expect(sut.state.chat.entries[1]).toBe(reply);
      expect(server.messages.map(({ text }) => text)).toContain('rolls 6');
      await sut.join('pair');
      await sut.join('lobby');
      await settled();
      expect(texts(sut.state).some((line) => line.startsWith('reply'))).toBe(false);
    });

    it('say nothing in one’s name without the permission for it', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', { ...command('roll'), permissions: [] }]);
      threads.plugins = { a: { on_command: () => ({ reply: 'You got 6.', message: 'rolls 6' }) } };
      await sut.invokeCommand('roll', '');
      expect([texts(sut.state), server.asked('message.send')]).toEqual([['reply: You got 6.'], []]);
      expect((await sut.pluginLog('a')).at(-1)).toMatchObject({
        level: 'warn',
        text: 'on_command: its message was not sent: it needs the permission message.send.',
      });
    });

    it('that answer when one is elsewhere by then are not heard there', async () => {
      const { sut, server, threads } = await inLobbyWith(['a', command('roll')]);
      threads.plugins = { a: { on_command: () => SILENCE } };
      const rolling = sut.invokeCommand('roll', '');
      await settled();
      await sut.join('pair');
      const output = JSON.stringify({ reply: 'You got 6.', message: 'rolls 6' });
      threads.of('a').say({ type: 'result', id: lastCall(threads.of('a').told), output, costUs: 1 });
      await rolling;
      expect([texts(sut.state), server.messages]).toEqual([[], []]);
    });

    it('of the server are asked there', async () => {
      const { sut, server } = await inLobby();
      const pluginName = 'S';
      server.tell({
        type: 'plugins.changed',
        data: { offers: [], commands: [{ name: 'poll', description: 'Asks.', arguments: [], pluginName }] },
      });
      await sut.invokeCommand('poll', 'Tea?');
      expect(server.asked('command.invoke')).toEqual([{ channelId: 'lobby', name: 'poll', args: 'Tea?' }]);
      expect(texts(sut.state)).toEqual(['reply: poll: Tea?']);
      server.script['command.invoke'] = () => ({ data: { reply: null, pluginName } });
      await sut.invokeCommand('poll', 'Coffee?');
      expect(texts(sut.state)).toHaveLength(1);
      server.script['command.invoke'] = () => ({ code: 'command.failed' });
      expect(await outcome(sut.invokeCommand('poll', ''))).toBe('command.failed');
      expect(await outcome(sut.invokeCommand('unheard-of', ''))).toBe('command.unknown');
      expect(await outcome(sut.invokeCommand('poll', 'x'.repeat(1_001)))).toBe('protocol.invalid');
    });

    it('that break say which plugin it was', async () => {
      const { sut, clock, threads } = await inLobbyWith(['a', command('roll')]);
      threads.plugins = { a: { on_command: () => SILENCE } };
      const rolling = sut.invokeCommand('roll', '').catch((error: unknown) => error);
      await clock.advance(501);
      expect(await rolling).toMatchObject({
        code: 'command.failed',
        message: expect.stringContaining('The a') as unknown,
      });
      threads.plugins = { a: { on_command: () => ({ reply: 7 }) } };
      expect(await outcome(sut.invokeCommand('roll', ''))).toBe('command.failed');
    });

    it('are in the welcome already', async () => {
      const { sut, server } = await connected();
      server.plugins = {
        offers: [],
        commands: [{ name: 'poll', description: 'Asks.', arguments: [], pluginName: 'S' }],
      };
      server.script['session.resume'] = () => ({ code: 'session.expired' });
      server.members.push(aMember('eve'));
      server.socket.break();
      sut.retryNow();
      await until(sut, ({ members }) => members.length === 3);
      await sut.join('lobby');
      expect(sut.state.commands).toMatchObject([{ name: 'poll', by: 'server' }]);
    });
  });
});

function lastCall(told: readonly { readonly type: string; readonly id?: number }[]): number {
  return told.findLast(({ type }) => type === 'call')?.id ?? 0;
}
