import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hangingAtSound } from '../client/engine/testing/frame-plugins.ts';
import { Administrator } from './harness/administrator.ts';
import { BrowserPerson } from './harness/browser.ts';
import { changedPackage, installAvailable, ourPackage, packed } from './harness/plugin-packages.ts';
import { PluginPane } from './harness/plugin-pane.ts';
import { TestServer } from './harness/server.ts';
import { expectOnOneNote, LISTENING } from './harness/takes.ts';
import { WavFolder } from './harness/wavs.ts';
import { strongestHz } from './hearing/pitch.ts';
import { meanSquare, powerToDbfs } from '../client/audio/frame.ts';

const ROBOT_HZ = 110;
const BELL_HZ = 880;
const NOTHING_DBFS = -80;
const NEWER = { version: '1.1.0' };

describe('plugins of a person', LISTENING, () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let server: TestServer;
  let ada: BrowserPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    [server, ada, ben] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      BrowserPerson.open('Ada', wavs.voice('anna')).then((started) => opened.use(started)),
      BrowserPerson.open('Ben', wavs.silence()).then((started) => opened.use(started)),
    ]);
    const administrator = await Administrator.appoint(server);
    for (const id of ['voice-changer', 'soundboard']) await installAvailable(administrator, id, { offer: true });
    await ada.join(server.url, 'Lobby');
    await ben.join(server.url, 'Lobby');
  });

  afterAll(() => opened.disposeAsync());

  it('are taken from the server’s offer by who agrees', async () => {
    const pane = await PluginPane.open(ada);
    await pane.choose('voice-changer');
    expect(await pane.wishes()).toEqual(['Hear and change your microphone']);
    await pane.agree();
    await pane.running('voice-changer');
    await PluginPane.close(ada);
    await ada.say('/voice robot');
    await ada.message('You speak with the voice “robot” now.').waitFor();
    expect(await ben.messages()).toEqual([]);
  });

  it('change a voice for everybody, also beside one that hangs', async () => {
    const pane = await PluginPane.open(ada);
    await pane.pick('hanging.zip', packed(await hangingAtSound()));
    await pane.agree();
    await expectOnOneNote('anna', ROBOT_HZ, [ben]);
    await pane
      .status('hanging-at-sound')
      .filter({ hasText: /^\s*Stopped\./ })
      .waitFor();
    expect(await pane.status('hanging-at-sound').innerText()).toContain('took');
    await pane.running('voice-changer');
  });

  it.each([
    ['with code that is not its own', { sha256: '0'.repeat(64) }, ERROR_SENTENCES['plugin.hash_wrong']],
    ['for a later Switchboard', { abi: 2 }, ERROR_SENTENCES['plugin.abi_newer']],
    ['that is older', { version: '0.9.0' }, ERROR_SENTENCES['plugin.older']],
  ])('stay as they are after an update %s', async (_, changes, sentence) => {
    const pane = await PluginPane.open(ada);
    await pane.pick('update.zip', await changedPackage(await ourPackage('voice-changer'), { ...NEWER, ...changes }));
    await pane.refusal.filter({ hasText: sentence }).waitFor();
    await pane.running('voice-changer');
    expect(await pane.version('voice-changer').innerText()).toBe('1.0.0');
  });

  it('ask again when an update wants more, and stay as they are for who does not agree', async () => {
    const pane = await PluginPane.open(ada);
    const more = { ...NEWER, permissions: [{ name: 'message.send' }] };
    await pane.pick('update.zip', await changedPackage(await ourPackage('voice-changer'), more));
    expect(await pane.wishes()).toEqual(['Hear and change your microphone', 'Send messages in your name (New)']);
    await pane.cancel();
    await pane.running('voice-changer');
    expect(await pane.version('voice-changer').innerText()).toBe('1.0.0');
    await PluginPane.close(ada);
  });

  it('are there after the page was loaded again, and run', async () => {
    await ada.page.reload();
    await ada.enter('Lobby');
    await ada.mute();
    const pane = await PluginPane.open(ada);
    await pane.running('voice-changer');
    await PluginPane.close(ada);
    await ada.say('/voice robot');
    await ada.message('You speak with the voice “robot” now.').waitFor();
  });

  it('play sounds into the room, and none while one is muted', async () => {
    const pane = await PluginPane.open(ben);
    await pane.choose('soundboard');
    await pane.agree();
    await pane.running('soundboard');
    await PluginPane.close(ben);
    const [sound] = await Promise.all([ada.record(3), ben.say('/play bell')]);
    expect(strongestHz(sound)).toBeCloseTo(BELL_HZ, -2);
    await ben.mute();
    const [silence] = await Promise.all([ada.record(3), ben.say('/play bell')]);
    expect(powerToDbfs(meanSquare(silence))).toBeLessThan(NOTHING_DBFS);
  });
});

