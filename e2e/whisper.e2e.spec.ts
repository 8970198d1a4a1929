import { describe, expect, it } from 'vitest';
import { TestServer } from './harness/server.ts';
import { expectUnderstood, LISTENING } from './harness/takes.ts';
import { Talker } from './harness/talker.ts';
import { spokenOnce, WavFolder } from './harness/wavs.ts';
import { silentOf } from './hearing/heard.ts';

describe('a whisper', LISTENING, () => {
  it.each([
    ['in the same room', 'Lobby'],
    ['in another room', 'Quiet corner'],
  ])('is understood by the one it is for, %s, and heard by nobody beside either', async (_, channel) => {
    using wavs = new WavFolder();
    await using server = await TestServer.start();
    const listener = (nickname: string, room: string) =>
      new Talker({ server: server.url, channel: room, nickname, record: wavs.path(nickname) });
    await using ben = listener('Ben', channel);
    await using besideAda = listener('Cleo', 'Lobby');
    await using besideBen = listener('Dora', channel);
    await Promise.all([ben, besideAda, besideBen].map((talker) => talker.connected()));

    await using ada = new Talker({
      server: server.url,
      channel: 'Lobby',
      nickname: 'Ada',
      play: wavs.voice('anna'),
      args: ['--whisper', 'Ben', '--loop'],
    });
    await ben.until(
      ({ type, nickname, whispering }) => type === 'whisper' && nickname === 'Ada' && whispering === true,
    );
    await expectUnderstood('anna', [ben]);
    for (const talker of [ada, ben, besideAda, besideBen]) expect(await talker.stop()).toBe(0);

    const voice = spokenOnce('anna');
    // Nobody else speaks: those beside them hear nothing at all, which no measure of likeness has to judge.
    for (const name of ['Cleo', 'Dora']) expect(silentOf(voice, wavs.read(name)).levelDbfs, name).toBe(-Infinity);
    for (const { lines } of [besideAda, besideBen]) {
      expect(lines.filter(({ type }) => type === 'whisper' || type === 'speaking')).toEqual([]);
    }
  });
});
