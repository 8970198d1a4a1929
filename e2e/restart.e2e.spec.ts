import { describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { secondsOf, spokenOnce, WavFolder } from './harness/wavs.ts';
import { understood } from './hearing/understood.ts';

const UNDERSTOOD = 0.95;

describe('a server that restarts in the middle of a call', () => {
  it('has everyone back in the room, hearing each other, without a click', async () => {
    using wavs = new WavFolder();
    await using server = await TestServer.start();
    await using ada = await BrowserPerson.open('Ada', wavs.voice('anna'));
    await using ben = await BrowserPerson.open('Ben', wavs.voice('bruno'));
    await ada.join(server.url, 'Lobby');
    await ben.join(server.url, 'Lobby');
    await using cleo = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Cleo',
      play: wavs.voice('clara'),
      args: ['--loop'],
    });
    await cleo.connected();
    await Promise.all([ada.mute(), ben.mute()]);

    await server.stop();
    await ada.page
      .getByText(/Reconnecting/)
      .first()
      .waitFor();
    await server.start();
    await Promise.all([ada.connected(), ben.connected(), cleo.connected()]);
    await Promise.all([ada.member('Cleo').waitFor(), ben.member('Cleo').waitFor(), ben.member('Ada').waitFor()]);

    const seconds = (voice: 'anna' | 'clara') => secondsOf(spokenOnce(voice)) * 2;
    const [cleoAtAda, cleoAtBen] = await Promise.all([ada.record(seconds('clara')), ben.record(seconds('clara'))]);
    for (const recording of [cleoAtAda, cleoAtBen]) {
      expect(understood(spokenOnce('clara'), recording).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
    }

    expect(await cleo.stop()).toBe(0);
    const dora = new Talker({ server: server.url, channel: 'Lobby', nickname: 'Dora', record: wavs.path('dora') });
    await dora.connected();
    await ada.unmute();
    const adaAtBen = await ben.record(seconds('anna'));
    await dora.stop();
    for (const recording of [adaAtBen, wavs.read('dora')]) {
      expect(understood(spokenOnce('anna'), recording).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
    }
  });
});
