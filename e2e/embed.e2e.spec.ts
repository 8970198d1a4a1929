import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { ForeignSite } from './harness/foreign-site.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { expectHeard, expectUnderstood, LISTENING } from './harness/takes.ts';
import { WavFolder } from './harness/wavs.ts';

/** The policy that the documentation tells people to send, for this server. */
function documentedPolicy(server: TestServer): string {
  const page = readFileSync(new URL('../docs/embedding.md', import.meta.url), 'utf8');
  const policy = /^Content-Security-Policy: (.+)$/m.exec(page)?.[1];
  if (policy === undefined) throw new Error('docs/embedding.md has no Content-Security-Policy');
  const { hostname } = new URL(server.url);
  return policy
    .replaceAll('wss://voice.example.org:7701', `ws://${hostname}:${String(server.controlPort)}`)
    .replaceAll('wss://voice.example.org:7702', `ws://${hostname}:${String(server.voicePort)}`)
    .replaceAll('https://voice.example.org', server.url);
}

/** What a page may ask of the element. */
type VoiceRoomElement = HTMLElement & { readonly muted: boolean; mute(): void; leave(): Promise<void> };

describe('<voice-room> in a page of another origin', LISTENING, () => {
  const wavs = new WavFolder();
  let site: ForeignSite;
  let server: TestServer;
  let ada: BrowserPerson;

  beforeAll(async () => {
    site = await ForeignSite.open();
    server = await TestServer.start({ env: { SWITCHBOARD_ALLOWED_ORIGINS: site.origin } });
    ada = await BrowserPerson.open('Ada', wavs.voice('anna'), { embeds: server, soundWaits: true });
  });

  afterAll(async () => {
    await ada[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  afterEach(async () => {
    await ada.page.goto('about:blank');
    ada.problems.length = 0;
  });

  /** One script, one tag. */
  function embedded(attributes: string): string {
    return `<script type="module" src="${server.url}/embed.js"></script><voice-room ${attributes}></voice-room>`;
  }

  async function visit(body: string): Promise<void> {
    site.show({ body, headers: { 'Content-Security-Policy': documentedPolicy(server) } });
    await ada.page.goto(site.origin);
  }

  const join = () => ada.page.getByRole('button', { name: 'Join', exact: true }).click();

  it('hears, is heard and writes, under the documented policy', async () => {
    await visit(embedded('channel="lobby" nickname="Ada" theme="dark"'));
    expect(await ada.page.getByRole('textbox', { name: 'Nickname' }).inputValue()).toBe('Ada');
    expect(await ada.page.locator('voice-room').evaluate((room) => getComputedStyle(room).colorScheme)).toBe('dark');
    await join();
    await ada.connected();

    await using ben = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Ben',
      play: wavs.voice('bruno'),
      record: wavs.path('ben'),
      args: ['--loop'],
    });
    await ben.connected();
    await expectUnderstood('bruno', [ada]);
    // Only that: while both speak, the browser's echo canceller takes some of the microphone away.
    await expectHeard('anna', [ben]);
    await ada.say('written in a page of another origin');
    await ben.until(({ type, text }) => type === 'message' && text === 'written in a page of another origin');
    expect(ada.problems).toEqual([]);
  });

  it('does what the page asks, tells it what happens, and says why there is no sound before the first click', async () => {
    site.show({
      body: `${embedded('channel="Lobby"')}<script type="module">
        const room = document.querySelector('voice-room');
        window.told = [];
        room.addEventListener('voice-joined', ({ channel }) => told.push('joined ' + channel.name));
        room.addEventListener('voice-left', () => told.push('left'));
        await customElements.whenDefined('voice-room');
        room.join('Eve');
      </script>`,
    });
    // Whatever else is asked of the page counts as a gesture of its user.
    const loaded = ada.page.waitForRequest(`${server.url}/engine-worker.js`);
    await ada.page.goto(site.origin);
    await loaded;
    const blocked = ada.page.getByText('Click anywhere to hear');
    await blocked.waitFor();
    await ada.page.getByRole('heading', { name: 'Lobby' }).click();
    await blocked.waitFor({ state: 'hidden' });
    await ada.connected();

    const room = ada.page.locator('voice-room');
    await room.evaluate((element: VoiceRoomElement) => element.mute());
    expect(await room.evaluate((element: VoiceRoomElement) => element.muted)).toBe(true);
    await room.evaluate((element: VoiceRoomElement) => element.leave());
    await ada.page.getByRole('button', { name: 'Join', exact: true }).waitFor();
    expect(await ada.page.evaluate('told')).toEqual(['joined Lobby', 'left']);
  });

  it('works as a frame of the whole app', async () => {
    site.show({
      body: `<iframe src="${server.url}/#Lobby" allow="microphone; autoplay" width="900" height="600"></iframe>`,
      headers: { 'Content-Security-Policy': `default-src 'none'; frame-src ${server.url}` },
    });
    await ada.page.goto(site.origin);
    const frame = ada.page.frameLocator('iframe');
    await frame.getByRole('textbox', { name: 'Nickname' }).fill('Eve');
    await frame.getByRole('button', { name: 'Join', exact: true }).click();
    await frame.getByRole('button', { name: /^Connection: (poor|fair|good|excellent)/ }).waitFor();
    await using listener = new Talker({ server: server.url, channel: 'Lobby', nickname: 'Ben' });
    await listener.until(
      ({ type, nickname, speaking }) => type === 'speaking' && nickname === 'Eve' && speaking === true,
    );
  });
});

describe('<voice-room> in a page that the server does not allow', () => {
  it('says so, and who can change it', async () => {
    using wavs = new WavFolder();
    await using site = await ForeignSite.open();
    await using server = await TestServer.start();
    await using ada = await BrowserPerson.open('Ada', wavs.silence());
    site.show({
      body: `<script type="module" src="${server.url}/embed.js"></script><voice-room channel="Lobby"></voice-room>`,
    });
    await ada.page.goto(site.origin);
    await ada.page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await ada.page.getByRole('button', { name: 'Join', exact: true }).click();
    await ada.page.getByText('This page may not use the server. Its operator can allow').waitFor();
  });
});
