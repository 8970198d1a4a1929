/**
 * Takes the pictures of the extension that the documentation shows, in a real editor during a real call, into docs/images:
 * `node --conditions=source e2e/editor/pictures.ts`, after `npm run build` and `npm run package`.
 */

import { join } from 'node:path';
import { ROOT } from '../../scripts/run.ts';
import { TestServer } from '../harness/server.ts';
import { Talker } from '../harness/talker.ts';
import { WavFolder } from '../harness/wavs.ts';
import { EditorPerson } from './harness/editor-person.ts';
import { VoiceWindow } from './harness/voice-window.ts';

interface Theme {
  readonly name: string;
  /** What the window is marked with while it is on. */
  readonly mark: string;
}

const FOLDER = join(ROOT, 'docs/images');
const THEMES: Readonly<Record<string, Theme>> = {
  light: { name: 'Light Modern', mark: 'vs' },
  dark: { name: 'Dark Modern', mark: 'vs-dark' },
  contrast: { name: 'Dark High Contrast', mark: 'hc-black' },
};
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 420, height: 800 };
const SHARING = { 'switchboard.share.workspace': true, 'switchboard.share.file': true };
const FILES = {
  'src/queue.py': `class Queue:
    """First in, first out."""

    def __init__(self, items=()):
        self._items = list(items)

    def put(self, item):
        self._items.append(item)

    def take(self):
        if not self._items:
            raise IndexError("the queue is empty")
        return self._items.pop(0)
`,
};

await using server = await TestServer.start();
using wavs = new WavFolder();
await using person = await EditorPerson.open('Ada', { files: FILES, settings: SHARING });
const { voice: ada, editor } = person;
const { window } = ada;

await window.openView('Switchboard Voice');
await takeInThemes('welcome', () => Promise.resolve());

await ada.addServer(server.url);
await ada.join('Lobby');
const ben = new VoiceWindow(await editor.open('elsewhere/project', FILES), 'Ben');
await ben.addServer(server.url);
await ben.join('Lobby');
await using _clara = new Talker({
  server: server.url,
  channel: 'Lobby',
  nickname: 'Clara',
  play: wavs.voice('clara'),
  args: ['--loop'],
});
await ben.window.openFile('src/queue.py');
await ben.window.selectLines(10, 13);
await ben.window.run('Switchboard: Send Selection to the Room');
await ben.say('Should an empty queue raise, or give None?');
await ada.say('Raise: nobody checks for None.');
await window.openFile('src/queue.py');
await ada.message('Raise: nobody checks for None.').waitFor();

await takeInThemes('call', async () => {
  await window.closeNotifications();
  await ada.speaker('Clara').waitFor();
});
for (const tab of ['People', 'Settings']) {
  await takeInThemes(tab.toLowerCase(), async () => {
    await ada.panel.getByRole('tab', { name: tab }).click();
  });
}
await ada.panel.getByRole('tab', { name: 'Chat' }).click();
await window.page.setViewportSize(NARROW);
await takeInThemes('narrow', () => Promise.resolve());

/** Takes one view in each theme, once it is as it should be. */
async function takeInThemes(view: string, prepared: () => Promise<void>): Promise<void> {
  if (view !== 'narrow') await window.page.setViewportSize(WIDE);
  for (const [suffix, { name, mark }] of Object.entries(THEMES)) {
    await window.chooseTheme(name);
    await window.page.locator(`.monaco-workbench.${mark}`).waitFor();
    await prepared();
    // Away from everything that shows something while one points at it.
    await window.page.mouse.move(0, 0);
    await window.screenshot(join(FOLDER, `editor-${view}-${suffix}.png`));
  }
}
