import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { people, roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, query, settled, words } from '../testing/stage.ts';
import { VoiceVolume } from './voice-volume.ts';

const MODERATION = 'voice-moderation >>> [role=group]';

async function menu(client: FixtureClient, member = people.grace) {
  const opener = document.createElement('button');
  opener.textContent = 'Options';
  const around = document.createElement('div');
  around.append(opener);
  document.body.append(around);
  const sut = await mount(Object.assign(new VoiceVolume(), { client }), around);
  opener.focus();
  await sut.openFor(member, opener);
  await settled(sut);
  const dialog = () => find(sut, 'voice-removal >>> dialog', HTMLDialogElement);
  const ask = async (part: 'kick' | 'ban') => {
    find(sut, `voice-moderation >>> [part=${part}]`).click();
    await expect.poll(() => query(sut, 'voice-removal >>> dialog[open]')).not.toBeNull();
    await settled(sut);
  };
  const submit = () => dialog().querySelector('form')!.requestSubmit();
  return { sut, opener, dialog, ask, submit };
}

describe('VoiceVolume', () => {
  it('leads the focus back when it is closed', async () => {
    const { sut, opener } = await menu(new FixtureClient(roomState));
    expect(document.activeElement).toBe(sut);
    find(sut, '[popover]').hidePopover();
    expect(document.activeElement).toBe(opener);
  });

  it('offers volume and whisper alone to whom nothing else is permitted', async () => {
    const { sut } = await menu(new FixtureClient(roomState));
    expect(query(sut, 'voice-moderation')).toBeNull();
    expect(query(sut, 'voice-whisper >>> [part=whisper]')).not.toBeNull();
    await expectAccessible(sut);
  });

  it.each(['light', 'dark'])('has no violation with all that moderators may do, in %s', async (scheme) => {
    const { sut, ask } = await menu(new FixtureClient(SCENES.moderator), people.linus);
    sut.style.colorScheme = scheme;
    await expectAccessible(sut);
    await ask('ban');
    await expectAccessible(sut);
  });

  it.each([
    [['member.mute'], ['mute', 'deafen']],
    [['member.kick'], ['kick']],
    [['member.ban'], ['ban']],
    [['member.move'], ['move']],
  ])('with %j it offers %j', async (permissions, parts) => {
    const { sut } = await menu(new FixtureClient({ ...roomState, permissions }));
    const offered = [...find(sut, MODERATION).querySelectorAll('[part]')].map((element) =>
      element.getAttribute('part'),
    );
    expect(offered).toEqual(parts);
  });

  it.each<[string, FixtureClient]>([
    ['a moderator', new FixtureClient(SCENES.moderator)],
    ['others', new FixtureClient(roomState)],
  ])('has no empty line below the whisper button of %s, and does not move while one whispers', async (_who, client) => {
    const { sut } = await menu(client);
    const panel = find(sut, '[popover]');
    const button = find(sut, 'voice-whisper >>> [part=whisper]').getBoundingClientRect();
    const next = query(sut, 'voice-moderation')?.getBoundingClientRect().top ?? panel.getBoundingClientRect().bottom;
    expect(next - button.bottom).toBeLessThanOrEqual(24);
    const height = panel.scrollHeight;
    client.show({ whisperingTo: { memberIds: ['grace'], channelIds: [] } });
    await settled(sut);
    expect(find(sut, 'voice-whisper >>> [role=status]').innerText).toBe('Only Grace Hopper hears you');
    expect(panel.scrollHeight).toBe(height);
    expect(find(sut, 'voice-whisper >>> [part=whisper]').getBoundingClientRect()).toEqual(button);
  });

  it('goes by what is permitted in the room of the member', async () => {
    const channelPermissions = { 'room-1': ['member.mute'] };
    const client = new FixtureClient({ ...roomState, channelPermissions });
    expect(query((await menu(client)).sut, 'voice-moderation')).toBeNull();
    expect(query((await menu(client, people.margaret)).sut, MODERATION)).not.toBeNull();
  });

  it('mutes and deafens for everyone, and takes it back', async () => {
    const client = new FixtureClient(SCENES.moderator);
    const { sut } = await menu(client, people.linus);
    const press = (part: string) => find(sut, `voice-moderation >>> [part=${part}]`);
    expect([press('mute').ariaPressed, press('deafen').ariaPressed]).toEqual(['true', 'true']);
    press('mute').click();
    client.show({
      members: client.state.members.map((one) => ({ ...one, serverMuted: false, serverDeafened: false })),
    });
    await settled(sut);
    expect(press('mute').ariaPressed).toBe('false');
    press('deafen').click();
    expect([client.of('muteMember'), client.of('deafenMember')]).toEqual([[['linus', false]], [['linus', true]]]);
  });

  it('moves to a room where one may move people, and to no other', async () => {
    const client = new FixtureClient({
      ...roomState,
      permissions: ['member.move'],
      channelPermissions: { quiet: ['see', 'join'] },
    });
    const { sut } = await menu(client);
    const rooms = find(sut, 'voice-moderation >>> [part=move]', HTMLSelectElement);
    expect([...rooms.options].slice(1).map(({ value }) => value)).toEqual(['pair', 'room-1', 'room-2']);
    rooms.value = 'room-1';
    rooms.dispatchEvent(new Event('change'));
    expect(client.of('moveMember')).toEqual([['grace', 'room-1']]);
    expect(rooms.value).toBe('');
  });

  it('says why the server refused', async () => {
    const client = new FixtureClient(SCENES.moderator);
    client.script('muteMember', () => {
      throw new SwitchboardError('access.rank');
    });
    const { sut } = await menu(client);
    find(sut, 'voice-moderation >>> [part=mute]').click();
    await expect.poll(() => words(find(sut, 'voice-moderation >>> [role=status]'))).toContain('higher rank');
  });

  it('kicks only once it is confirmed, with the reason, and leads the focus back', async () => {
    const client = new FixtureClient(SCENES.moderator);
    const { sut, opener, dialog, ask, submit } = await menu(client);
    await ask('kick');
    expect(words(dialog().querySelector('h2')!)).toBe('Kick Grace Hopper?');
    expect(query(sut, '[popover]')?.matches(':popover-open')).toBe(false);
    expect(dialog().querySelector('#duration')).toBeNull();
    expect(client.of('kickMember')).toEqual([]);
    dialog().querySelector<HTMLInputElement>('#reason')!.value = ' Too loud ';
    submit();
    await expect.poll(() => dialog().open).toBe(false);
    expect(client.of('kickMember')).toEqual([['grace', 'Too loud']]);
    expect(document.activeElement).toBe(opener);
  });

  it.each([
    [String(7 * 86_400_000), { reason: 'Spam', durationMs: 7 * 86_400_000, address: true }],
    ['', { reason: 'Spam', address: true }],
  ])('bans for %j ms', async (duration, terms) => {
    const client = new FixtureClient(SCENES.moderator);
    const { dialog, ask, submit } = await menu(client);
    await ask('ban');
    dialog().querySelector<HTMLInputElement>('#reason')!.value = 'Spam';
    dialog().querySelector<HTMLSelectElement>('#duration')!.value = duration;
    dialog().querySelector<HTMLInputElement>('[name=address]')!.checked = true;
    submit();
    await expect.poll(() => client.of('banMember')).toEqual([['grace', terms]]);
  });

  it('keeps the dialog open with the reason when it is refused, and forgets it for the next', async () => {
    const client = new FixtureClient(SCENES.moderator);
    client.script('kickMember', () => {
      throw new SwitchboardError('member.not_found');
    });
    const { sut, opener, dialog, ask, submit } = await menu(client);
    await ask('kick');
    dialog().querySelector<HTMLInputElement>('#reason')!.value = 'Why';
    submit();
    await expect.poll(() => words(dialog().querySelector('[role=alert]')!)).toContain('not here any more');
    expect(dialog().open).toBe(true);
    dialog().close();
    await sut.openFor(people.linus, opener);
    await settled(sut);
    await ask('kick');
    expect(words(dialog().querySelector('[role=alert]')!)).toBe('');
    expect(dialog().querySelector<HTMLInputElement>('#reason')!.value).toBe('');
  });
});
