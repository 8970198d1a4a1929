import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { NOON_MS, people, roomState, sent } from '../testing/fixtures.ts';
import { reply } from '../testing/plugin-fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, query, settled, words } from '../testing/stage.ts';
import { VoiceChat } from './voice-chat.ts';

const { grace, self } = people;
const page = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    sent({
      by: grace,
      id: String(from + index).padStart(4, '0'),
      text: `Message ${from + index}`,
      createdAt: NOON_MS + index,
    }),
  );
const chatOf = (entries: typeof roomState.chat.entries, more = false) => ({
  chat: { entries, more, loading: false, typing: [] },
});

async function chat(client: FixtureClient): Promise<VoiceChat> {
  const sut = Object.assign(new VoiceChat(), { client });
  sut.style.height = '400px';
  sut.style.width = '480px';
  return mount(sut);
}

const log = (sut: VoiceChat) => find(sut, '[part=log]');
const field = (sut: VoiceChat) => find(sut, 'voice-composer >>> textarea', HTMLTextAreaElement);
const messages = (sut: VoiceChat) => [...sut.renderRoot.querySelectorAll('voice-message')];
const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

async function write(sut: VoiceChat, words: string): Promise<void> {
  field(sut).value = words;
  field(sut).dispatchEvent(new InputEvent('input', { bubbles: true }));
  await settled(sut);
}

