import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { expectHeard, expectUnderstood, LISTENING } from './harness/takes.ts';
import { secondsOf, spokenOnce, WavFolder } from './harness/wavs.ts';
import { silentOf } from './hearing/heard.ts';

describe('two pages and a native client in one room', LISTENING, () => {
  const wavs = new WavFolder();
  let server: TestServer;
  let ada: BrowserPerson;
  let ben: BrowserPerson;

  beforeAll(async () => {
    server = await TestServer.start();
    [ada, ben] = await Promise.all([
      BrowserPerson.open('Ada', wavs.voice('anna')),
      BrowserPerson.open('Ben', wavs.voice('bruno')),
    ]);
    await ada.join(server.url, 'Lobby');
    await ben.join(server.url, 'Lobby');
    await Promise.all([ada.mute(), ben.mute()]);
  });

  afterAll(async () => {
    await Promise.all([ada[Symbol.asyncDispose](), ben[Symbol.asyncDispose]()]);
    await server[Symbol.asyncDispose]();
    wavs[Symbol.dispose]();
  });

  async function listener(nickname: string, record: string, channel = 'Lobby'): Promise<Talker> {
    const talker = new Talker({ server: server.url, channel, nickname, record: wavs.path(record) });
    await talker.connected();
    return talker;
  }

  it('hears a page on the other page and in the terminal', async () => {
    await using cleo = await listener('Cleo', 'cleo-hears-ada');
    await ada.unmute();
    await expectUnderstood('anna', [ben, cleo]);
    await ada.mute();
  });

  it('hears the other page as well', async () => {
    await using cleo = await listener('Cleo', 'cleo-hears-ben');
    await ben.unmute();
    await expectUnderstood('bruno', [ada, cleo]);
    await ben.mute();
  });

  it('hears the native client on both pages', async () => {
    await using cleo = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Cleo',
      play: wavs.voice('clara'),
      args: ['--loop'],
    });
    await cleo.connected();
    await expectUnderstood('clara', [ada, ben]);
  });

  it('keeps a voice from a muted one, to another room, and to a deafened one', async () => {
    const voice = spokenOnce('anna');
    await using elsewhere = await listener('Dora', 'other-room', 'Quiet corner');
    await using inTheRoom = await listener('Cleo', 'same-room');
    await ben.deafen();
    await ada.unmute();
    // A voice may be heard in another take; silence holds in each, or does not hold.
    const [atBen] = await Promise.all([ben.record(2 * secondsOf(voice)), expectHeard('anna', [inTheRoom])]);
    await ada.mute();
    await ada.speaker('Ada').waitFor({ state: 'hidden' });
    await using whileMuted = await listener('Emil', 'while-muted');
    await whileMuted.take(secondsOf(voice));
    await Promise.all([elsewhere.stop(), whileMuted.stop()]);
    await ben.undeafen();

    expect(silentOf(voice, atBen)).toMatchObject({ silent: true });
    expect(silentOf(voice, wavs.read('other-room'))).toMatchObject({ silent: true });
    expect(silentOf(voice, wavs.read('while-muted'))).toMatchObject({ silent: true });
  });

  it('shows who speaks while the speech lasts, and no longer', async () => {
    await using cleo = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Cleo',
      play: wavs.voice('clara'),
    });
    await ada.speaker('Cleo').waitFor();
    await ada.speaker('Cleo').waitFor({ state: 'hidden' });
    expect(await cleo.exited).toBe(0);
  });
});
