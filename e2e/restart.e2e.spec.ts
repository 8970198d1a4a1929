import { describe, expect, it } from 'vitest';
import { BrowserPerson } from './harness/browser.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { expectUnderstood, LISTENING } from './harness/takes.ts';
import { WavFolder } from './harness/wavs.ts';

describe('a server that restarts in the middle of a call', LISTENING, () => {
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
    await Promise.all([ada.reconnecting(), ben.reconnecting(), cleo.reconnecting()]);
    await server.start();
    await Promise.all([ada.connected(), ben.connected(), cleo.connected()]);
    await Promise.all([ada.member('Cleo').waitFor(), ben.member('Cleo').waitFor(), ben.member('Ada').waitFor()]);

    await expectUnderstood('clara', [ada, ben]);
    expect(await cleo.stop()).toBe(0);
    await using dora = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Dora',
      record: wavs.path('dora'),
    });
    await dora.connected();
    await ada.unmute();
    await expectUnderstood('anna', [ben, dora]);
  });
});
