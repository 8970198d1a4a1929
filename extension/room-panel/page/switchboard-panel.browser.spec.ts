import { SwitchboardError } from '@switchboard/protocol';
import { registerLocale } from '@switchboard/webcomponents/parts';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { idleState, people, roomState, sent } from '@switchboard/webcomponents/testing/fixtures';
import { SCENES, type SceneName } from '@switchboard/webcomponents/testing/scenes';
import { expectAccessible, find, key, query, settled, words } from '@switchboard/webcomponents/testing/stage';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bookmark } from '../testing/fixture-calls.ts';
import { EDITOR_THEME_NAMES, EDITOR_THEMES } from '../testing/editor-themes.ts';
import type { PanelRig } from '../testing/panel-rig.ts';
import { germanParts } from './panel-strings.de.ts';
import { englishParts } from './panel-strings.ts';
import type { SwitchboardPanel } from './switchboard-panel.ts';
import { rigOfTheBrowser, stage, type Stage, type StageOptions } from './testing/panel-stage.ts';

registerLocale(englishParts);
registerLocale(germanParts);

const SECTIONS = ['Chat', 'People', 'Plugins', 'Settings'] as const;
const IN_ROOM = ['room', 'muted', 'talk', 'whispers', 'moderator', 'restricted', 'audience', 'alone'] as const;
const MORE = ['lobby', 'loading', 'reconnecting', 'problems', 'crowded', 'empty', 'code', 'plugins'] as const;

const WITHOUT_A_CALL: readonly ((rig: PanelRig) => void)[] = [
  () => undefined,
  (rig) => rig.calls.become({ status: 'connecting', bookmark, client: new FixtureClient(idleState) }),
  (rig) => rig.calls.end({ code: 'client.unreachable', message: '' }),
  (rig) => rig.calls.end({ code: 'session.kicked', message: '', reason: 'Music in the lobby' }),
  (rig) => rig.calls.end({ code: 'access.banned', message: '', reason: 'Spam', untilMs: null }),
  (rig) => rig.calls.end({ code: 'session.logged_out', message: '' }, { type: 'account', username: 'ada' }),
];

interface OpenStage extends Stage {
  readonly client: FixtureClient;
}

async function open(scene: SceneName = 'room', options: StageOptions = {}): Promise<OpenStage> {
  const client = new FixtureClient(SCENES[scene]);
  const rig = options.rig ?? rigOfTheBrowser();
  rig.calls.open(client);
  const made = await stage({ ...options, rig });
  await shown(made.sut, 'vscode-tabs');
  return { ...made, client };
}

async function shown(sut: SwitchboardPanel, selector: string): Promise<void> {
  await expect.poll(() => query(sut, selector)).not.toBeNull();
  await settled(sut);
}

function tab(sut: SwitchboardPanel, index: number): HTMLElement {
  return [...sut.renderRoot.querySelectorAll<HTMLElement>('vscode-tab-header')][index]!;
}

async function choose(sut: SwitchboardPanel, section: (typeof SECTIONS)[number]): Promise<void> {
  tab(sut, SECTIONS.indexOf(section)).click();
  await settled(sut);
  await settled(sut);
}

/** Nothing sticks out to the side, in any shadow tree. */
function sticksOut(root: ParentNode, rightPx: number): string[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => {
    const box = element.getBoundingClientRect();
    const visible = box.width > 0 && box.height > 0 && element.checkVisibility() && !element.closest('.sr-only, .tip');
    const own = visible && box.right > rightPx + 0.5 ? [`${element.localName}.${element.className} ${box.right}`] : [];
    // What scrolls or is cut off inside holds its own.
    const { overflowX } = getComputedStyle(element);
    const inside = element.shadowRoot === null ? [] : sticksOut(element.shadowRoot, rightPx);
    return overflowX === 'visible' ? [...own, ...inside] : own;
  });
}

