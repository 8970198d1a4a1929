import { ERROR_SENTENCES } from '@switchboard/protocol';
import type { ClientState, VoiceClientApi } from '@switchboard/client';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Voice } from '../server/presence/testing/voice.ts';
import { UdpClient } from '../server/relay/testing/voice-clients.ts';
import { ControlClient } from '../server/testing/control-client.ts';
import { Administrator, PASSWORD, setupLink, signIn, tryToSignIn } from './harness/administrator.ts';
import { BrowserPerson } from './harness/browser.ts';
import { ForeignSite } from './harness/foreign-site.ts';
import { TestServer } from './harness/server.ts';
import { expectHeard, LISTENING } from './harness/takes.ts';
import { secondsOf, spokenOnce, WavFolder } from './harness/wavs.ts';
import { silentOf } from './hearing/heard.ts';

const COOKIE = 'switchboard_refresh';
/** What somebody says to whom nobody listens: far from what a session may send in a second. */
const PACKETS = 20;

const button = ({ page }: BrowserPerson, name: string): Locator => page.getByRole('button', { name, exact: true });
const room = ({ page }: BrowserPerson, name: string): Locator =>
  page.getByRole('treeitem', { name: new RegExp(`^${name}\\b`) });
const says = ({ page }: BrowserPerson, sentence: string): Promise<void> => page.getByText(sentence).first().waitFor();
const inRoom = ({ page }: BrowserPerson, name: string): Promise<void> =>
  page.getByRole('heading', { level: 2, name, exact: true }).waitFor();

async function enter(person: BrowserPerson, name: string): Promise<void> {
  await room(person, name).click();
  await inRoom(person, name);
  await person.connected();
}

