import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { ForeignSite } from './harness/foreign-site.ts';
import { freePort } from './harness/free-port.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { expectHeard } from './harness/takes.ts';
import { secondsOf, WavFolder } from './harness/wavs.ts';

/** So many may be in a room, from the server's next start on. */
async function limitRoom(server: TestServer, room: string, memberLimit: number): Promise<void> {
  await server.stop();
  const database = new DatabaseSync(join(server.dataDir, 'switchboard.sqlite'));
  database.prepare('UPDATE channel SET memberLimit = ? WHERE name = ?').run(memberLimit, room);
  database.close();
  await server.start();
}

describe('what goes wrong in a page', () => {
  const wavs = new WavFolder();
  let server: TestServer;
  let ada: BrowserPerson;

  beforeAll(async () => {
    server = await TestServer.start();
    await limitRoom(server, 'Quiet corner', 1);
    ada = await BrowserPerson.open('Ada', wavs.voice('anna'));
  });

  afterAll(async () => {
    await ada[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  const says = (person: BrowserPerson, sentence: string) => person.page.getByText(sentence).first().waitFor();
  const button = (person: BrowserPerson, name: string) => person.page.getByRole('button', { name, exact: true });

  it('is nothing while nothing goes wrong: no error and no breach of the page’s own policy during a call', async () => {
    const response = await ada.page.goto(server.url);
    expect(response?.headers()['content-security-policy']).toContain("default-src 'none'");
    await ada.enter('Lobby');
    await ada.say('hello');
    await ada.message('hello').waitFor();
    await button(ada, 'Settings').click();
    const meter = ada.page.getByRole('dialog').getByRole('img', { name: 'Input level' });
    const shown = () => meter.evaluate((bar) => bar.firstElementChild?.getAttribute('style') ?? '');
    const levels = new Set<string>();
    while (levels.size < 5) levels.add(await shown());
    await ada.page.keyboard.press('Escape');
    await button(ada, 'Leave').click();
    expect(ada.problems).toEqual([]);
  });

  it('is told by keyboard as well: all of a visit without a mouse', async () => {
    const { page } = ada;
    await page.goto(server.url);
    await page.getByRole('textbox', { name: 'Nickname' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('Ada');
    await page.keyboard.press('Enter');
    const tree = page.getByRole('tree');
    await tree.waitFor();
    const isInTree = () => tree.evaluate((element) => element.matches(':focus-within'));
    for (let presses = 0; presses < 10 && !(await isInTree()); presses++) await page.keyboard.press('Tab');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await ada.connected();
    expect(await page.getByRole('heading', { level: 2, name: 'Lobby' }).count()).toBe(1);
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Mute', exact: true, pressed: true }).waitFor();
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Mute', exact: true, pressed: false }).waitFor();
    const box = page.getByRole('textbox', { name: 'Message Lobby' });
    const isInBox = () => box.evaluate((element) => element.matches(':focus'));
    for (let presses = 0; presses < 30 && !(await isInBox()); presses++) await page.keyboard.press('Tab');
    await page.keyboard.type('more of them, typed');
    await page.keyboard.press('Enter');
    await ada.message('more of them, typed').waitFor();
    expect(await page.getByRole('button', { name: 'Mute', exact: true, pressed: true }).count()).toBe(0);
  });

  it('is a nickname that is taken: choose another', async () => {
    await ada.join(server.url, 'Lobby');
    await using other = await BrowserPerson.open('Ada', wavs.silence());
    await other.page.goto(server.url);
    await other.page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await button(other, 'Join').click();
    await says(other, 'Someone here already has this nickname. Choose another.');
    await other.page.getByRole('textbox', { name: 'Nickname' }).fill('Ada Two');
    await button(other, 'Join').click();
    await other.page.getByRole('tree').waitFor();
  });

  it('is a room that is full: one stays where one is', async () => {
    await using first = new Talker({ server: server.url, channel: 'Quiet corner', nickname: 'First' });
    await first.connected();
    await ada.join(server.url, 'Lobby');
    // It is shown as full, and says so to who tries all the same.
    await ada.page.getByRole('treeitem', { name: /^Quiet corner\b.*full/ }).click({ force: true });
    await says(ada, 'The channel is full. Try again when someone leaves.');
    expect(await ada.page.getByRole('textbox', { name: 'Message Lobby' }).count()).toBe(1);
  });

  it('is another window of the same person: the first says so, and takes the call back', async () => {
    await ada.join(server.url, 'Lobby');
    const second = await ada.context.newPage();
    await second.goto(server.url);
    await second.getByRole('button', { name: 'Join', exact: true }).click();
    await second.getByRole('tree').waitFor();
    await says(ada, 'You joined from another window. Only one can talk at a time.');
    await button(ada, 'Join').click();
    await ada.page.getByRole('tree').waitFor();
    await second.getByText('You joined from another window.').first().waitFor();
    await second.close();
  });

  it('is a server that dies in the middle of a call: it says so, and comes back', async () => {
    await ada.join(server.url, 'Lobby');
    await server.stop('SIGKILL');
    await ada.reconnecting();
    await button(ada, 'Retry now').waitFor();
    await server.start();
    await ada.connected();
    await ada.page.getByText('Connection lost.').waitFor({ state: 'hidden' });
    await ada.say('back again');
    await ada.message('back again').waitFor();
  });

  it('is a server that is off: it says so, and lets one in when it is back', async () => {
    await ada.page.goto(server.url);
    await server.stop();
    await ada.page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await button(ada, 'Join').click();
    await says(ada, 'The server cannot be reached. Check the address and your network.');
    await server.start();
    await button(ada, 'Join').click();
    await ada.page.getByRole('tree').waitFor();
  });

  it('is an address where no Switchboard is', async () => {
    await using site = await ForeignSite.open();
    site.show({
      body: `<script type="module" src="${server.url}/embed.js"></script><voice-room server="${site.origin}"></voice-room>`,
    });
    await ada.page.goto(site.origin);
    await ada.page.getByRole('textbox', { name: 'Nickname' }).fill('Ada');
    await button(ada, 'Join').click();
    await says(ada, 'There is no Switchboard server at this address. Check the address.');
  });

  it.each([
    ['refused', 'The microphone is blocked. Allow it in the browser’s site settings, then try again.', 'How to allow'],
    ['missing', 'No microphone was found. Plug one in, or listen without.', 'Try again'],
  ] as const)('is a microphone that is %s: one hears and writes all the same', async (microphone, sentence, help) => {
    await using eve = await BrowserPerson.open('Eve', wavs.silence(), { microphone });
    await eve.join(server.url, 'Lobby');
    await says(eve, sentence);
    await button(eve, help).click();
    await using cleo = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Cleo',
      play: wavs.voice('clara'),
      args: ['--loop'],
    });
    await cleo.connected();
    await expectHeard('clara', [eve]);
    await eve.say('listening only');
    await cleo.until(({ type, text }) => type === 'message' && text === 'listening only');
  });
});

describe('what goes wrong in a terminal', () => {
  const wavs = new WavFolder();
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    await limitRoom(server, 'Quiet corner', 1);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  /** What it says as it ends, which is not in success. */
  async function complaint(options: Partial<ConstructorParameters<typeof Talker>[0]>): Promise<string> {
    const talker = new Talker({ server: server.url, channel: 'Lobby', nickname: 'Ada', ...options });
    expect(await talker.exited).toBe(1);
    return talker.stderr.join('\n');
  }

  it('is a server that is off', async () => {
    const off = `http://127.0.0.1:${String(await freePort())}`;
    expect(await complaint({ server: off })).toBe('The server cannot be reached. Check the address and your network.');
  });

  it('is an address where no Switchboard is', async () => {
    await using site = await ForeignSite.open();
    expect(await complaint({ server: site.origin })).toBe(
      'There is no Switchboard server at this address. Check the address.',
    );
  });

  it('is a nickname that is taken, and a room that is full', async () => {
    await using first = new Talker({ server: server.url, channel: 'Quiet corner', nickname: 'First' });
    await first.connected();
    expect(await complaint({ nickname: 'first' })).toBe('Someone here already has this nickname. Choose another.');
    expect(await complaint({ channel: 'Quiet corner' })).toBe('The channel is full. Try again when someone leaves.');
  });

  it('is a file that cannot be read, or is no WAV', async () => {
    const nowhere = wavs.path('nowhere');
    expect(await complaint({ play: nowhere })).toBe(`The file ${nowhere} could not be read. Check --play.`);
    const words = wavs.path('words');
    writeFileSync(words, 'This is a text.');
    expect(await complaint({ play: words })).toBe(
      'The WAV file could not be read: it is no WAV file. Choose another for --play.',
    );
  });

  it('is not Ctrl-C: the recording is whole', async () => {
    const listener = new Talker({ server: server.url, channel: 'Lobby', nickname: 'Ben', record: wavs.path('ben') });
    await listener.connected();
    await listener.take(2);
    expect(await listener.stop()).toBe(0);
    expect(secondsOf(wavs.read('ben'))).toBeGreaterThanOrEqual(2);
  });
});
