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