describe('SwitchboardPanel', () => {
  describe.each(EDITOR_THEME_NAMES)('in the theme %s', (theme) => {
    it('has no accessibility violation in a room', async () => {
      for (const scene of [...IN_ROOM, ...MORE]) {
        const { sut } = await open(scene, { theme, widthPx: 220 });
        await expectAccessible(sut);
        sut.remove();
      }
    });

    it.each([220, 400])('has none in any section, at %d px', async (widthPx) => {
      for (const scene of ['moderator', 'lobby', 'talk', 'plugins'] as const) {
        const { sut } = await open(scene, { theme, widthPx });
        for (const section of SECTIONS) {
          await choose(sut, section);
          await expectAccessible(sut);
        }
        sut.remove();
      }
    });

    it('has the colours of the editor', async () => {
      const { sut } = await open('problems', { theme });
      const { variables } = EDITOR_THEMES[theme];
      const contrast = variables.contrastBorder;
      const danger = variables['list-errorForeground'] ?? variables.errorForeground;
      const notices = find(sut, 'voice-notices');
      const failed = [...find(sut, 'voice-chat').shadowRoot!.querySelectorAll('voice-message')].at(-1)!;
      expect({
        scheme: getComputedStyle(sut).colorScheme,
        text: getComputedStyle(find(sut, 'voice-people')).color,
        danger: getComputedStyle(failed.shadowRoot!.querySelector('.failed')!).color,
        notice: getComputedStyle(notices.shadowRoot!.querySelector('[part=notice]')!).borderTopColor,
        field: getComputedStyle(find(sut, 'voice-chat >>> voice-composer >>> form')).borderTopColor,
        font: getComputedStyle(find(sut, 'voice-people')).fontSize,
      }).toEqual({
        scheme: theme.includes('light') ? 'light' : 'dark',
        text: shownAs(variables.foreground),
        danger: shownAs(danger),
        notice: shownAs(contrast ?? 'transparent'),
        field: shownAs(contrast ?? variables['input-border']),
        font: '13px',
      });
    });

    it('has none without a call', async () => {
      for (const become of WITHOUT_A_CALL) {
        const rig = rigOfTheBrowser();
        become(rig);
        const { sut } = await stage({ rig, theme, widthPx: 220 });
        await shown(sut, '.card');
        await expectAccessible(sut);
        sut.remove();
      }
    });
  });

  it.each(['en', 'de'] as const)('fits into 220 px, in %s', async (language) => {
    for (const scene of [...IN_ROOM, ...MORE]) {
      const { sut, rig, client } = await open(scene, { widthPx: 220 });
      speak(sut, language);
      const { right } = sut.getBoundingClientRect();
      // Out of sight, messages are unread: their number stands in a tab.
      rig.link.focus(false);
      const late = sent({ by: people.grace, id: '9999', text: 'late' });
      client.show({ chat: { ...client.state.chat, entries: [...client.state.chat.entries, late] } });
      for (const section of SECTIONS) {
        await choose(sut, section);
        expect([scene, section, sticksOut(sut.renderRoot, right)]).toEqual([scene, section, []]);
      }
      sut.remove();
    }
  });

  describe('without a call', () => {
    it.each([
      ['lets one choose a server', () => undefined, 'Connect…', 'choose'],
      ['offers the same server again', WITHOUT_A_CALL[2]!, 'Connect Again', 'again'],
      ['offers to sign in again', WITHOUT_A_CALL[5]!, 'Sign In Again', 'signIn'],
      ['offers another server to who is banned', WITHOUT_A_CALL[4]!, 'Choose a Server…', 'choose'],
      ['can stop connecting', WITHOUT_A_CALL[1]!, 'Cancel', 'hangUp'],
    ] as const)('%s', async (_, become, label, act) => {
      const rig = rigOfTheBrowser();
      become(rig);
      const { sut } = await stage({ rig });
      await shown(sut, '.card');
      const button = deepButtons(sut.renderRoot).find((one) => words(one) === label);
      button?.click();
      await expect.poll(() => rig.acts).toEqual([[act, rig.calls.state.status]]);
    });

    it('says why, in German too', async () => {
      const rig = rigOfTheBrowser();
      rig.calls.end({ code: 'client.unreachable', message: '' });
      const { sut } = await stage({ rig });
      await shown(sut, '.card');
      expect(words(find(sut, '.card'))).toBe(
        'Not connected to Workshop The server cannot be reached. Check the address and your network. Connect Again',
      );
      speak(sut, 'de-AT');
      await settled(sut);
      expect(words(find(sut, '.card'))).toContain('Nicht mit Workshop verbunden');
    });

    it('gives way to the room', async () => {
      const { sut, rig } = await stage();
      await shown(sut, '.card');
      rig.calls.open(new FixtureClient(roomState));
      await shown(sut, 'voice-chat');
      rig.calls.become({ status: 'none' });
      await shown(sut, '.card');
      expect(query(sut, 'voice-chat')).toBeNull();
    });
  });

  describe('sections', () => {
    it('are tabs, to be reached by keys', async () => {
      const { sut } = await open();
      const tabs = [0, 1, 2, 3].map((index) => tab(sut, index));
      expect(tabs.map((one) => [one.role, one.tabIndex, one.ariaSelected])).toEqual([
        ['tab', 0, 'true'],
        ['tab', -1, 'false'],
        ['tab', -1, 'false'],
        ['tab', -1, 'false'],
      ]);
      expect(tabs.map((one) => words(one))).toEqual(['Chat', 'People3', 'Plugins', 'Settings']);
      tabs[0]!.focus();
      key(tabs[0]!, 'ArrowRight');
      key(tabs[1]!, 'Enter');
      await settled(sut);
      expect(tabs.map((one) => one.ariaSelected)).toEqual(['false', 'true', 'false', 'false']);
      expect(find(sut, 'voice-people').checkVisibility()).toBe(true);
      expect(find(sut, 'voice-chat').checkVisibility()).toBe(false);
    });

    it('show the one that the editor asks for, and come back as they were left', async () => {
      const { sut, rig, memory, client } = await open();
      rig.link.show('people');
      await expect.poll(() => find(sut, 'voice-people').checkVisibility()).toBe(true);
      sut.remove();
      const again = await stage({ rig, memory });
      await shown(again.sut, 'vscode-tabs');
      expect(find(again.sut, 'voice-people').checkVisibility()).toBe(true);
      expect(client.calls).toEqual([]);
    });

    it('listen to the microphone in the settings alone', async () => {
      const { sut, client } = await open();
      await choose(sut, 'Settings');
      await expect.poll(() => client.of('refreshDevices')).toHaveLength(1);
      await expect.poll(() => client.listeners).toBe(3);
      const level = () =>
        Number(find(sut, 'voice-settings >>> voice-level >>> .fill').style.getPropertyValue('--_level'));
      expect(level()).toBe(0);
      client.hear(-20);
      await expect.poll(level).toBeGreaterThan(0.5);
      await choose(sut, 'Chat');
      await expect.poll(() => client.listeners).toBe(2);
    });
  });

  describe('the plugins', () => {
    const shownPlugins = (sut: SwitchboardPanel) =>
      [...(query(sut, 'voice-plugins')?.shadowRoot?.querySelectorAll('voice-plugin') ?? [])].map(
        ({ plugin }) => plugin?.manifest.name,
      );

    it('are shown when the editor asks for them, or a notice does', async () => {
      const { sut, rig } = await open('plugins');
      rig.link.show('plugins');
      await expect.poll(() => shownPlugins(sut)).toHaveLength(4);
      await choose(sut, 'Chat');
      expect(query(sut, 'voice-plugins')).toBeNull();
      deepButtons(find(sut, 'voice-notices').shadowRoot!)
        .find((one) => words(one) === 'Plugins')
        ?.click();
      await expect.poll(() => shownPlugins(sut)).toHaveLength(4);
    });

    it('are installed from a file, across the line', async () => {
      const { sut, client } = await open('room');
      await choose(sut, 'Plugins');
      const input = find(sut, 'voice-plugins >>> input[type=file]', HTMLInputElement);
      const files = new DataTransfer();
      files.items.add(new File([new Uint8Array([80, 75, 0, 255])], 'dice-1.0.0.zip'));
      input.files = files.files;
      input.dispatchEvent(new Event('change'));
      const dialog = () => find(sut, 'voice-plugins >>> voice-plugin-consent >>> dialog', HTMLDialogElement);
      await expect.poll(() => dialog().open).toBe(true);
      await settled(sut);
      await expectAccessible(sut);
      find(sut, 'voice-plugins >>> voice-plugin-consent >>> #agree').click();
      await expect.poll(() => dialog().open).toBe(false);
      const bytes = new Uint8Array([80, 75, 0, 255]);
      expect([client.of('inspectPlugin'), client.of('installPlugin')]).toEqual([
        [[bytes]],
        [[bytes, ['hook:on_audio_frame_captured', 'permission:log'], 'file']],
      ]);
    });

    it('bring commands into the chat', async () => {
      const { sut, client } = await open('plugins');
      const field = find(sut, 'voice-chat >>> voice-composer >>> textarea', HTMLTextAreaElement);
      field.focus();
      field.value = '/roll 2d6';
      field.dispatchEvent(new Event('input'));
      await settled(sut);
      key(field, 'Enter');
      await expect.poll(() => client.of('invokeCommand')).toEqual([['roll', '2d6']]);
    });
  });

  describe('the chat', () => {
    it('keeps what is being written while the view is out of sight', async () => {
      const { sut, rig, memory } = await open();
      const field = find(sut, 'voice-chat >>> voice-composer >>> textarea', HTMLTextAreaElement);
      field.value = 'Half a thou';
      field.dispatchEvent(new Event('input'));
      sut.remove();
      const again = await stage({ rig, memory });
      await shown(again.sut, 'voice-chat >>> voice-composer >>> textarea');
      const kept = find(again.sut, 'voice-chat >>> voice-composer >>> textarea', HTMLTextAreaElement);
      expect(kept.value).toBe('Half a thou');
      key(kept, 'Enter');
      await expect.poll(() => memory.value).toEqual({ section: 'chat', draft: null });
    });

    it('does not bring what was written for one room into another', async () => {
      const memory = { value: { section: 'chat', draft: { channelId: 'quiet', text: 'for Quiet' } } };
      const { sut } = await open('room', { memory });
      expect(find(sut, 'voice-chat >>> voice-composer >>> textarea', HTMLTextAreaElement).value).toBe('');
    });

    it('sends, and shows why that failed', async () => {
      const { sut, client } = await open();
      client.script('sendMessage', () => {
        throw new SwitchboardError('access.denied');
      });
      const field = find(sut, 'voice-chat >>> voice-composer >>> textarea', HTMLTextAreaElement);
      field.value = 'Hello';
      field.dispatchEvent(new Event('input'));
      await settled(sut);
      key(field, 'Enter');
      await expect.poll(() => client.of('sendMessage')).toEqual([['Hello', undefined]]);
      await expect.poll(() => words(find(sut, 'voice-notices >>> .words'))).toBe('You may not do this here.');
    });

    it('has read what comes while the editor’s window is looked at, and counts the rest', async () => {
      const { sut, rig, client } = await open();
      const say = (id: string) =>
        client.show({
          chat: {
            ...client.state.chat,
            entries: [...client.state.chat.entries, sent({ by: people.grace, id, text: id })],
          },
        });
      say('0006');
      await expect.poll(() => rig.link.unread).toBe(0);
      await expect.poll(() => words(tab(sut, 0))).toBe('Chat');
      rig.link.focus(false);
      await expect.poll(() => find(sut, 'voice-chat')).toHaveProperty('watched', false);
      say('0007');
      await expect.poll(() => words(tab(sut, 0))).toBe('Chat1, 1 unread');
      expect(rig.link.unread).toBe(1);
      rig.link.focus(true);
      await expect.poll(() => rig.link.unread).toBe(0);
      await expect.poll(() => words(tab(sut, 0))).toBe('Chat');
    });

    it('marks what has come since it was shown last', async () => {
      const { sut, rig, memory, client } = await open();
      await expect.poll(() => query(sut, 'voice-chat >>> [role=log]')).not.toBeNull();
      sut.remove();
      const fresh = sent({ by: people.grace, id: '0009', text: 'fresh' });
      client.show({ chat: { ...client.state.chat, entries: [...client.state.chat.entries, fresh] } });
      expect(rig.link.unread).toBe(1);
      const again = await stage({ rig, memory });
      await expect.poll(() => query(again.sut, 'voice-chat >>> .unread')).not.toBeNull();
      await expect.poll(() => rig.link.unread).toBe(0);
    });

    it('leaves links to the editor', async () => {
      const { sut, rig } = await open();
      await expect.poll(() => link(sut)).not.toBeUndefined();
      const seen: Event[] = [];
      const note = (event: Event): void => void seen.push(event);
      document.addEventListener('click', note);
      onTestFinished(() => document.removeEventListener('click', note));
      link(sut)?.click();
      await expect.poll(() => rig.links).toEqual(['https://example.org/notes']);
      expect(seen).toEqual([]);
    });

    it('leaves code to the editor', async () => {
      const { sut, rig } = await open('code');
      const messages = [...find(sut, 'voice-chat').shadowRoot!.querySelectorAll('voice-message')];
      const code = messages.map((one) => one.shadowRoot!.querySelector('voice-code')).find((one) => one !== null);
      code?.shadowRoot?.querySelector('button')?.click();
      await expect.poll(() => rig.codes.map((message) => message.code === null)).toEqual([false]);
    });

    it('can be selected', async () => {
      const { sut } = await open();
      const message = find(sut, 'voice-chat >>> voice-message >>> [part=text]');
      expect(getComputedStyle(message).userSelect).not.toBe('none');
    });
  });

  describe('the rooms', () => {
    const rooms = (sut: SwitchboardPanel) => [
      ...find(sut, 'voice-channel-tree').shadowRoot!.querySelectorAll<HTMLElement>('[part=channel]'),
    ];

    it('are there to choose from, and asks for a password where one has to', async () => {
      const { sut, client } = await open('lobby');
      client.script('join', (id, password) => {
        if (id === 'room-2' && password !== 'right') throw new SwitchboardError('channel.password_wrong');
      });
      rooms(sut)
        .find((one) => one.id === 'c:quiet')
        ?.click();
      await expect.poll(() => client.of('join')).toEqual([['quiet', undefined]]);
      rooms(sut)
        .find((one) => one.id === 'c:room-2')
        ?.click();
      await settled(sut);
      const dialog = find(sut, 'voice-password >>> dialog', HTMLDialogElement);
      expect(dialog.open).toBe(true);
      await give(sut, 'wrong');
      await expect.poll(() => query(sut, 'voice-password >>> #wrong')).not.toBeNull();
      await give(sut, 'right');
      await expect.poll(() => dialog.open).toBe(false);
      expect(client.of('join').slice(1)).toEqual([
        ['room-2', 'wrong'],
        ['room-2', 'right'],
      ]);
    });

    it('become the chat once one is in a room', async () => {
      const { sut, client } = await open('lobby');
      expect(words(tab(sut, 0))).toBe('Rooms');
      client.show({ channelId: 'lobby', chat: roomState.chat });
      await shown(sut, 'voice-chat');
      expect([words(tab(sut, 0)), query(sut, 'voice-channel-tree')]).toEqual(['Chat', null]);
    });
  });

  it('holds the talk button across the line, and lets it go with the page', async () => {
    const { sut, client } = await open('talk');
    find(sut, 'voice-controls >>> [part=talk]').dispatchEvent(new PointerEvent('pointerdown'));
    await expect.poll(() => client.of('setTalking')).toEqual([[true]]);
    sut.remove();
    await expect.poll(() => client.of('setTalking')).toEqual([[true], [false]]);
  });

  it('leaves settings and keys to the editor', async () => {
    const { sut } = await open('talk');
    expect(query(sut, 'voice-controls >>> [part=settings]')).toBeNull();
    expect(find(sut, 'voice-controls >>> [part=mute]').hasAttribute('aria-keyshortcuts')).toBe(false);
    await choose(sut, 'Settings');
    expect(query(sut, 'voice-settings >>> dialog')).toBeNull();
    expect(query(sut, 'voice-settings >>> kbd')).toBeNull();
  });
});

/** A colour as computed styles name it. */
function shownAs(colour: string | undefined): string {
  const probe = document.createElement('i');
  probe.style.color = colour ?? '';
  document.body.append(probe);
  const shown = getComputedStyle(probe).color;
  probe.remove();
  return shown;
}

function speak(sut: SwitchboardPanel, language: string): void {
  sut.lang = language;
  // What is there looks for its language again.
  registerLocale(englishParts);
}

function deepButtons(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
    ...(element.matches('button, vscode-button') ? [element] : []),
    ...(element.shadowRoot === null ? [] : deepButtons(element.shadowRoot)),
  ]);
}

function link(sut: SwitchboardPanel): HTMLAnchorElement | undefined {
  const messages = [...find(sut, 'voice-chat').shadowRoot!.querySelectorAll('voice-message')];
  return messages.flatMap((message) => [...message.shadowRoot!.querySelectorAll('a')])[0];
}

async function give(sut: SwitchboardPanel, password: string): Promise<void> {
  find(sut, 'voice-password >>> input', HTMLInputElement).value = password;
  find(sut, 'voice-password >>> form', HTMLFormElement).requestSubmit();
  await settled(sut);
}
