import { describe, expect, it } from 'vitest';
import { FixtureClient } from '../testing/fixture-client.ts';
import { people, roomState, sent } from '../testing/fixtures.ts';
import { SCENES, type SceneName } from '../testing/scenes.ts';
import { expectAccessible, find, key, mount, query, settled, words } from '../testing/stage.ts';
import { channelOf } from './address.ts';
import { VoiceApp } from './voice-app.ts';

async function app(client: FixtureClient, width: number): Promise<VoiceApp> {
  localStorage.clear();
  history.replaceState(null, '', location.pathname + location.search);
  const sut = Object.assign(new VoiceApp(), { client });
  sut.style.width = `${width}px`;
  sut.style.height = '700px';
  return mount(sut);
}

describe('VoiceApp', () => {
  describe('accessibility', () => {
    for (const name of Object.keys(SCENES) as SceneName[]) {
      it.each([360, 800, 1280])(`has no violation in the scene ${name} at %d px`, async (width) => {
        await expectAccessible(await app(new FixtureClient(SCENES[name]), width));
      });
    }
  });

  it('joins by one click in the tree, names the room in the address and the title', async () => {
    const client = new FixtureClient({ ...roomState, channelId: null });
    client.script('join', (channelId) => client.show({ channelId }));
    const sut = await app(client, 1280);
    find(sut, `voice-channel-tree >>> #${CSS.escape('c:quiet')}`).click();
    await settled(sut);
    expect(client.of('join')).toEqual([['quiet', undefined]]);
    expect(location.hash).toBe('#Quiet');
    expect(document.title).toBe('Quiet · Switchboard');
  });

  it('follows the address to another room', async () => {
    const client = new FixtureClient(roomState);
    await app(client, 1280);
    location.hash = 'Quiet';
    await expect.poll(() => client.of('join')).toEqual([['quiet', undefined]]);
  });

  it('counts unread messages in the title', async () => {
    const client = new FixtureClient(roomState);
    const sut = await app(client, 360);
    client.show({
      chat: { ...roomState.chat, entries: [...roomState.chat.entries, sent({ by: people.grace, id: '0009' })] },
    });
    await expect.poll(() => document.title).toBe('(1) Lobby · Switchboard');
    expect(words(find(sut, '[part=sections]'))).toContain('1 unread');
  });

  it('switches between rooms, chat and people where it is narrow', async () => {
    const sut = await app(new FixtureClient(roomState), 360);
    const visible = () =>
      ['sidebar', 'main', 'people'].filter((part) => getComputedStyle(find(sut, `[part=${part}]`)).display !== 'none');
    expect(visible()).toEqual(['sidebar']);
    const [, chat, everyone] = sut.renderRoot.querySelectorAll<HTMLElement>('[part=sections] button');
    chat!.click();
    await settled(sut);
    expect(visible()).toEqual(['main']);
    everyone!.click();
    await settled(sut);
    expect(visible()).toEqual(['people']);
  });

  it('hears M in the whole page', async () => {
    const client = new FixtureClient(roomState);
    await app(client, 800);
    key(document.body, 'm');
    expect(client.of('setMuted')).toEqual([[true]]);
  });

  it('shows the door to whoever is not connected', async () => {
    const sut = await app(new FixtureClient(), 800);
    expect(words(find(sut, 'voice-entry >>> h2'))).toBe('Join Switchboard');
    expect(query(sut, '[part=base]')).toBeNull();
  });
});

describe('channelOf', () => {
  it.each([
    ['/?channel=Pair%20programming', 'Pair programming'],
    ['/#Lobby', 'Lobby'],
    ['/#%C3%9Cbung', 'Übung'],
    ['/#%E0%A4%A', ''],
    ['/', ''],
  ])('of %s is %s', (address, expected) => {
    expect(channelOf(new URL(address, 'https://example.org'))).toBe(expected);
  });
});
