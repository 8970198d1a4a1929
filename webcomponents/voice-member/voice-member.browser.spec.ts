import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { member, people, roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, query, settled, words } from '../testing/stage.ts';
import { VoiceMember } from './voice-member.ts';

async function row(given = people.grace, client = new FixtureClient(roomState)) {
  const sut = await mount(Object.assign(new VoiceMember(), { client, member: given }));
  const opened = () => query(sut, 'voice-volume >>> [popover]:popover-open') !== null;
  return { sut, opened };
}

const rightClick = () => new MouseEvent('contextmenu', { bubbles: true, composed: true, cancelable: true });

describe('VoiceMember', () => {
  it.each<[string, (sut: VoiceMember) => void]>([
    ['its button', (sut) => find(sut, '[part=menu-button]').click()],
    ['a right click', (sut) => find(sut, '[part=name]').dispatchEvent(rightClick())],
    ['Shift+F10', (sut) => key(find(sut, '[part=menu-button]'), 'F10', { shiftKey: true })],
    ['the menu key', (sut) => key(find(sut, '[part=menu-button]'), 'ContextMenu')],
  ])('opens what can be done about a person by %s', async (_, act) => {
    const { sut, opened } = await row();
    expect(opened()).toBe(false);
    act(sut);
    await expect.poll(opened).toBe(true);
  });

  it('is not surprised by the key and the click that the browser makes of it', async () => {
    const { sut, opened } = await row();
    key(find(sut, '[part=menu-button]'), 'ContextMenu');
    find(sut, '[part=menu-button]').dispatchEvent(rightClick());
    await expect.poll(opened).toBe(true);
  });

  it('leaves the browser its own menu for oneself, and for fields inside of the menu', async () => {
    const own = await row(people.self);
    const event = rightClick();
    find(own.sut, '[part=name]').dispatchEvent(event);
    expect([event.defaultPrevented, own.opened()]).toEqual([false, false]);
    const { sut, opened } = await row();
    find(sut, '[part=menu-button]').click();
    await expect.poll(opened).toBe(true);
    const inside = rightClick();
    find(sut, 'voice-volume >>> input').dispatchEvent(inside);
    expect(inside.defaultPrevented).toBe(false);
  });

  it('shows a role in the colour that was given, with words that keep their contrast', async () => {
    const client = new FixtureClient(SCENES.moderator);
    for (const colour of ['#ffee00', '#000', '#ffffff']) {
      const { sut } = await row(member({ id: 'grace', role: { name: 'Editor', colour } }), client);
      expect(words(find(sut, '[part=role]'))).toBe('Editor');
      expect(find(sut, '.dot').style.background).not.toBe('');
      await expectAccessible(sut);
    }
  });

  it.each(['red; background: url(https://evil.example)', 'javascript:1', ''])(
    'takes %j for no colour',
    async (colour) => {
      const { sut } = await row(member({ id: 'grace', role: { name: 'Editor', colour } }));
      expect(words(find(sut, '[part=role]'))).toBe('Editor');
      expect(query(sut, '.dot')).toBeNull();
    },
  );

  it('tells a moderator’s muting from one’s own', async () => {
    const { sut } = await row(member({ id: 'grace', muted: true }));
    const badges = () => [...sut.renderRoot.querySelectorAll('.badge')].map(words);
    expect(badges()).toEqual([', muted']);
    sut.member = member({ id: 'grace', muted: true, serverMuted: true });
    await settled(sut);
    expect(badges()).toEqual([', muted by a moderator']);
    sut.member = member({ id: 'grace', serverMuted: true, serverDeafened: true });
    await settled(sut);
    expect(badges()).toEqual([', deafened by a moderator', ', muted by a moderator']);
    await expectAccessible(sut);
  });
});
