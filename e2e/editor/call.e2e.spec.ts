import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAN_TEST_EDITOR } from '../../scripts/editor-tools.ts';
import { BrowserPerson } from '../harness/browser.ts';
import { TestServer } from '../harness/server.ts';
import { Talker } from '../harness/talker.ts';
import { expectHeard, expectUnderstood, LISTENING, UNDERSTOOD_BY_DEVICES } from '../harness/takes.ts';
import { secondsOf, spokenOnce, WavFolder } from '../harness/wavs.ts';
import { silentOf } from '../hearing/heard.ts';
import { EditorPerson } from './harness/editor-person.ts';
import { gone } from './harness/session-processes.ts';
import type { VoiceWindow } from './harness/voice-window.ts';

describe.skipIf(!CAN_TEST_EDITOR)('a call in the editor, through real devices', LISTENING, () => {
  const opened = new AsyncDisposableStack();
  const wavs = opened.use(new WavFolder());
  let server: TestServer;
  let ada: EditorPerson;
  let voice: VoiceWindow;
  let ben: BrowserPerson;

  beforeAll(async () => {
    [server, ada, ben] = await Promise.all([
      TestServer.start().then((started) => opened.use(started)),
      EditorPerson.open('Ada').then((started) => opened.use(started)),
      BrowserPerson.open('Ben', wavs.voice('bruno')).then((started) => opened.use(started)),
    ]);
    ({ voice } = ada);
    await ben.join(server.url, 'Lobby');
    await ben.mute();
  });

  afterAll(() => opened.disposeAsync());

  it('is joined by clicking a room of a server that was just added', async () => {
    await voice.addServer(server.url);
    await voice.join('Lobby');
    await ben.member('Ada').waitFor();
    await voice.member('Ben').waitFor();
  });

  it('is heard by a page and by a native client', async () => {
    await using cleo = await nativeListener('cleo-hears-ada');
    await using _anna = ada.speaks('anna');
    await ben.speaker('Ada').waitFor();
    await voice.speaker('Ada').waitFor();
    await expectUnderstood('anna', [ben, cleo], UNDERSTOOD_BY_DEVICES);
  });

  it('hears the page, and shows who speaks', async () => {
    await ben.unmute();
    await voice.speaker('Ben').waitFor();
    await expectUnderstood('bruno', [ada], UNDERSTOOD_BY_DEVICES);
    await ben.mute();
  });

  it('hears the native client', async () => {
    await using cleo = nativeSpeaker();
    await cleo.connected();
    await expectUnderstood('clara', [ada], UNDERSTOOD_BY_DEVICES);
  });

  it('is told and tells in the chat', async () => {
    await voice.say('hello from the editor');
    await ben.message('hello from the editor').waitFor();
    await ben.say('hello from a page');
    await voice.message('hello from a page').waitFor();
  });

  it('keeps the microphone to itself while muted', async () => {
    const said = spokenOnce('anna');
    await voice.window.run('Switchboard: Mute');
    await ben.page.getByRole('treeitem', { name: /^Ada\b.*muted/ }).waitFor();
    await using _anna = ada.speaks('anna');
    const atBen = await ben.record(secondsOf(said));
    await voice.window.run('Switchboard: Unmute');
    await expectHeard('anna', [ben]);
    expect(silentOf(said, atBen)).toMatchObject({ silent: true });
  });

  it('is back in its room after its engine was killed', async () => {
    const [before] = await ada.engines();
    process.kill(before!, 'SIGKILL');
    await expect.poll(() => ada.engines()).not.toContain(before);
    await expect.poll(() => ada.engines()).toHaveLength(1);
    await voice.inRoom('Lobby');
    await using _anna = ada.speaks('anna');
    await using _cleo = nativeSpeaker();
    await Promise.all([expectHeard('anna', [ben]), expectHeard('clara', [ada])]);
  });

  it('goes on after the server was restarted', async () => {
    await server.stop();
    await ben.reconnecting();
    await server.start();
    await ben.connected();
    await Promise.all([voice.inRoom('Lobby'), ben.member('Ada').waitFor()]);
    await using _anna = ada.speaks('anna');
    await using _cleo = nativeSpeaker();
    await Promise.all([expectHeard('anna', [ben]), expectHeard('clara', [ada])]);
  });

  it('leaves no process behind when its extension host dies', async () => {
    const running = await ada.engines();
    expect(running).toHaveLength(1);
    for (const pid of await ada.extensionHosts()) process.kill(pid, 'SIGKILL');
    expect(await gone(running, 10_000)).toBe(true);
  });

  async function nativeListener(record: string): Promise<Talker> {
    const cleo = new Talker({ server: server.url, channel: 'Lobby', nickname: 'Cleo', record: wavs.path(record) });
    await cleo.connected();
    return cleo;
  }

  function nativeSpeaker(): Talker {
    const play = wavs.voice('clara');
    return new Talker({ server: server.url, channel: 'Lobby', nickname: 'Cleo', play, args: ['--loop'] });
  }
});
