import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, query, settled, words } from '../testing/stage.ts';
import { VoiceControls } from './voice-controls.ts';

async function controls(client: FixtureClient): Promise<VoiceControls> {
  return mount(Object.assign(new VoiceControls(), { client }));
}

describe('VoiceControls', () => {
  it.each(['room', 'muted', 'talk', 'lobby'] as const)(
    'has no accessibility violation in the scene %s',
    async (name) => {
      await expectAccessible(await controls(new FixtureClient(SCENES[name])));
    },
  );

  it('mutes, deafens and leaves', async () => {
    const client = new FixtureClient(roomState);
    const sut = await controls(client);
    for (const part of ['mute', 'deafen', 'leave']) find(sut, `[part=${part}]`).click();
    expect(client.calls.map(({ method, arguments: [value] }) => [method, value])).toEqual([
      ['setMuted', true],
      ['setDeafened', true],
      ['leave', undefined],
    ]);
  });

  it('shows what is pressed', async () => {
    const client = new FixtureClient(roomState);
    const sut = await controls(client);
    const pressed = () => ['mute', 'deafen'].map((part) => find(sut, `[part=${part}]`).ariaPressed);
    expect(pressed()).toEqual(['false', 'false']);
    client.show({ muted: true });
    await settled(sut);
    expect(pressed()).toEqual(['true', 'false']);
    client.show({ muted: false, deafened: true });
    await settled(sut);
    expect(pressed()).toEqual(['true', 'true']);
  });

  it('ends deafness for whoever unmutes', async () => {
    const client = new FixtureClient(SCENES.muted);
    const sut = await controls(client);
    find(sut, '[part=mute]').click();
    expect(client.calls).toEqual([{ method: 'setDeafened', arguments: [false] }]);
  });

  it('talks while the button is held, in push-to-talk mode', async () => {
    const client = new FixtureClient({ ...SCENES.talk, speaking: [] });
    const sut = await controls(client);
    const talk = find(sut, '[part=talk]');
    expect(words(talk)).toBe('Hold ` to talk');
    talk.dispatchEvent(new PointerEvent('pointerdown'));
    talk.dispatchEvent(new PointerEvent('pointerup'));
    key(talk, ' ');
    key(talk, ' ', { repeat: true });
    talk.dispatchEvent(new KeyboardEvent('keyup', { key: ' ' }));
    expect(client.of('setTalking')).toEqual([[true], [false], [true], [false]]);
  });

  it.each<[string, (client: FixtureClient, sut: HTMLElement) => void]>([
    ['muting disables it', (client) => client.show({ muted: true })],
    ['leaving takes it away', (client) => client.show({ channelId: null })],
    ['the controls are removed', (_, sut) => sut.remove()],
  ])('lets the talk button go when %s while it is held', async (_, act) => {
    const client = new FixtureClient({ ...SCENES.talk, speaking: [] });
    const sut = await controls(client);
    find(sut, '[part=talk]').dispatchEvent(new PointerEvent('pointerdown'));
    act(client, sut);
    await settled(sut);
    expect(client.of('setTalking')).toEqual([[true], [false]]);
  });

  it('does not let a talk key go that is held while the pointer passes over the button', async () => {
    const client = new FixtureClient({ ...SCENES.talk, speaking: [] });
    const sut = await controls(client);
    find(sut, '[part=talk]').dispatchEvent(new PointerEvent('pointerleave'));
    expect(client.of('setTalking')).toEqual([]);
  });

  it.each([
    ['a moderator has muted one', { serverMuted: true }, 'A moderator has muted you'],
    ['a moderator has deafened one', { serverMuted: true, serverDeafened: true }, 'A moderator has deafened you'],
    ['one may not speak in the room', { channelPermissions: { lobby: ['see', 'join'] } }, 'You may only listen here'],
  ])('says so when %s', async (_, change, why) => {
    const client = new FixtureClient({ ...SCENES.talk, speaking: [] });
    const sut = await controls(client);
    const said = () => words(find(sut, '[role=status]'));
    expect(said()).toBe('');
    client.show(change);
    await settled(sut);
    expect(said()).toBe(why);
    expect(find(sut, '[part=talk]', HTMLButtonElement).disabled).toBe(true);
    expect(find(sut, '[part=mute]').getAttribute('aria-describedby')).toBe('why');
    await expectAccessible(sut);
    client.show({ channelId: null });
    await settled(sut);
    expect(said()).toBe('');
  });

  it('shows neither settings nor keys in a host that has its own', async () => {
    const client = new FixtureClient({ ...SCENES.talk, speaking: [] });
    const sut = await mount(Object.assign(new VoiceControls(), { client, embedded: true }));
    for (const left of ['[part=settings]', 'kbd', '[aria-keyshortcuts]']) expect(query(sut, left)).toBeNull();
    expect(words(find(sut, '[part=talk]'))).toBe('Hold to talk');
    await expectAccessible(sut);
  });

  it('asks for the settings, and offers to leave only in a room', async () => {
    const client = new FixtureClient(SCENES.lobby);
    const sut = await controls(client);
    const asked = once(sut, 'voice-settings-open');
    find(sut, '[part=settings]').click();
    await asked;
    expect(query(sut, '[part=leave]')).toBeNull();
  });
});
