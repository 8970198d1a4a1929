import type { SignIn } from '@switchboard/client';
import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import type { Theme } from '../preferences.ts';
import { channel, idleState, people, roomState, sent } from '../testing/fixtures.ts';
import { FixtureClient } from '../testing/fixture-client.ts';
import { SCENES, type SceneName } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, query, settled, words } from '../testing/stage.ts';
import { VoiceEntry } from '../voice-entry/voice-entry.ts';
import { VoiceRoom } from './voice-room.ts';

async function room(client: FixtureClient | null = null, width = 800, theme: Theme = 'auto'): Promise<VoiceRoom> {
  localStorage.clear();
  const sut = new VoiceRoom();
  sut.theme = theme;
  sut.channel = 'Lobby';
  sut.style.width = `${width}px`;
  sut.client = client;
  return mount(sut);
}

async function submit(sut: VoiceRoom, nickname: string): Promise<void> {
  const entry = find(sut, 'voice-entry');
  const field = entry.shadowRoot!.querySelector('input')!;
  field.value = nickname;
  entry.shadowRoot!.querySelector('form')!.requestSubmit();
  await expect.poll(() => find(sut, 'voice-entry', VoiceEntry).busy).toBe(false);
}

describe('VoiceRoom', () => {
  describe('accessibility', () => {
    for (const name of Object.keys(SCENES) as SceneName[]) {
      for (const theme of ['light', 'dark'] as const) {
        it.each([280, 800])(`has no violation in the scene ${name}, ${theme}, at %d px`, async (width) => {
          await expectAccessible(await room(new FixtureClient(SCENES[name]), width, theme));
        });
      }
    }
  });

  describe('the door', () => {
    it('connects as the guest of that name, joins the room, and remembers the name', async () => {
      const client = new FixtureClient();
      client.script('connect', () => client.show({ ...roomState, channelId: null }));
      client.script('join', () => client.show({ channelId: 'lobby' }));
      const sut = await room(client);
      const joined = once(sut, 'voice-joined');
      await sut.join('Ada');
      expect(client.of('connect')).toEqual([[{ type: 'guest', nickname: 'Ada' }]]);
      expect(client.of('join')).toEqual([['lobby', undefined]]);
      expect((await joined).channel.name).toBe('Lobby');
      expect(new VoiceRoom().nickname).toBe('');
      expect(JSON.parse(localStorage.getItem('switchboard.preferences') ?? '')).toMatchObject({ nickname: 'Ada' });
    });

    it('leads the focus into the room, not to the top of the page', async () => {
      const client = new FixtureClient();
      client.script('connect', () => client.show({ ...roomState, channelId: null }));
      client.script('join', () => client.show({ channelId: 'lobby' }));
      const sut = await room(client);
      find(sut, 'voice-entry >>> input').focus();
      await sut.join('Ada');
      await settled(sut);
      expect(sut.shadowRoot?.activeElement?.textContent).toBe('Lobby');
    });

    it('tells of sound that waits', async () => {
      const client = new FixtureClient(roomState);
      const sut = await room();
      sut.createClient = (_server, sound) => {
        sound.blocked(true);
        return Promise.resolve(client);
      };
      await sut.connect();
      await settled(sut);
      const shown = [...find(sut, 'voice-notices').shadowRoot!.querySelectorAll('.words')].map(words);
      expect(shown).toEqual(['The browser holds the sound back. Click anywhere to hear.']);
    });

    it('shows why it was refused, and says so to the page', async () => {
      const client = new FixtureClient();
      client.script('connect', () => {
        throw new SwitchboardError('auth.nickname_taken');
      });
      const sut = await room(client);
      const failed = once(sut, 'voice-error');
      await submit(sut, 'Grace');
      expect((await failed).problem.code).toBe('auth.nickname_taken');
      await settled(sut);
      expect(words(find(sut, 'voice-entry >>> [part=problem]'))).toContain('already has this nickname');
      expect(find(sut, 'voice-entry >>> input').getAttribute('aria-invalid')).toBe('true');
    });

    it('says so when the room does not exist', async () => {
      const client = new FixtureClient({
        ...roomState,
        channelId: null,
        channels: [channel({ id: 'x', name: 'Else' })],
      });
      const sut = await room(client);
      await sut.join('Ada Lovelace');
      await settled(sut);
      expect(words(find(sut, 'voice-entry >>> [part=problem]'))).toContain('does not exist');
    });

    it('shows who is inside as soon as that is known', async () => {
      const sut = await room(new FixtureClient(SCENES.lobby));
      expect(words(find(sut, 'voice-entry >>> .inside'))).toContain('Grace Hopper and linus are here now');
    });

    it('makes no client before it is asked to', async () => {
      const sut = await room();
      let made = 0;
      sut.createClient = (server) => {
        made++;
        expect(server.href).toBe('https://voice.example.org/');
        return Promise.resolve(new FixtureClient(roomState));
      };
      sut.server = 'https://voice.example.org';
      await settled(sut);
      expect(made).toBe(0);
      await sut.join('Ada Lovelace');
      expect(made).toBe(1);
    });

    it('with a token connects at once and asks for no name', async () => {
      const client = new FixtureClient();
      client.script('connect', () => client.show({ ...roomState, channelId: null }));
      localStorage.clear();
      const sut = new VoiceRoom();
      sut.token = 'secret';
      sut.channel = 'lobby';
      sut.client = client;
      await mount(sut);
      await expect.poll(() => client.of('connect')).toEqual([[{ type: 'join', token: 'secret' }]]);
      await settled(sut);
      expect(query(sut, 'voice-entry >>> input')).toBeNull();
      expect(client.of('join')).toEqual([]);
    });
  });

  describe('a token of the page’s back end', () => {
    it('is asked for as often as one is needed', async () => {
      const client = new FixtureClient();
      client.script('connect', () => client.show({ ...roomState, channelId: null }));
      const sut = Object.assign(new VoiceRoom(), { channel: 'lobby', client, nickname: 'Ada' });
      let asked = 0;
      sut.tokenProvider = () => Promise.resolve(`token-${++asked}`);
      await mount(sut);
      await expect.poll(() => client.of('connect')).toHaveLength(1);
      const [signIn] = client.of('connect')[0] as [SignIn];
      expect(signIn).toMatchObject({ type: 'join', nickname: 'Ada' });
      if (!('getJoinToken' in signIn)) throw new Error('not by a token');
      expect([await signIn.getJoinToken(), await signIn.getJoinToken()]).toEqual(['token-1', 'token-2']);
      await settled(sut);
      expect(query(sut, 'voice-entry >>> input')).toBeNull();
    });
  });

  describe('the end of a session', () => {
    it('stands in place of the door, and leads back in', async () => {
      const client = new FixtureClient(roomState);
      client.script('connect', () => client.show({ ...roomState, channelId: null }));
      client.script('join', (channelId) => client.show({ channelId }));
      const sut = await room(client);
      client.show(SCENES.kicked);
      await settled(sut);
      expect(query(sut, 'voice-entry')).toBeNull();
      expect(words(find(sut, 'voice-ended >>> .detail'))).toBe('Reason: Music in the lobby');
      find(sut, 'voice-ended >>> button').click();
      await expect.poll(() => client.of('join')).toEqual([['lobby', undefined]]);
    });

    it('is also what is said to who is banned and tries', async () => {
      const client = new FixtureClient();
      client.script('connect', () => {
        throw new SwitchboardError('access.banned', 'You are banned until noon.');
      });
      const sut = await room(client);
      await sut.join('Ada');
      await settled(sut);
      expect(words(find(sut, 'voice-ended >>> .detail'))).toBe('You are banned until noon.');
      expect(query(sut, 'voice-ended >>> button')).toBeNull();
    });
  });

  describe('a locked room', () => {
    it('asks nobody for the password who manages it', async () => {
      const permissions = [...roomState.permissions, 'channel.manage'];
      const client = new FixtureClient({ ...roomState, channelId: null, permissions });
      const sut = await room(client);
      sut.channel = 'Room 2';
      await sut.join('Ada Lovelace');
      expect(client.of('join')).toEqual([['room-2', undefined]]);
    });

    it('asks for the password, and again when it is wrong', async () => {
      const client = new FixtureClient({ ...roomState, channelId: null });
      client.script('join', (_id, password) => {
        if (password !== 'right') throw new SwitchboardError('channel.password_wrong');
        client.show({ channelId: 'room-2' });
      });
      const sut = await room(client);
      sut.channel = 'Room 2';
      await sut.join('Ada Lovelace');
      await settled(sut);
      const dialog = find(sut, 'voice-password >>> dialog', HTMLDialogElement);
      expect(dialog.open).toBe(true);
      const give = (password: string) => {
        dialog.querySelector('input')!.value = password;
        dialog.querySelector('form')!.requestSubmit();
      };
      give('wrong');
      await expect.poll(() => dialog.querySelector('#wrong')?.textContent).toBe('The password is wrong.');
      await expectAccessible(sut);
      give('right');
      await expect.poll(() => dialog.open).toBe(false);
      expect(client.of('join')).toEqual([
        ['room-2', 'wrong'],
        ['room-2', 'right'],
      ]);
    });
  });

  describe('events', () => {
    it('tells of messages, speech and leaving, across shadow roots', async () => {
      const client = new FixtureClient(roomState);
      const sut = await room(client);
      const heard: string[] = [];
      for (const type of ['voice-message', 'voice-speaking', 'voice-left', 'voice-state-change'] as const) {
        document.addEventListener(type, (event) => heard.push(`${type} ${String(event.composed)}`), { once: true });
      }
      client.show({ speaking: ['grace'] });
      client.show({
        chat: { ...roomState.chat, entries: [...roomState.chat.entries, sent({ by: people.grace, id: '0009' })] },
      });
      client.show({ channelId: null });
      expect(heard.toSorted()).toEqual([
        'voice-left true',
        'voice-message true',
        'voice-speaking true',
        'voice-state-change true',
      ]);
      expect(sut.state?.channelId).toBeNull();
    });
  });

  describe('properties and methods', () => {
    it('reflects its attributes', async () => {
      const sut = await room();
      sut.theme = 'dark';
      sut.server = 'https://a.example';
      await sut.updateComplete;
      expect([sut.getAttribute('theme'), sut.getAttribute('channel'), sut.getAttribute('server')]).toEqual([
        'dark',
        'Lobby',
        'https://a.example',
      ]);
      expect(getComputedStyle(sut).colorScheme).toBe('dark');
    });

    it('takes a theme that does not exist for the default', async () => {
      const sut = await room();
      sut.setAttribute('theme', 'pink');
      await sut.updateComplete;
      expect(sut.theme).toBe('auto');
    });

    it('passes mute, deafen and leave on', async () => {
      const client = new FixtureClient(roomState);
      const sut = await room(client);
      sut.mute();
      sut.unmute();
      sut.deafen();
      sut.undeafen();
      await sut.leave();
      expect(client.calls.map(({ method, arguments: given }) => [method, ...given])).toEqual([
        ['setMuted', true],
        ['setMuted', false],
        ['setDeafened', true],
        ['setDeafened', false],
        ['leave'],
      ]);
    });

    it('closes the client that it made when it is taken out of the page, and only that', async () => {
      const [own, given] = [new FixtureClient(roomState), new FixtureClient(roomState)];
      const first = await room();
      first.createClient = () => Promise.resolve(own);
      await first.join('Ada Lovelace');
      const second = await room(given);
      document.body.append(first); // Moved: stays open.
      await Promise.resolve();
      expect(own.of('close')).toHaveLength(0);
      first.remove();
      second.remove();
      await expect.poll(() => own.of('close')).toHaveLength(1);
      expect(given.of('close')).toHaveLength(0);
      expect([own.listeners, given.listeners]).toEqual([0, 0]);
    });
  });

  it('opens the settings by their button', async () => {
    const sut = await room(new FixtureClient(roomState));
    find(sut, 'voice-controls >>> [part=settings]').click();
    await expect.poll(() => find(sut, 'voice-settings >>> dialog', HTMLDialogElement).open).toBe(true);
  });

  describe('keyboard', () => {
    it('mutes by M and deafens by D inside the element, but not while one writes', async () => {
      const client = new FixtureClient(roomState);
      const sut = await room(client);
      key(find(sut, 'voice-controls >>> [part=leave]'), 'm');
      key(find(sut, 'voice-controls >>> [part=leave]'), 'd');
      key(find(sut, 'voice-controls >>> [part=leave]'), 'm', { ctrlKey: true });
      key(find(sut, 'voice-chat >>> voice-composer >>> textarea'), 'm');
      key(document.body, 'm');
      expect(client.calls.map(({ method }) => method)).toEqual(['setMuted', 'setDeafened']);
    });

    it('talks while the talk key is held anywhere in the page, and stops with the window', async () => {
      const client = new FixtureClient(SCENES.talk);
      await room(client);
      const talkKey = { code: 'Backquote' };
      expect(key(document.body, '`', talkKey)).toBe(false);
      key(document.body, '`', { ...talkKey, repeat: true });
      document.body.dispatchEvent(new KeyboardEvent('keyup', { ...talkKey, bubbles: true }));
      key(document.body, '`', talkKey);
      window.dispatchEvent(new Event('blur'));
      expect(client.of('setTalking')).toEqual([[true], [false], [true], [false]]);
    });
  });

  describe('narrow', () => {
    it('shows people or chat, and counts what comes while the chat is covered', async () => {
      const client = new FixtureClient(roomState);
      const sut = await room(client, 320);
      expect(find(sut, 'voice-chat').hidden).toBe(true);
      client.show({
        chat: { ...roomState.chat, entries: [...roomState.chat.entries, sent({ by: people.grace, id: '0009' })] },
      });
      await expect.poll(() => query(sut, '.badge')?.textContent).toBe('1');
      const [, chat] = sut.renderRoot.querySelectorAll<HTMLElement>('.section');
      chat!.click();
      await settled(sut);
      expect(find(sut, 'voice-people').hidden).toBe(true);
      expect(find(sut, 'voice-chat').hidden).toBe(false);
    });
  });

  it('shows the tree of all rooms when none is named, and joins by a click', async () => {
    const client = new FixtureClient({ ...roomState, channelId: null });
    const sut = await room(client);
    sut.channel = '';
    await settled(sut);
    find(sut, `voice-channel-tree >>> #${CSS.escape('c:quiet')}`).click();
    expect(client.of('join')).toEqual([['quiet', undefined]]);
  });

  it('speaks the language of the page around it', async () => {
    const { registerLocale } = await import('../strings/locale.ts');
    const { german } = await import('../strings/strings.de.ts');
    registerLocale(german);
    const around = document.createElement('div');
    around.lang = 'de-AT';
    document.body.append(around);
    const sut = await mount(
      Object.assign(new VoiceRoom(), { channel: 'Lobby', client: new FixtureClient(idleState) }),
      around,
    );
    expect(words(find(sut, 'voice-entry >>> h2'))).toBe('Lobby beitreten');
    around.remove();
  });
});
