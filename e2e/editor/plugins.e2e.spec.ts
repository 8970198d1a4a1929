import { afterAll, beforeAll, describe, it } from 'vitest';
import { CAN_TEST_EDITOR } from '../../scripts/editor-tools.ts';
import { Administrator } from '../harness/administrator.ts';
import { BrowserPerson } from '../harness/browser.ts';
import { installAvailable } from '../harness/plugin-packages.ts';
import { PluginPane } from '../harness/plugin-pane.ts';
import { TestServer } from '../harness/server.ts';
import { BROKEN_BY_DEVICES, expectOnOneNote, LISTENING } from '../harness/takes.ts';
import { WavFolder } from '../harness/wavs.ts';
import { EditorPerson } from './harness/editor-person.ts';

const ROBOT_HZ = 110;

describe.skipIf(!CAN_TEST_EDITOR)('a plugin in an editor', LISTENING, () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let server: TestServer;
  let ada: EditorPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    [server, ada, ben] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      EditorPerson.open('Ada').then((started) => opened.use(started)),
      BrowserPerson.open('Ben', wavs.silence()).then((started) => opened.use(started)),
    ]);
    await installAvailable(await Administrator.appoint(server), 'voice-changer', { offer: true });
    await ben.join(server.url, 'Lobby');
    await ada.voice.addServer(server.url);
    await ada.voice.join('Lobby');
  });

  afterAll(() => opened.disposeAsync());

  it('is installed from the server’s offer, and changes what others hear', async () => {
    const { voice } = ada;
    await voice.window.run('Switchboard: Open Chat');
    await voice.panel.getByRole('tab', { name: 'Plugins' }).click();
    const pane = new PluginPane(voice.panel.locator('voice-plugins'));
    await pane.choose('voice-changer');
    await pane.agree();
    await pane.running('voice-changer');
    await voice.panel.getByRole('tab', { name: 'Chat' }).click();
    await voice.say('/voice robot');
    await voice.message('You speak with the voice “robot” now.').waitFor();
    await using _anna = ada.speaks('anna');
    await expectOnOneNote('anna', ROBOT_HZ, [ben], BROKEN_BY_DEVICES);
  });
});
