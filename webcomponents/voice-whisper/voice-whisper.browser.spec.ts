import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { people, roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, query, settled, words } from '../testing/stage.ts';
import { VoiceWhisper } from './voice-whisper.ts';

const TO_GRACE = { memberIds: ['grace'], channelIds: [] };

async function whisper(client: FixtureClient, member = people.grace) {
  const sut = await mount(Object.assign(new VoiceWhisper(), { client, member }));
  const button = () => find(sut, '[part=whisper]', HTMLButtonElement);
  const said = () => words(find(sut, '[role=status]'));
  const calls = () =>
    client.calls.splice(0).map(({ method, arguments: [audience] }) => (audience === undefined ? method : audience));
  return { sut, button, said, calls };
}

describe('VoiceWhisper', () => {
  describe('accessibility', () => {
    it.each(['light', 'dark'])('has no violation in %s, pressed or not', async (scheme) => {
      const client = new FixtureClient(roomState);
      const { sut } = await whisper(client);
      sut.style.colorScheme = scheme;
      sut.style.backgroundColor = scheme === 'dark' ? '#22252c' : '#ffffff';
      await expectAccessible(sut);
      client.show({ whisperingTo: TO_GRACE });
      await settled(sut);
      await expectAccessible(sut);
    });

    it('says in words that it is pressed, and who hears one', async () => {
      const client = new FixtureClient(roomState);
      const { sut, button, said } = await whisper(client);
      expect([button().ariaPressed, said()]).toEqual(['false', '']);
      client.show({ whisperingTo: TO_GRACE });
      await settled(sut);
      expect([button().ariaPressed, said()]).toEqual(['true', 'Only Grace Hopper hears you']);
    });
  });

  it.each<[string, (button: HTMLElement) => void, (button: HTMLElement) => void]>([
    ['pointer', press, (button) => button.dispatchEvent(new PointerEvent('pointerup'))],
    ['pointer, which slides off it', press, (button) => button.dispatchEvent(new PointerEvent('pointerleave'))],
    ['Space', (button) => key(button, ' '), (button) => keyUp(button, ' ')],
    ['Enter', (button) => key(button, 'Enter'), (button) => keyUp(button, 'Enter')],
    ['Space, ended by Escape', (button) => key(button, ' '), (button) => key(button, 'Escape')],
    [
      'Space, when the window goes away',
      (button) => key(button, ' '),
      (button) => button.dispatchEvent(new Event('blur')),
    ],
  ])('whispers while it is held by %s', async (_, down, up) => {
    const { button, calls } = await whisper(new FixtureClient(roomState));
    down(button());
    expect(calls()).toEqual([TO_GRACE]);
    up(button());
    expect(calls()).toEqual(['stopWhisper']);
    up(button());
    expect(calls()).toEqual([]);
  });

  it('takes a key that repeats for one press, and no other button of a mouse', async () => {
    const { button, calls } = await whisper(new FixtureClient(roomState));
    key(button(), ' ');
    key(button(), ' ', { repeat: true });
    expect(calls()).toEqual([TO_GRACE]);
    keyUp(button(), ' ');
    calls();
    button().dispatchEvent(new PointerEvent('pointerdown', { button: 2 }));
    expect(calls()).toEqual([]);
  });

  it('says why when it is refused, until it is pressed again', async () => {
    const client = new FixtureClient(roomState);
    const { sut, button, said } = await whisper(client);
    client.script('startWhisper', () => {
      throw new SwitchboardError('whisper.no_audience');
    });
    press(button());
    await expect.poll(said).toContain('Nobody whom you want to whisper to');
    client.script('startWhisper', () => undefined);
    press(button());
    await settled(sut);
    expect(said()).toBe('');
  });

  it.each<[string, Parameters<FixtureClient['show']>[0]]>([
    ['the member leaves', { members: [people.self] }],
    ['one leaves the room', { channelId: null }],
    ['one may not any more', { permissions: [] }],
  ])('lets go when %s', async (_, change) => {
    const client = new FixtureClient(roomState);
    const { sut, button, calls } = await whisper(client);
    press(button());
    calls();
    client.show(change);
    await settled(sut);
    expect(calls()).toEqual(['stopWhisper']);
  });

  it('stays held while one is muted, and cannot be pressed when it was let go', async () => {
    const client = new FixtureClient(roomState);
    const { sut, button, calls } = await whisper(client);
    press(button());
    client.show({ muted: true });
    await settled(sut);
    expect(calls()).toEqual([TO_GRACE]);
    button().dispatchEvent(new PointerEvent('pointerup'));
    await settled(sut);
    expect(calls()).toEqual(['stopWhisper']);
    expect(button().disabled).toBe(true);
  });

  it('lets go when it is taken away, or shown for another member', async () => {
    const client = new FixtureClient(roomState);
    const { sut, button, calls } = await whisper(client);
    press(button());
    sut.member = people.linus;
    await settled(sut);
    press(button());
    sut.remove();
    expect(calls()).toEqual([TO_GRACE, 'stopWhisper', { memberIds: ['linus'], channelIds: [] }, 'stopWhisper']);
  });

  it.each([
    ['oneself', roomState, people.self],
    ['who is in no room', { ...roomState, members: [people.self, { ...people.grace, channelId: null }] }, people.grace],
    ['anyone while one is in no room', SCENES.lobby, people.grace],
  ])('is not there for %s', async (_, state, member) => {
    const { sut } = await whisper(new FixtureClient(state), member);
    expect(query(sut, '[part=whisper]')).toBeNull();
  });
});

function press(button: HTMLElement): void {
  button.dispatchEvent(new PointerEvent('pointerdown', { button: 0 }));
}

function keyUp(button: HTMLElement, name: string): void {
  button.dispatchEvent(new KeyboardEvent('keyup', { key: name }));
}