describe('an account', () => {
  const wavs = new WavFolder();
  let server: TestServer;
  let root: BrowserPerson;
  let ada: BrowserPerson;
  let invitation: string;

  beforeAll(async () => {
    server = await TestServer.start();
    const silence = wavs.silence();
    [root, ada] = await Promise.all([BrowserPerson.open('Root', silence), BrowserPerson.open('Ada', silence)]);
  });

  afterAll(async () => {
    await Promise.all([root[Symbol.asyncDispose](), ada[Symbol.asyncDispose]()]);
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  const cookies = async () => (await ada.context.cookies()).filter(({ name }) => name === COOKIE);

  it('is the administrator’s for who opens the printed link, once', async () => {
    const { page } = root;
    await page.goto(await setupLink(server));
    await page.getByLabel('User name').fill('root');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Password again').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the administrator' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await expect(Administrator.appoint(server)).rejects.toThrow('auth.setup_closed');
  });

  it('is made by the link of an invitation, in the app that one talks in', async () => {
    await root.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Invites' }).click();
    await button(root, 'New invite').click();
    await button(root, 'Make the link').click();
    invitation = await root.page.getByLabel('Link').inputValue();

    await ada.page.goto(invitation);
    const form = ada.page.locator('voice-sign-in');
    await form.getByLabel('Username').fill('ada');
    await form.getByLabel('Password').fill(PASSWORD);
    await form.getByRole('button', { name: 'Create account' }).click();
    await enter(ada, 'Lobby');
    await ada.member('ada').waitFor();
    expect(ada.page.url()).not.toContain('invite');
    expect(await cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/api/auth' }]);
  });

  it('survives a reload', async () => {
    await ada.page.reload();
    await says(ada, 'Signed in as ada');
    await button(ada, 'Join').click();
    await ada.member('ada').waitFor();
    await ada.connected();
  });

  it('is not there any more after signing out', async () => {
    const before = await cookies();
    await button(ada, 'Account').click();
    await button(ada, 'Sign out').click();
    await ada.page.getByRole('textbox', { name: 'Nickname' }).waitFor();
    await expect.poll(cookies).toEqual([]);
    await ada.page.reload();
    await button(ada, 'Sign in').waitFor();
    // Whoever has kept the cookie has nothing either.
    const kept = before.map(({ name, value }) => `${name}=${value}`).join('; ');
    const refreshed = await fetch(`${server.url}/api/auth/refresh`, {
      method: 'POST',
      headers: { cookie: kept, origin: server.url },
    });
    expect(refreshed.status).toBe(401);
  });

  it('is not made by an invitation that is used up', async () => {
    await ada.page.goto('about:blank');
    await ada.page.goto(invitation);
    const form = ada.page.locator('voice-sign-in');
    await form.getByLabel('Username').fill('eve');
    await form.getByLabel('Password').fill(PASSWORD);
    await form.getByRole('button', { name: 'Create account' }).click();
    await says(ada, 'This invitation is not valid any more. Ask for a new one.');
  });
});

describe('a moderator', LISTENING, () => {
  const wavs = new WavFolder();
  const voice = spokenOnce('clara');
  let server: TestServer;
  let mona: BrowserPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    server = await TestServer.start();
    const admin = await Administrator.appoint(server);
    await admin.account('mona', 'Moderator');
    await admin.account('ben');
    [mona, ben] = await Promise.all([
      BrowserPerson.open('mona', wavs.silence()),
      BrowserPerson.open('ben', wavs.voice('clara')),
    ]);
    await Promise.all([mona, ben].map((person) => signIn(person, server.url, person.nickname)));
    await Promise.all([enter(mona, 'Lobby'), enter(ben, 'Lobby')]);
  });

  afterAll(async () => {
    await Promise.all([mona[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]);
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  /** What Mona can do about somebody. */
  async function options(nickname: string): Promise<Locator> {
    await mona.member(nickname).click();
    const panel = mona.page.getByRole('group', { name: `Options for ${nickname}` });
    await panel.getByRole('group', { name: 'For everyone' }).waitFor();
    return panel;
  }

  async function remove(nickname: string, act: 'Kick' | 'Ban', reason: string): Promise<void> {
    await (await options(nickname)).getByRole('button', { name: `${act}…`, exact: true }).click();
    const dialog = mona.page.getByRole('dialog', { name: `${act} ${nickname}?` });
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: act, exact: true }).click();
    await mona.member(nickname).waitFor({ state: 'detached' });
  }

  async function connection({ page }: BrowserPerson): Promise<string | undefined> {
    type App = HTMLElement & { readonly state: ClientState | null };
    return page.locator('voice-app').evaluate((element: App) => element.state?.connection.status);
  }

  /** How many packets the relay has ignored for this reason. */
  async function dropped(reason: string): Promise<number> {
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    return Number(new RegExp(`packets_dropped_total\\{[^}]*reason="${reason}"[^}]*\\} (\\d+)`).exec(figures)?.[1]);
  }

  it('mutes somebody who speaks for everyone, and lets them be heard again', async () => {
    await mona.speaker('ben').waitFor();
    const mute = (await options('ben')).getByRole('button', { name: 'Mute for everyone' });
    await mute.click();
    await mona.page.getByRole('button', { name: 'Mute for everyone', pressed: true }).waitFor();
    await says(ben, 'A moderator has muted you');
    await mona.speaker('ben').waitFor({ state: 'hidden' });
    expect(silentOf(voice, await mona.record(secondsOf(voice)))).toMatchObject({ silent: true });
    await mute.click();
    await mona.page.getByRole('button', { name: 'Mute for everyone', pressed: false }).waitFor();
    await expectHeard('clara', [mona]);
    await mona.page.keyboard.press('Escape');
  });

  it('moves somebody: both sides show it, and voice works in the other room', async () => {
    await (await options('ben')).getByRole('combobox', { name: 'Move to' }).selectOption({ label: 'Quiet corner' });
    await says(ben, 'You were moved to Quiet corner.');
    await inRoom(ben, 'Quiet corner');
    await mona.page.keyboard.press('Escape');
    await enter(mona, 'Quiet corner');
    for (const { page } of [mona, ben]) {
      const inside = page.getByRole('list', { name: 'In this room' }).getByRole('listitem');
      await expect.poll(() => inside.count()).toBe(2);
    }
    await expectHeard('clara', [mona]);
  });

  it('kicks somebody, who is told why, and stays out until they come back themselves', async () => {
    await remove('ben', 'Kick', 'Please read the rules');
    await says(ben, 'You were removed from the server');
    await says(ben, 'Reason: Please read the rules');
    const sockets: string[] = [];
    ben.page.on('websocket', (socket) => sockets.push(socket.url()));
    // Closed for good: there is no other try to wait for.
    expect(await connection(ben)).toBe('closed');
    await stubbornGuest();
    expect(sockets).toEqual([]);
    expect(await mona.member('ben').count()).toBe(0);
    await button(ben, 'Connect again').click();
    await enter(ben, 'Quiet corner');
    await mona.member('ben').waitFor();
  });

  /** Somebody whose client does as it likes is muted, then kicked, and goes on talking. */
  async function stubbornGuest(): Promise<void> {
    const control = await ControlClient.connect(server.controlPort);
    const lane = await UdpClient.open(server.voicePort);
    try {
      const { channels } = await control.hello({ type: 'guest', nickname: 'Mallory' });
      const channelId = channels.find(({ name }) => name === 'Quiet corner')?.id ?? '';
      const { voice: grant } = await control.request('channel.join', { channelId });
      const mouth = await Voice.bind(grant, lane);
      mouth.say('hear me');
      await mona.speaker('Mallory').waitFor();
      await mona.speaker('Mallory').waitFor({ state: 'detached' });
      await (await options('Mallory')).getByRole('button', { name: 'Mute for everyone' }).click();
      await mona.page.getByRole('button', { name: 'Mute for everyone', pressed: true }).waitFor();
      await mona.page.keyboard.press('Escape');
      const silenced = await dropped('not_allowed');
      for (let packets = 0; packets < PACKETS; packets++) mouth.say('hear me, muted');
      await expect.poll(() => dropped('not_allowed')).toBeGreaterThanOrEqual(silenced + PACKETS);
      await remove('Mallory', 'Kick', 'Enough');
      const before = await dropped('unknown_token');
      for (let packets = 0; packets < PACKETS; packets++) mouth.say('hear me nevertheless');
      await expect.poll(() => dropped('unknown_token')).toBeGreaterThanOrEqual(before + PACKETS);
    } finally {
      await lane.close();
      await control.close();
    }
  }

  it('bans somebody, who cannot come back', async () => {
    await remove('ben', 'Ban', 'Spam');
    await says(ben, 'You are banned from this server');
    await says(ben, 'Reason: Spam');
    await ben.page.reload();
    await says(ben, 'You are banned from this server');
    await ben.context.clearCookies();
    await ben.page.reload();
    await tryToSignIn(ben, server.url, 'ben');
    await ben.page
      .locator('voice-sign-in')
      .getByText(/You are banned from this server.*Spam/)
      .waitFor();
    expect(await ben.page.getByRole('tree').count()).toBe(0);
    expect(await mona.member('ben').count()).toBe(0);
  });
});

describe('who may do what', () => {
  const wavs = new WavFolder();
  let server: TestServer;
  let admin: Administrator;
  let site: ForeignSite;
  let ada: BrowserPerson;
  let adaId: string;

  beforeAll(async () => {
    site = await ForeignSite.open();
    server = await TestServer.start({ env: { SWITCHBOARD_ALLOWED_ORIGINS: site.origin } });
    admin = await Administrator.appoint(server);
    adaId = await admin.account('ada');
    ada = await BrowserPerson.open('ada', wavs.silence(), { embeds: server });
  });

  afterAll(async () => {
    await ada[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  it('hides a room from who may not see it, all the way, and shows it live to who may', async () => {
    await admin.rest.made(admin.rest.post('/roles', { name: 'Band', rank: 200 }));
    const backstage = await admin.room('Backstage');
    await admin.setRules(backstage, [
      { role: 'Guest', deny: ['see'] },
      { role: 'Member', deny: ['see'] },
    ]);
    const frames: string[] = [];
    ada.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
    await signIn(ada, server.url, 'ada');
    await enter(ada, 'Lobby');
    // What comes after it tells that nothing of it is still on its way.
    await admin.rest.made(admin.rest.patch(`/channels/${backstage}`, { topic: 'Backstage things' }));
    await admin.room('Stage');
    await room(ada, 'Stage').waitFor();
    expect(await room(ada, 'Backstage').count()).toBe(0);
    expect(frames.filter((frame) => frame.includes('"Stage"'))).not.toEqual([]);
    expect(frames.filter((frame) => frame.includes('Backstage'))).toEqual([]);

    await admin.rest.made(admin.rest.patch(`/users/${adaId}`, { roleIds: [await admin.roleId('Band')] }));
    await admin.setRules(backstage, [
      { role: 'Member', deny: ['see'] },
      { role: 'Band', allow: ['see'] },
    ]);
    await enter(ada, 'Backstage');
    await admin.rest.made(admin.rest.patch(`/users/${adaId}`, { roleIds: [] }));
    await room(ada, 'Backstage').waitFor({ state: 'detached' });
    await says(ada, 'You were taken out of the room.');
  });

  it('shows at once that one may not speak any more, and that one may again', async () => {
    await enter(ada, 'Lobby');
    const listens = ada.page.getByText('You may only listen here').first();
    expect(await listens.count()).toBe(0);
    const lobby = await admin.channelId('Lobby');
    await admin.setRules(lobby, [{ role: 'Member', deny: ['speak'] }]);
    await listens.waitFor();
    await admin.setRules(lobby, []);
    await listens.waitFor({ state: 'detached' });
  });

  it('asks for the password of a locked room until it is the right one', async () => {
    await admin.room('Vault', { password: 'open sesame' });
    await ada.page.getByRole('treeitem', { name: /^Vault\b.*needs a password/ }).click();
    const dialog = ada.page.getByRole('dialog', { name: 'Vault needs a password' });
    await dialog.getByLabel('Password').fill('open barley');
    await dialog.getByRole('button', { name: 'Join' }).click();
    await dialog.getByText('The password is wrong.').waitFor();
    await ada.page.getByRole('heading', { level: 2, name: 'Lobby', exact: true }).waitFor();
    await dialog.getByLabel('Password').fill('open sesame');
    await dialog.getByRole('button', { name: 'Join' }).click();
    await inRoom(ada, 'Vault');
    await ada.connected();
    await dialog.waitFor({ state: 'hidden' });
  });

  describe('with a join token of a site’s back end', () => {
    type VoiceRoomElement = HTMLElement & { readonly client: VoiceClientApi };

    let lobby: string;

    /** As a back end does, by an API key that may do nothing but let visitors in, and what those may. */
    async function minted(body: object): Promise<{ token: string; expiresAt: number }> {
      const permissions = ['token.mint', 'see', 'join', 'speak', 'chat.send'];
      const made = admin.rest.post('/api-keys', { name: 'web site', permissions });
      const backEnd = admin.rest.as((await admin.rest.made<{ key: string }>(made)).key);
      return backEnd.made(backEnd.post(`/channels/${lobby}/tokens`, body));
    }

    async function visit(token: string): Promise<void> {
      const script = `<script type="module" src="${server.url}/embed.js"></script>`;
      site.show({ body: `${script}<voice-room token="${token}"></voice-room>` });
      await ada.page.goto(site.origin);
    }

    beforeAll(async () => {
      lobby = await admin.channelId('Lobby');
    });

    it('enters that room, by the token’s name, and no other', async () => {
      await visit((await minted({ nickname: 'Visitor' })).token);
      await enter(ada, 'Lobby');
      await ada.member('Visitor').waitFor();
      await ada.say('let in by a token');
      await ada.message('let in by a token').waitFor();
      expect(await ada.page.getByRole('treeitem', { level: 1 }).count()).toBe(1);
      const elsewhere = await admin.channelId('Quiet corner');
      const refusal = ada.page
        .locator('voice-room')
        .evaluate((element: VoiceRoomElement, id) => element.client.join(id), elsewhere);
      await expect(refusal).rejects.toThrow(ERROR_SENTENCES['channel.not_found']);
    });

    it('is told that the token has expired', async () => {
      const { token, expiresAt } = await minted({ nickname: 'Visitor', expiresInS: 1 });
      await expect.poll(() => Date.now()).toBeGreaterThanOrEqual(expiresAt);
      await visit(token);
      await says(ada, ERROR_SENTENCES['auth.join_token_expired']);
      expect(await ada.page.getByRole('treeitem').count()).toBe(0);
    });
  });
});
