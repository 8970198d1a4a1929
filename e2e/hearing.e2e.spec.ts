import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { secondsOf, spokenOnce, WavFolder } from './harness/wavs.ts';
import { silentOf } from './hearing/heard.ts';
import type { VoiceName } from './hearing/speech.ts';
import { understood } from './hearing/understood.ts';

/** Intelligibility that the issue of the day asks for between any two people (STOI, 0..1). */
const UNDERSTOOD = 0.95;

/** Two rounds of a looped voice: every utterance is whole in it, wherever it begins. */
const roundSeconds = (voice: VoiceName): number => secondsOf(spokenOnce(voice)) * 2;

describe('two pages and a native client in one room', () => {
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
    const cleo = await listener('Cleo', 'cleo-hears-ada');
    await ada.unmute();
    const atBen = await ben.record(roundSeconds('anna'));
    await ada.mute();
    await cleo.stop();

    expect(understood(spokenOnce('anna'), atBen).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
    expect(understood(spokenOnce('anna'), wavs.read('cleo-hears-ada')).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
  });

  it('hears the other page as well', async () => {
    const cleo = await listener('Cleo', 'cleo-hears-ben');
    await ben.unmute();
    const atAda = await ada.record(roundSeconds('bruno'));
    await ben.mute();
    await cleo.stop();

    expect(understood(spokenOnce('bruno'), atAda).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
    expect(understood(spokenOnce('bruno'), wavs.read('cleo-hears-ben')).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
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
    const [atAda, atBen] = await Promise.all([ada.record(roundSeconds('clara')), ben.record(roundSeconds('clara'))]);

    for (const recording of [atAda, atBen]) {
      expect(understood(spokenOnce('clara'), recording).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
    }
  });

  it('keeps a voice from a muted one, to another room, and to a deafened one', async () => {
    const elsewhere = await listener('Dora', 'other-room', 'Quiet corner');
    await ben.deafen();
    await ada.unmute();
    const inTheRoom = await listener('Cleo', 'same-room');
    const atBen = await ben.record(roundSeconds('anna'));
    await ada.mute();
    const whileMuted = await listener('Emil', 'while-muted');
    await ada.record(3);
    await Promise.all([elsewhere.stop(), inTheRoom.stop(), whileMuted.stop()]);
    await ben.undeafen();

    const voice = spokenOnce('anna');
    expect(silentOf(voice, wavs.read('same-room')).silent, 'the same room hears it').toBe(false);
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