describe('VoiceChat', () => {
  describe('accessibility', () => {
    it.each(['room', 'problems', 'crowded', 'alone', 'loading', 'idle', 'plugins'] as const)(
      'has no violation in the scene %s',
      async (name) => {
        await expectAccessible(await chat(new FixtureClient(SCENES[name])));
      },
    );

    it('has one stop for Tab among the messages, and arrows move it', async () => {
      const sut = await chat(new FixtureClient(roomState));
      const stops = () => messages(sut).map(({ tabIndex }) => tabIndex);
      expect(stops()).toEqual([-1, -1, -1, -1, 0]);
      messages(sut)[4]!.focus();
      key(messages(sut)[4]!, 'ArrowUp');
      await settled(sut);
      expect(stops()).toEqual([-1, -1, -1, 0, -1]);
    });
  });

  describe('writing', () => {
    it('sends with Enter and breaks the line with Shift+Enter', async () => {
      const client = new FixtureClient(roomState);
      const sut = await chat(client);
      await write(sut, ' Hello\nthere ');
      key(field(sut), 'Enter', { shiftKey: true });
      key(field(sut), 'Enter', { isComposing: true });
      expect(client.of('sendMessage')).toEqual([]);
      key(field(sut), 'Enter');
      await settled(sut);
      expect(client.of('sendMessage')).toEqual([['Hello\nthere']]);
      expect(field(sut).value).toBe('');
      expect(client.of('typing')).toHaveLength(1);
    });

    it('counts near the limit, and does not send beyond it or blanks', async () => {
      const client = new FixtureClient(roomState);
      const sut = await chat(client);
      await write(sut, 'x'.repeat(3_990));
      expect(words(find(sut, 'voice-composer >>> #left'))).toBe('10 characters left');
      await write(sut, 'x'.repeat(4_001));
      expect(words(find(sut, 'voice-composer >>> #left'))).toBe('1 character too many');
      key(field(sut), 'Enter');
      await write(sut, '  \n ');
      key(field(sut), 'Enter');
      expect(client.of('sendMessage')).toEqual([]);
    });

    it('tells when sending fails', async () => {
      const client = new FixtureClient(roomState);
      client.script('sendMessage', () => {
        throw new SwitchboardError('server.rate_limited');
      });
      const sut = await chat(client);
      const failed = once(sut, 'voice-error');
      await write(sut, 'Hello');
      key(field(sut), 'Enter');
      expect((await failed).problem.code).toBe('server.rate_limited');
    });

    it('tries a failed message again', async () => {
      const client = new FixtureClient(SCENES.problems);
      const sut = await chat(client);
      messages(sut).at(-1)!.renderRoot.querySelector('button')!.click();
      expect(client.of('retryMessage')).toEqual([['n2']]);
    });
  });

  describe('one’s own messages', () => {
    it('are edited from the empty field by Arrow-up', async () => {
      const client = new FixtureClient(roomState);
      const sut = await chat(client);
      key(field(sut), 'ArrowUp');
      const own = messages(sut)[3]!;
      await expect.poll(() => own.renderRoot.querySelector('textarea')?.value).toBe('Nice.\nI read it now.');
      const editor = own.renderRoot.querySelector('textarea')!;
      await expectAccessible(sut);
      editor.value = 'Nicer.';
      key(editor, 'Enter');
      expect(client.of('editMessage')).toEqual([['0004', 'Nicer.']]);
    });

    it('are deleted after a question', async () => {
      const client = new FixtureClient(roomState);
      const sut = await chat(client);
      const own = messages(sut)[3]!;
      find(own, '.actions button:last-child').click();
      await settled(own);
      expect(client.of('deleteMessage')).toEqual([]);
      find(own, '#confirm').click();
      expect(client.of('deleteMessage')).toEqual([['0004']]);
    });

    it('of others can be deleted by who may, and not changed', async () => {
      const client = new FixtureClient({ ...roomState, ...chatOf([sent({ by: grace, id: '0001' })]) });
      const sut = await chat(client);
      const labels = () =>
        [...messages(sut)[0]!.renderRoot.querySelectorAll('button')].map((button) => button.ariaLabel ?? '');
      expect(labels()).toEqual([]);
      client.show({ channelPermissions: { lobby: [...roomState.permissions, 'chat.delete'] } });
      await settled(sut);
      expect(labels()).toEqual(['Delete']);
      messages(sut)[0]!.renderRoot.querySelector<HTMLElement>('button')!.click();
      await settled(sut);
      messages(sut)[0]!.renderRoot.querySelector<HTMLElement>('#confirm')!.click();
      expect(client.of('deleteMessage')).toEqual([['0001']]);
    });

    it('can be changed by nobody else', async () => {
      const sut = await chat(new FixtureClient(roomState));
      expect(messages(sut).map((message) => message.editable)).toEqual([false, false, false, true, false]);
      expect(query(messages(sut)[0]!, '.actions')).toBeNull();
    });
  });

  describe('text', () => {
    it('is never markup, and links open safely', async () => {
      const entries = [sent({ by: grace, text: '<img src=x onerror=alert(1)> https://example.org' })];
      const sut = await chat(new FixtureClient({ ...roomState, ...chatOf(entries) }));
      const message = messages(sut)[0]!;
      expect(message.renderRoot.querySelector('img')).toBeNull();
      const link = find(message, 'a', HTMLAnchorElement);
      expect([link.href, link.target, link.rel]).toEqual([
        'https://example.org/',
        '_blank',
        'noopener noreferrer nofollow',
      ]);
    });

    it('of a deleted message is gone', async () => {
      const entries = [sent({ by: self, text: '', deletedAt: NOON_MS })];
      const sut = await chat(new FixtureClient({ ...roomState, ...chatOf(entries) }));
      expect(words(find(messages(sut)[0]!, '.deleted'))).toBe('Message deleted');
    });
  });

  describe('scrolling', () => {
    it('begins at the end and stays there when messages come', async () => {
      const client = new FixtureClient({ ...roomState, ...chatOf(page(100, 60)) });
      const sut = await chat(client);
      const fromEnd = () => log(sut).scrollHeight - log(sut).scrollTop - log(sut).clientHeight;
      await frame();
      expect(fromEnd()).toBeLessThan(2);
      client.show(chatOf(page(100, 65)));
      await settled(sut);
      await frame();
      expect(fromEnd()).toBeLessThan(2);
    });

    it('asks for older messages near the top, and keeps what is read in place', async () => {
      const client = new FixtureClient({ ...roomState, ...chatOf(page(100, 60), true) });
      const sut = await chat(client);
      await frame();
      expect(client.of('loadOlderMessages')).toHaveLength(0);
      log(sut).scrollTop = 200;
      await expect.poll(() => client.of('loadOlderMessages').length).toBeGreaterThan(0);
      const read = messages(sut)[10]!;
      const before = read.getBoundingClientRect().top;
      client.show(chatOf([...page(50, 50), ...page(100, 60)]));
      await settled(sut);
      await frame();
      expect(messages(sut)).toHaveLength(110);
      expect(Math.abs(read.getBoundingClientRect().top - before)).toBeLessThan(2);
    });

    it('does not move what is read when a message comes below, and offers the way down', async () => {
      const client = new FixtureClient({ ...roomState, ...chatOf(page(100, 60)) });
      const sut = await chat(client);
      await frame();
      log(sut).scrollTop = 500;
      await expect.poll(() => query(sut, '.jump')).not.toBeNull();
      const unread = once(sut, 'voice-unread');
      client.show(chatOf(page(100, 62)));
      await settled(sut);
      await frame();
      expect(log(sut).scrollTop).toBe(500);
      expect((await unread).count).toBe(2);
      expect(words(find(sut, '.jump'))).toBe('2 new messages');
      expect(query(sut, '.unread')).not.toBeNull();
      find(sut, '.jump').click();
      await settled(sut);
      await frame();
      expect(query(sut, '.jump')).toBeNull();
    });
  });

  describe('shown again', () => {
    it('goes on with what was being written, and says what is', async () => {
      const sut = await chat(new FixtureClient(roomState));
      sut.draft = 'Half a thou';
      await settled(sut);
      expect(field(sut).value).toBe('Half a thou');
      const drafts: string[] = [];
      sut.addEventListener('voice-draft', ({ draft }) => drafts.push(draft));
      await write(sut, 'Half a thought');
      key(field(sut), 'Enter');
      expect(drafts).toEqual(['Half a thought', '']);
    });

    it('goes on with what was held back while one left the room', async () => {
      const client = new FixtureClient(roomState);
      let settle = (): void => undefined;
      client.script('sendMessage', async () => {
        await new Promise<void>((resolve) => (settle = resolve));
        throw new SwitchboardError('message.cancelled');
      });
      const sut = await chat(client);
      await write(sut, 'A long thought');
      key(field(sut), 'Enter');
      client.show({ channelId: null });
      await settled(sut);
      settle();
      await expect.poll(() => sut.draft).toBe('A long thought');
      client.show({ channelId: 'lobby' });
      await settled(sut);
      expect(field(sut).value).toBe('A long thought');
    });

    it('marks what came meanwhile, and then has read it', async () => {
      const read: string[] = [];
      const sut = Object.assign(new VoiceChat(), {
        client: new FixtureClient({ ...roomState, ...chatOf(page(1, 5)) }),
      });
      sut.addEventListener('voice-read', ({ messageId }) => read.push(messageId));
      await mount(Object.assign(sut, { seenId: '0003', watched: true }));
      expect([query(sut, '.unread') === null, read]).toEqual([false, ['0005']]);
    });

    it('marks nothing where nothing came, nor in another room', async () => {
      const client = new FixtureClient({ ...roomState, ...chatOf(page(1, 5)) });
      const sut = await mount(Object.assign(new VoiceChat(), { client, seenId: '0005', watched: true }));
      expect(query(sut, '.unread')).toBeNull();
      client.show({ channelId: 'quiet', ...chatOf(page(6, 3)) });
      await settled(sut);
      expect(query(sut, '.unread')).toBeNull();
    });
  });

  it('has read nothing more while nobody looks', async () => {
    const client = new FixtureClient({ ...roomState, ...chatOf(page(1, 5)) });
    const sut = await mount(Object.assign(new VoiceChat(), { client, watched: false }));
    const read: string[] = [];
    const unread: number[] = [];
    sut.addEventListener('voice-read', ({ messageId }) => read.push(messageId));
    sut.addEventListener('voice-unread', ({ count }) => unread.push(count));
    client.show(chatOf(page(1, 7)));
    await settled(sut);
    expect([read, unread]).toEqual([[], [2]]);
    sut.watched = true;
    await settled(sut);
    expect([read, unread]).toEqual([['0007'], [2, 0]]);
  });

  it('takes no history for unread', async () => {
    const client = new FixtureClient(SCENES.loading);
    const sut = await chat(client);
    sut.covered = true;
    const counts: number[] = [];
    sut.addEventListener('voice-unread', (event) => counts.push(event.count));
    client.show(chatOf(page(100, 5)));
    await settled(sut);
    client.show(chatOf(page(100, 6)));
    await settled(sut);
    sut.covered = false;
    await settled(sut);
    expect(counts).toEqual(document.hasFocus() ? [1, 0] : [1]);
  });
});

