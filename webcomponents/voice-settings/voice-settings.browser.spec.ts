import { SwitchboardError } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, once, query, settled, words } from '../testing/stage.ts';
import { VoiceSettings } from './voice-settings.ts';

async function settings(client = new FixtureClient(roomState)): Promise<VoiceSettings> {
  const sut = await mount(Object.assign(new VoiceSettings(), { client }));
  await sut.show();
  await settled(sut);
  return sut;
}

function choose(element: HTMLInputElement | HTMLSelectElement, value: string): void {
  element.value = value;
  element.dispatchEvent(new Event('change', { bubbles: true }));
  element.dispatchEvent(new Event('input', { bubbles: true }));
}

describe('VoiceSettings', () => {
  describe('accessibility', () => {
    it.each(['room', 'talk', 'problems', 'lobby', 'crowded'] as const)(
      'has no violation in the scene %s',
      async (name) => {
        await expectAccessible(await settings(new FixtureClient(SCENES[name])));
      },
    );
  });

  it('looks for devices anew and offers them', async () => {
    const client = new FixtureClient(roomState);
    const sut = await settings(client);
    expect(client.of('refreshDevices')).toHaveLength(1);
    const options = [...sut.renderRoot.querySelectorAll('#microphone option')].map(words);
    expect(options).toEqual(['System default', 'Built-in microphone', 'USB headset']);
    choose(find(sut, '#microphone', HTMLSelectElement), 'mic-2');
    choose(find(sut, '#speaker', HTMLSelectElement), 'out-1');
    choose(find(sut, '#microphone', HTMLSelectElement), '');
    expect(client.of('useMicrophone')).toEqual([['mic-2'], [null]]);
    expect(client.of('useSpeaker')).toEqual([['out-1']]);
  });

  it('changes name and status, and shows why a name is refused', async () => {
    const client = new FixtureClient(roomState);
    client.script('setNickname', () => {
      throw new SwitchboardError('auth.nickname_taken');
    });
    const sut = await settings(client);
    choose(find(sut, '#status', HTMLInputElement), 'Away');
    choose(find(sut, '#nickname', HTMLInputElement), 'Grace Hopper');
    await expect.poll(() => words(find(sut, '.problem'))).toContain('already has this nickname');
    expect(client.of('setStatus')).toEqual([['Away']]);
  });

  it('turns push-to-talk on, and takes the next key for the talk key', async () => {
    const client = new FixtureClient(roomState);
    client.script('setActivation', (activation) => client.show({ activation }));
    const sut = await settings(client);
    find(sut, 'section input[name=activation]:not(:checked)').click();
    await settled(sut);
    expect(client.of('setActivation')).toEqual([[{ mode: 'push-to-talk' }]]);
    const change = find(sut, '.key button');
    change.click();
    await settled(sut);
    key(change, 'v');
    await settled(sut);
    expect(sut.talkKey).toBe('KeyV');
    expect(words(find(sut, 'kbd'))).toBe('V');
  });

  it('shows the level of the microphone, from the foot of the scale to its end', async () => {
    const client = new FixtureClient(roomState);
    const sut = await settings(client);
    const shown = () => find(sut, 'voice-level >>> .fill').style.getPropertyValue('--_level');
    expect(shown()).toBe('0');
    for (const [dbfs, share] of [
      [-40, '0.5'],
      [6, '1'],
      [-127, '0'],
    ] as const) {
      client.hear(dbfs);
      await settled(sut);
      expect(shown()).toBe(share);
    }
  });

  it('starts and stops the test of the microphone, says what it does, and why it cannot', async () => {
    const client = new FixtureClient(roomState);
    client.script('startEchoTest', () => client.show({ echoTest: true }));
    client.script('stopEchoTest', () => client.show({ echoTest: false }));
    const sut = await settings(client);
    const button = find(sut, '.echo button');
    const hint = () => words(find(sut, '.echo .hint'));
    expect([words(button), hint()]).toEqual(['Test microphone', '']);
    button.click();
    await settled(sut);
    expect([words(button), hint()]).toEqual([
      'Stop the test',
      'Speak: you hear yourself a second later. Nobody else hears you meanwhile.',
    ]);
    await expectAccessible(sut);
    button.click();
    await settled(sut);
    expect(words(button)).toBe('Test microphone');
    expect([client.of('startEchoTest'), client.of('stopEchoTest')]).toEqual([[[]], [[]]]);
    client.script('startEchoTest', () => {
      throw new SwitchboardError('client.microphone_refused');
    });
    button.click();
    await expect.poll(() => words(find(sut, '.problem'))).toContain('The microphone is blocked.');
  });

  it('ends the test of the microphone when it is closed', async () => {
    const client = new FixtureClient({ ...roomState, echoTest: true });
    const sut = await settings(client);
    find(sut, 'dialog', HTMLDialogElement).close();
    await expect.poll(() => client.of('stopEchoTest')).toEqual([[]]);
  });

  it('moves one threshold along with the other', async () => {
    const client = new FixtureClient(roomState);
    const sut = await settings(client);
    choose(find(sut, 'voice-level >>> input.activation', HTMLInputElement), '-60');
    choose(find(sut, 'voice-level >>> input.release', HTMLInputElement), '-40');
    expect(client.of('setActivation')).toEqual([
      [{ mode: 'voice', activationDbfs: -60, releaseDbfs: -60 }],
      [{ mode: 'voice', activationDbfs: -40, releaseDbfs: -40 }],
    ]);
  });

  it('sets the volume of each person', async () => {
    const client = new FixtureClient(roomState);
    const sut = await settings(client);
    const sliders = sut.renderRoot.querySelectorAll<HTMLInputElement>('.volume input');
    expect([...sliders].map(({ ariaLabel }) => ariaLabel)).toEqual(['Volume of Grace Hopper', 'Volume of linus']);
    sliders[0]!.value = '150';
    sliders[0]!.dispatchEvent(new Event('input'));
    expect(client.of('setVolume')).toEqual([['user-grace', 1.5]]);
  });

  it('tells which theme was chosen', async () => {
    const sut = await settings();
    const changed = once(sut, 'voice-theme-change');
    [...sut.renderRoot.querySelectorAll<HTMLInputElement>('input[name=theme]')].at(-1)!.click();
    expect((await changed).theme).toBe('dark');
  });

  it('stands in its place in a host that has its own colours and talk key', async () => {
    const client = new FixtureClient(SCENES.talk);
    const sut = await mount(Object.assign(new VoiceSettings(), { client, embedded: true }));
    expect(client.of('refreshDevices')).toHaveLength(1);
    expect(find(sut, '#nickname').checkVisibility()).toBe(true);
    for (const left of ['dialog', 'kbd', '[name=theme]', '#plugins']) expect(query(sut, left)).toBeNull();
    await expectAccessible(sut);
  });

  it('has the plugins in a section of their own', async () => {
    const client = new FixtureClient({ ...SCENES.plugins, echoTest: true });
    const sut = await settings(client);
    find(sut, '#plugins').click();
    await expect.poll(() => query(sut, 'voice-plugins >>> voice-plugin')).not.toBeNull();
    expect([query(sut, '#nickname'), client.of('stopEchoTest')]).toEqual([null, [[]]]);
    expect([find(sut, '#general').ariaPressed, find(sut, '#plugins').ariaPressed]).toEqual(['false', 'true']);
    await settled(sut);
    await expectAccessible(sut);
    find(sut, '#general').click();
    await settled(sut);
    expect(query(sut, '#nickname')).not.toBeNull();
    find(sut, 'dialog', HTMLDialogElement).close();
    await sut.show('plugins');
    await expect.poll(() => query(sut, 'voice-plugins')).not.toBeNull();
  });

  it('is empty while it is closed', async () => {
    const sut = await settings();
    find(sut, 'dialog', HTMLDialogElement).close();
    await expect.poll(() => query(sut, '.body')).toBeNull();
  });
});