describe('plugins of a server', () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let server: TestServer;
  let administrator: Administrator;
  let ada: BrowserPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    const silence = wavs.silence();
    [server, ada, ben] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      BrowserPerson.open('Ada', silence).then((started) => opened.use(started)),
      BrowserPerson.open('Ben', silence).then((started) => opened.use(started)),
    ]);
    administrator = await Administrator.appoint(server);
    await ada.join(server.url, 'Lobby');
  });

  afterAll(() => opened.disposeAsync());

  /** Puts a file into the folder of plugins, whole at once. */
  async function put(name: string, bytes: Uint8Array): Promise<void> {
    const folder = join(server.dataDir, 'plugins');
    await writeFile(join(folder, `.${name}.tmp`), bytes);
    await rename(join(folder, `.${name}.tmp`), join(folder, name));
  }

  async function states(): Promise<string[]> {
    const { rest } = administrator;
    const { items } = await rest.made<{ items: { id: string; version: string; status: { kind: string } }[] }>(
      rest.get('/plugins'),
    );
    return items.map(({ id, version, status }) => `${id} ${version} ${status.kind}`);
  }

  it('run at once when they are put into its folder, and greet who comes', async () => {
    await put('greeter.zip', await ourPackage('greeter'));
    await expect.poll(states).toEqual(['greeter 1.0.0 running']);
    await ben.join(server.url, 'Lobby');
    await ben.page.getByRole('main').getByText('Greeter: Welcome, Ben! You are here as a guest.').waitFor();
    const greeting = ada.message('Ben has joined Lobby.');
    await greeting.waitFor();
    expect(await greeting.locator('.badge').innerText()).toBe('Plugin');
  });

  it('are named in the log when they are refused, and what was there goes on', async () => {
    const greeter = await ourPackage('greeter');
    await put('broken.zip', new TextEncoder().encode('no zip'));
    await put('greeter.zip', await changedPackage(greeter, { ...NEWER, abi: 2 }));
    const refused = (name: string, code: ErrorCode) =>
      `“${name}” in the folder of plugins was not installed: ${ERROR_SENTENCES[code]}`;
    await expect.poll(() => server.log.join('\n')).toContain(refused('greeter.zip', 'plugin.abi_newer'));
    await expect.poll(() => server.log.join('\n')).toContain('“broken.zip” in the folder of plugins was not installed');
    expect(await states()).toEqual(['greeter 1.0.0 running']);
  });

  it('answer commands for the whole room, under their own name', async () => {
    await installAvailable(administrator, 'dice-and-polls', { enable: true });
    await ada.page.getByRole('textbox', { name: /^Message / }).fill('/ro');
    await ada.page.getByRole('option', { name: /roll.*Dice and polls/ }).waitFor();
    await ada.say('/roll 2d6');
    const roll = ben.message('Ada rolls 2d6');
    await roll.waitFor();
    expect(await roll.locator('[part~="author"]').innerText()).toBe('Dice and polls');
    expect(await roll.locator('.badge').innerText()).toBe('Plugin');
  });

  it('mask words, or turn a message away with the reason', async () => {
    await installAvailable(administrator, 'word-filter', { enable: true });
    await expect.poll(states).toContain('word-filter 1.0.0 running');
    await ada.say('what a fucking day');
    await ben.message('what a f•••••• day').waitFor();
    const { rest } = administrator;
    await rest.made(rest.patch('/plugins/word-filter', { config: { wordAction: 'reject' } }));
    await ada.say('what a fucking night');
    await ada.page.getByText('Word filter did not let the message through').first().waitFor();
    await ada.say('what a night');
    await ben.message('what a night').waitFor();
    expect((await ben.messages()).filter((text) => text.includes('night'))).toEqual(['what a night']);
  });
});
