import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, query, settled, words } from '../testing/stage.ts';
import { VoiceChannelTree } from './voice-channel-tree.ts';

async function tree(client = new FixtureClient(roomState)): Promise<VoiceChannelTree> {
  return mount(Object.assign(new VoiceChannelTree(), { client }));
}

const row = (sut: VoiceChannelTree, id: string) => find(sut, `#${CSS.escape(id)}`);
const focused = (sut: VoiceChannelTree) => sut.shadowRoot?.activeElement?.id;

describe('VoiceChannelTree', () => {
  describe('accessibility', () => {
    it.each(['room', 'crowded', 'empty', 'loading'] as const)('has no violation in the scene %s', async (name) => {
      await expectAccessible(await tree(new FixtureClient(SCENES[name])));
    });

    it('names a row with all that its signs say', async () => {
      const sut = await tree();
      expect(words(row(sut, 'c:lobby'))).toBe('Lobby, you are here 3, 3 people');
      expect(words(row(sut, 'c:room-2'))).toBe('Room 2, needs a password');
      expect(words(row(sut, 'm:linus'))).toMatch(/linus , muted|linus, muted/);
      expect(row(sut, 'c:room-1').ariaLevel).toBe('2');
    });

    it('has one stop for Tab: the room one is in', async () => {
      const sut = await tree();
      const stops = [...sut.renderRoot.querySelectorAll('[role=treeitem][tabindex="0"]')].map(({ id }) => id);
      expect(stops).toEqual(['c:lobby']);
    });
  });

  describe('keyboard', () => {
    it('moves with arrows, Home, End and letters', async () => {
      const sut = await tree();
      row(sut, 'c:lobby').focus();
      const after = (name: string) => {
        key(row(sut, focused(sut) ?? ''), name);
        return focused(sut);
      };
      expect(['ArrowDown', 'End', 'Home', 'p', 'ArrowRight', 'ArrowLeft'].map(after)).toEqual([
        'm:self',
        'c:quiet',
        'c:lobby',
        'c:pair',
        'c:room-1',
        'c:room-1',
      ]);
    });

    it('folds and unfolds', async () => {
      const sut = await tree();
      row(sut, 'c:pair').focus();
      key(row(sut, 'c:pair'), 'ArrowLeft');
      await settled(sut);
      expect(query(sut, `#${CSS.escape('c:room-1')}`)).toBeNull();
      expect(row(sut, 'c:pair').ariaExpanded).toBe('false');
      key(row(sut, 'c:pair'), 'ArrowRight');
      await settled(sut);
      expect(row(sut, 'c:room-1')).toBeTruthy();
    });

    it('joins with Enter, by the host', async () => {
      const sut = await tree();
      const asked: string[] = [];
      sut.addEventListener('voice-channel-activate', (event) => asked.push(event.channelId));
      row(sut, 'c:quiet').focus();
      key(row(sut, 'c:quiet'), 'Enter');
      key(row(sut, 'c:lobby'), 'Enter');
      expect(asked).toEqual(['quiet']);
    });

    it('opens the volume of a person, but not one’s own', async () => {
      const sut = await tree();
      const panel = find(sut, 'voice-volume >>> [popover]');
      key(row(sut, 'm:self'), 'Enter');
      await settled(sut);
      expect(panel.matches(':popover-open')).toBe(false);
      key(row(sut, 'm:grace'), 'Enter');
      await expect.poll(() => panel.matches(':popover-open')).toBe(true);
      await expectAccessible(sut);
    });
  });

  it.each<[string, (target: HTMLElement) => void]>([
    ['a right click', (target) => target.dispatchEvent(new MouseEvent('contextmenu', { cancelable: true }))],
    ['Shift+F10', (target) => key(target, 'F10', { shiftKey: true })],
    ['the menu key', (target) => key(target, 'ContextMenu')],
  ])('opens what can be done about a person by %s, but not of a room', async (_, act) => {
    const sut = await tree();
    const panel = find(sut, 'voice-volume >>> [popover]');
    act(row(sut, 'c:quiet'));
    act(row(sut, 'm:self'));
    await settled(sut);
    expect(panel.matches(':popover-open')).toBe(false);
    act(row(sut, 'm:grace'));
    await expect.poll(() => panel.matches(':popover-open')).toBe(true);
    panel.hidePopover();
    expect(focused(sut)).toBe('m:grace');
  });

  describe('rooms that one cannot go into', () => {
    it.each([
      ['c:quiet', 'not open to you', 'access.denied'],
      ['c:room-1', 'full', 'channel.full'],
    ])('%s is shown as %s, and says so when it is chosen', async (id, why, code) => {
      const sut = await tree(new FixtureClient(SCENES.restricted));
      const told: string[] = [];
      sut.addEventListener('voice-error', ({ problem }) => told.push(problem.code));
      sut.addEventListener('voice-channel-activate', ({ channelId }) => told.push(channelId));
      expect(row(sut, id).ariaDisabled).toBe('true');
      expect(words(row(sut, id))).toContain(`, ${why}`);
      row(sut, id).click();
      key(row(sut, id), 'Enter');
      expect(told).toEqual([code, code]);
      await expectAccessible(sut);
    });

    it('open for who may manage them, when full, and as soon as it is permitted', async () => {
      const client = new FixtureClient(SCENES.restricted);
      const sut = await tree(client);
      client.show({ permissions: [...roomState.permissions, 'channel.manage'], channelPermissions: {} });
      await settled(sut);
      expect([row(sut, 'c:quiet').ariaDisabled, row(sut, 'c:room-1').ariaDisabled]).toEqual([null, null]);
    });
  });

  describe('a new room', () => {
    const permissions = [...roomState.permissions, 'channel.temporary'];

    async function dialogIn(client: FixtureClient) {
      const sut = await tree(client);
      find(sut, '[part=new-room]').click();
      await expect.poll(() => query(sut, 'voice-new-room >>> dialog[open]')).not.toBeNull();
      const dialog = find(sut, 'voice-new-room >>> dialog', HTMLDialogElement);
      const field = (id: string) => dialog.querySelector<HTMLInputElement | HTMLSelectElement>(`#${id}`)!;
      return { sut, dialog, field, submit: () => dialog.querySelector('form')!.requestSubmit() };
    }

    it('is offered to whom it is permitted', async () => {
      expect(query(await tree(), '[part=new-room]')).toBeNull();
      const below = { ...roomState, channelPermissions: { pair: ['channel.temporary'] } };
      const { sut, field } = await dialogIn(new FixtureClient(below));
      expect([...(field('parent') as HTMLSelectElement).options].map(({ value }) => value)).toEqual(['pair']);
      await expectAccessible(sut);
    });

    it('is made, and gone into', async () => {
      const client = new FixtureClient({ ...roomState, permissions });
      const { dialog, field, submit } = await dialogIn(client);
      field('name').value = ' Break ';
      field('parent').value = 'pair';
      field('password').value = 'tea';
      submit();
      await expect.poll(() => dialog.open).toBe(false);
      expect(client.of('createTemporaryChannel')).toEqual([[{ name: 'Break', parentId: 'pair', password: 'tea' }]]);
      expect(client.of('join')).toEqual([['made', 'tea']]);
    });

    it('says why it was not made', async () => {
      const client = new FixtureClient({ ...roomState, permissions });
      client.script('createTemporaryChannel', () => {
        throw new SwitchboardError('access.denied');
      });
      const { dialog, field, submit } = await dialogIn(client);
      field('name').value = 'Break';
      submit();
      await expect.poll(() => words(dialog.querySelector('[role=alert]')!)).toContain('may not do this');
      expect(dialog.open).toBe(true);
      expect(client.of('createTemporaryChannel')).toEqual([[{ name: 'Break', parentId: null }]]);
    });
  });

  it('shows who speaks and who is being joined', async () => {
    const client = new FixtureClient(roomState);
    const sut = await tree(client);
    const speaking = () => row(sut, 'm:grace').querySelector('voice-avatar')?.speaking;
    expect(speaking()).toBe(true);
    client.show({ speaking: [], joining: 'quiet' });
    await settled(sut);
    expect(speaking()).toBe(false);
    expect(row(sut, 'c:quiet').querySelector('.spinner')).not.toBeNull();
  });

  it('marks who whispers to one, beside the name', async () => {
    const client = new FixtureClient(SCENES.whispers);
    const sut = await tree(client);
    const marked = () =>
      ['m:grace', 'm:linus', 'm:margaret'].map((id) => words(row(sut, id)).includes('whispers to you'));
    expect(marked()).toEqual([true, false, true]);
    await expectAccessible(sut);
    client.show({ whisperedBy: [] });
    await settled(sut);
    expect(marked()).toEqual([false, false, false]);
  });

  it('follows another client, and lets go of the one before', async () => {
    const [first, second] = [new FixtureClient(roomState), new FixtureClient(SCENES.empty)];
    const sut = await tree(first);
    sut.client = second;
    await settled(sut);
    expect(words(sut.shadowRoot!.querySelector('.empty')!)).toContain('no rooms');
    expect([first.listeners, second.listeners]).toEqual([0, 1]);
    sut.remove();
    expect(second.listeners).toBe(0);
  });
});
