import { ERROR_SENTENCES } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAN_TEST_EDITOR } from '../../scripts/editor-tools.ts';
import { Administrator, PASSWORD } from '../harness/administrator.ts';
import { BrowserPerson } from '../harness/browser.ts';
import { freePort } from '../harness/free-port.ts';
import { TestServer } from '../harness/server.ts';
import { expectHeard, LISTENING } from '../harness/takes.ts';
import { WavFolder } from '../harness/wavs.ts';
import { EditorPerson } from './harness/editor-person.ts';
import type { EditorWindow } from './harness/editor-window.ts';
import { EXTENSION, type VoiceWindow } from './harness/voice-window.ts';

describe.skipIf(!CAN_TEST_EDITOR)('what goes wrong in an editor', LISTENING, () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let server: TestServer;
  let carol: EditorPerson;
  let voice: VoiceWindow;
  let window: EditorWindow;
  let ben: BrowserPerson;

  beforeAll(async () => {
    [server, carol, ben] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      EditorPerson.open('Carol', { microphone: false }).then((started) => opened.use(started)),
      BrowserPerson.open('Ben', wavs.voice('bruno')).then((started) => opened.use(started)),
    ]);
    await (await Administrator.appoint(server)).account('dora');
    ({ voice } = carol);
    ({ window } = voice);
    await ben.join(server.url, 'Lobby');
  });

  afterAll(() => opened.disposeAsync());

  const link = (query: Readonly<Record<string, string>>) =>
    `vscode://${EXTENSION}/join?${new URLSearchParams(query).toString()}`;

  it('is an address at which nobody answers: it is told, and nothing is kept', async () => {
    await voice.askToAdd(`http://127.0.0.1:${String(await freePort())}`);
    await window.notification(ERROR_SENTENCES['client.unreachable']).waitFor();
    await window.closeNotifications();
    expect(await window.page.locator('.pane-body').getByRole('treeitem').count()).toBe(0);
  });

  it('is a link that makes no sense: it is refused in a sentence', async () => {
    for (const query of [{}, { server: 'file:///etc/passwd' }, { server: 'nowhere', channel: 'Lobby' }]) {
      await window.openUri(link(query));
      await window.notification('This link leads to no room').waitFor();
      await window.closeNotifications();
    }
    expect(await carol.engines()).toEqual([]);
  });

  it('is not a link to a room: it asks, and joins when told to, never by itself', async () => {
    const invitation = link({ server: server.url, channel: 'Lobby' });
    const question = window.dialog('into a room on the server').filter({ hasText: new URL(server.url).host });
    await window.openUri(invitation);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await ben.member('Carol').count()).toBe(0);
    expect(await window.row(/./).count()).toBe(0);
    await window.openUri(invitation);
    await question.getByRole('button', { name: 'Join' }).click();
    await window.answer('Nickname on', 'Carol');
    await voice.inRoom('Lobby');
    await ben.member('Carol').waitFor();
    // Of a server that one is on already nothing but the question stands in the way.
    const elsewhere = window.dialog('The link calls the room: Quiet corner');
    await window.openUri(link({ server: server.url, channel: 'Quiet corner' }));
    await elsewhere.getByRole('button', { name: 'Cancel' }).click();
    await voice.say('still in the lobby');
    await ben.message('still in the lobby').waitFor();
    await voice.inRoom('Lobby');
  });

  it('is the missing microphone: it is told once, and one hears all the same', async () => {
    const told = window.notification(ERROR_SENTENCES['client.microphone_missing']);
    await told.waitFor();
    await voice.status('microphone').filter({ hasText: 'No microphone' }).waitFor();
    await expectHeard('bruno', [carol]);
    expect(await told.count()).toBe(1);
    await window.closeNotifications();
  });

  it('is not an account: one signs in, and is back without the password', async () => {
    const signedIn = ben.page.getByRole('treeitem', { name: /^dora\b(?!.*guest)/ });
    await window.run('Switchboard: Sign In…');
    await window.option('I Have an Account').click();
    await window.answer('User Name on', 'dora');
    await window.answer('Password of dora', 'not the password');
    await window.answer('User Name on', 'dora');
    await window.answer('Password of dora', PASSWORD);
    // Back in the room, as somebody else.
    await voice.status('room').filter({ hasText: 'Lobby' }).waitFor();
    await signedIn.waitFor();
    await window.reload();
    await signedIn.waitFor({ state: 'detached' });
    await window.openView('Switchboard Voice');
    await window.row('Switchboard').click();
    await window.row('Lobby').click();
    await signedIn.waitFor();
  });
});