describe('what plugins make of the chat', () => {
  it('stands with the messages', async () => {
    const sut = await chat(new FixtureClient(SCENES.plugins));
    const said = messages(sut).map((one) =>
      [
        ...one.renderRoot.querySelectorAll('[part=author], .badge, .head .edited, [part=text], .veil > *, .notes li'),
      ].map(words),
    );
    expect(said).toEqual([
      ['Grace Hopper', 'Shall we begin?'],
      ['Hidden by Tidy: Looks like an advertisement', 'Show'],
      [
        'linus',
        'See https://example.org/x',
        'Link preview Example Domain: for use in documents',
        'Tidy The address is short: look where it leads.',
      ],
      ['Greeter', 'Plugin', 'Welcome, Margaret H!'],
      ['Dice', 'Only you see this', 'You rolled 2d6: 3 + 5 = 8 Nobody else saw it.'],
      ['Ada Lovelace', 'Eight it is.'],
    ]);
  });

  it('hides a message until one asks for it, and again', async () => {
    const sut = await chat(new FixtureClient(SCENES.plugins));
    const hidden = messages(sut)[1]!;
    const button = () => find(hidden, '.veil button');
    expect([query(hidden, '[part=text]'), button().ariaExpanded]).toEqual([null, 'false']);
    button().click();
    await settled(sut);
    expect([words(find(hidden, '[part=text]')), words(button())]).toEqual(['Buy cheap moths!', 'Hide']);
    await expectAccessible(sut);
    button().click();
    await settled(sut);
    expect(query(hidden, '[part=text]')).toBeNull();
  });

  it('never becomes HTML', async () => {
    const client = new FixtureClient({ ...roomState, ...chatOf([reply('<b>bold</b> <script>alert(1)</script>')]) });
    const sut = await chat(client);
    expect(messages(sut)[0]!.renderRoot.querySelector('b, script')).toBeNull();
  });

  it('is not edited as one’s own', async () => {
    const mine = sent({ by: self, id: '0001', text: 'Rolled 8', plugin: 'dice' });
    const sut = await chat(new FixtureClient({ ...roomState, ...chatOf([mine]) }));
    expect(messages(sut)[0]!.editable).toBe(false);
  });

  it('comes into sight when a command answers', async () => {
    const client = new FixtureClient({ ...roomState, ...chatOf(page(1, 60)) });
    const sut = await chat(client);
    await frame();
    log(sut).scrollTop = 0;
    await expect.poll(() => query(sut, '.jump')).not.toBeNull();
    client.show(chatOf([...client.state.chat.entries, reply('Eight')]));
    await settled(sut);
    await frame();
    expect(log(sut).scrollHeight - log(sut).scrollTop - log(sut).clientHeight).toBeLessThan(2);
    expect(words(messages(sut).at(-1)!.renderRoot.querySelector('[part=text]')!)).toBe('Eight');
  });
});
