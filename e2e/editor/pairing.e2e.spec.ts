import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAN_TEST_EDITOR } from '../../scripts/editor-tools.ts';
import { BrowserPerson } from '../harness/browser.ts';
import { TestServer } from '../harness/server.ts';
import { WavFolder } from '../harness/wavs.ts';
import { EditorPerson } from './harness/editor-person.ts';
import { VoiceWindow } from './harness/voice-window.ts';

const SHARING = { 'switchboard.share.workspace': true, 'switchboard.share.file': true };
const LINES = Array.from({ length: 80 }, (_, index) => `value_${String(index + 1)} = ${String(index + 1)}`);
const FILES = { 'src/sorting.py': LINES.join('\n'), 'README.md': '# Sorting\n' };

describe.skipIf(!CAN_TEST_EDITOR)('two who program together', () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let ada: VoiceWindow;
  let ben: VoiceWindow;
  let cleo: BrowserPerson;

  beforeAll(async () => {
    const [server, first] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      EditorPerson.open('Ada', { files: FILES, settings: SHARING }).then((started) => opened.use(started)),
    ]);
    ada = first.voice;
    // A copy of the same project somewhere else, as two people have it.
    ben = new VoiceWindow(await first.editor.open('elsewhere/project', FILES), 'Ben');
    cleo = opened.use(await BrowserPerson.open('Cleo', wavs.silence()));
    await cleo.join(server.url, 'Lobby');
    for (const each of [ada, ben]) {
      await each.addServer(server.url);
      await each.join('Lobby');
    }
  });

  afterAll(() => opened.disposeAsync());

  it('see where the other is', async () => {
    await ada.window.openFile('src/sorting.py');
    await ada.window.goToLine(30);
    await ben.window.row(/^Ada\b.*sorting\.py.*30/).waitFor();
  });

  it('go to the other’s line by a click', async () => {
    await ben.member('Ada').click();
    await ben.window.activeEditor('sorting.py').waitFor();
    await ben.window.position('Ln 30,').waitFor();
  });

  it('follow until they go somewhere themselves', async () => {
    await ben.window.chooseOf(ben.member('Ada'), 'Follow');
    await ada.window.goToLine(7);
    await ben.window.position('Ln 7,').waitFor();
    await ben.window.goToLine(50);
    await ada.window.goToLine(12);
    await ben.window.row(/^Ada\b.*sorting\.py.*12/).waitFor();
    await ben.window.position('Ln 50,').waitFor();
  });

  it('send code that opens at its place on the other side', async () => {
    await ada.window.selectLines(20, 22);
    await ada.window.run('Switchboard: Send Selection to the Room');
    await cleo.message('value_21 = 21').waitFor();
    await ben.window.run('Switchboard: Open Chat');
    const message = ben.message('value_21 = 21');
    await message.waitFor();
    await ben.window.openFile('README.md');
    await message.getByRole('button', { name: /sorting\.py/ }).click();
    await ben.window.activeEditor('sorting.py').waitFor();
    await ben.window.position(/Ln 2[023], .*selected/).waitFor();
    expect(await ben.window.page.locator('.view-lines').innerText()).toContain('value_22');
  });
});
