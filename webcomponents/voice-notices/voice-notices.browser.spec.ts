import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { roomState } from '../testing/fixtures.ts';
import { SCENES } from '../testing/scenes.ts';
import { expectAccessible, find, mount, once, settled, words } from '../testing/stage.ts';
import { VoiceNotices } from './voice-notices.ts';

async function notices(client: FixtureClient, more: Partial<VoiceNotices> = {}): Promise<VoiceNotices> {
  return mount(Object.assign(new VoiceNotices(), { client }, more));
}

const shown = (sut: VoiceNotices) => [...sut.renderRoot.querySelectorAll('[part=notice]')];

describe('VoiceNotices', () => {
  it('says where somebody has moved one, until that is dismissed', async () => {
    const client = new FixtureClient({ ...roomState, moved: { channelId: 'lobby' } });
    const sut = await mount(Object.assign(new VoiceNotices(), { client }));
    const said = () => [...sut.renderRoot.querySelectorAll('.words')].map(words);
    expect(said()).toEqual(['You were moved to Lobby.']);
    find(sut, 'button').click();
    await settled(sut);
    expect(said()).toEqual([]);
    client.show({ moved: { channelId: null } });
    await settled(sut);
    expect(said()).toEqual(['You were taken out of the room.']);
  });

  it('says which plugin was stopped and why, until that is dismissed or it runs again', async () => {
    const client = new FixtureClient(SCENES.plugins);
    const sut = await notices(client);
    const said = () => [...sut.renderRoot.querySelectorAll('.words')].map(words);
    const told = ['Tidy: The plugin took too long and was stopped.'];
    expect(said()).toEqual(told);
    const asked = once(sut, 'voice-settings-open');
    find(sut, '.button').click();
    expect((await asked).section).toBe('plugins');
    find(sut, '.icon-button').click();
    await settled(sut);
    // Others change meanwhile, and so does its cost.
    client.show({ plugins: SCENES.plugins.plugins.map((one) => ({ ...one })) });
    await settled(sut);
    expect(said()).toEqual([]);
    client.show({ plugins: [] });
    await settled(sut);
    client.show({ plugins: SCENES.plugins.plugins });
    await expect.poll(said).toEqual(told);
  });

  it.each(['reconnecting', 'problems', 'plugins'] as const)(
    'has no accessibility violation in the scene %s',
    async (name) => {
      await expectAccessible(await notices(new FixtureClient(SCENES[name])));
    },
  );

  it('is not there while all is well', async () => {
    const sut = await notices(new FixtureClient(roomState));
    expect(shown(sut)).toEqual([]);
    expect(getComputedStyle(sut).display).toBe('none');
  });

  it('offers to reconnect at once', async () => {
    const client = new FixtureClient(SCENES.reconnecting);
    const sut = await notices(client);
    expect(words(shown(sut)[0]!)).toBe('Connection lost. Reconnecting, attempt 3… Retry now');
    expect(shown(sut)[0]!.role).toBe('alert');
    find(sut, 'button').click();
    expect(client.of('retryNow')).toHaveLength(1);
  });

  it('says that sound has broken off until it is back', async () => {
    const soundProblem = { code: 'client.audio_broke', message: '' } as const;
    const client = new FixtureClient({ ...roomState, soundProblem });
    const sut = await notices(client);
    expect(shown(sut).map(words)).toEqual(['Sound has broken off. Starting it again.']);
    client.show({ soundProblem: null });
    await settled(sut);
    expect(shown(sut)).toEqual([]);
  });

  it('tells how to allow the microphone, and tries again', async () => {
    const client = new FixtureClient({ ...SCENES.problems, lane: { status: 'idle' }, notice: null });
    const sut = await notices(client);
    const [how, again] = sut.renderRoot.querySelectorAll('button');
    how!.click();
    await settled(sut);
    expect(words(find(sut, '.help'))).toContain('site settings');
    again!.click();
    expect(client.of('useMicrophone')).toEqual([[null]]);
  });

  it('shows a failure by its code, until it is dismissed', async () => {
    let dismissed = 0;
    const sut = await notices(new FixtureClient(roomState), {
      problem: { code: 'channel.full', message: '' },
      onDismiss: () => dismissed++,
    });
    expect(words(shown(sut)[0]!)).toContain('The channel is full.');
    find(sut, '.icon-button').click();
    expect(dismissed).toBe(1);
  });

  it('dismisses a word of the server wherever it is shown', async () => {
    const client = new FixtureClient({ ...roomState, notice: 'One' });
    client.script('dismissNotice', () => client.show({ notice: null }));
    const [sut, other] = [await notices(client), await notices(client)];
    expect([sut, other].map((each) => shown(each).map(words))).toEqual([['One'], ['One']]);
    find(sut, '.icon-button').click();
    await Promise.all([settled(sut), settled(other)]);
    expect([...shown(sut), ...shown(other)]).toEqual([]);
    client.show({ notice: 'Two' });
    await settled(sut);
    expect(shown(sut).map(words)).toEqual(['Two']);
  });

  it('shows a word of the server as text with its lines and links, and leaves it to the announcer to read it out', async () => {
    const client = new FixtureClient({ ...roomState, notice: '<b>Rules</b>\nhttps://example.org/rules' });
    const sut = await notices(client);
    const [notice] = shown(sut);
    const said = find(sut, '.words');
    expect(said.innerText).toBe('<b>Rules</b>\nhttps://example.org/rules');
    const link = find(sut, '.words a', HTMLAnchorElement);
    expect([link.href, link.target, link.rel]).toEqual([
      'https://example.org/rules',
      '_blank',
      'noopener noreferrer nofollow',
    ]);
    expect(notice!.hasAttribute('role')).toBe(false);
  });
});
