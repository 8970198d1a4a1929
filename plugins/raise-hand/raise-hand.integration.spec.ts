import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';

const ROOM = { id: 'r1', name: 'Lobby' };
const person = (id: string, nickname: string) => ({ id, userId: `u-${id}`, nickname, self: false });
const ADA = person('m1', 'Ada');
const BEN = person('m2', 'Ben "the \\ hand" 🙂');

function say(sut: PluginBench, name: string, member = ADA, args = '', room = ROOM) {
  return sut.call('on_command', { name, args, member, room });
}

describe('raise-hand', async () => {
  await describeBuilds('raise-hand', (start) => {
    it('lets people speak in the order in which they raised their hands', async () => {
      const sut = await start();
      expect(say(sut, 'hand')).toEqual({ message: '✋ Ada raises a hand.' });
      expect(say(sut, 'hand', BEN)).toEqual({
        message: `✋ ${BEN.nickname} raises a hand. Hands up: Ada, ${BEN.nickname}.`,
      });
      expect(say(sut, 'hands')).toEqual({ reply: `Hands up: Ada, ${BEN.nickname}` });
      expect(say(sut, 'next')).toEqual({ message: `🗣 It is Ada’s turn. Hands up: ${BEN.nickname}.` });
      expect(say(sut, 'next')).toEqual({ message: `🗣 It is ${BEN.nickname}’s turn.` });
      expect(say(sut, 'next')).toEqual({ reply: 'Nobody has a hand up.' });
    });

    it('lowers a hand that is up, and says so where there is nothing to do', async () => {
      const sut = await start();
      expect(say(sut, 'hand', ADA, 'down')).toEqual({ reply: 'Your hand is not up.' });
      say(sut, 'hand');
      expect(say(sut, 'hand', ADA, 'UP')).toEqual({ reply: 'Your hand is up already.' });
      expect(say(sut, 'hand')).toEqual({ message: 'Ada lowers the hand.' });
      expect(say(sut, 'hand', ADA, 'sideways')).toEqual({ reply: 'Say /hand, /hand up or /hand down.' });
    });

    it('keeps a queue for each room, and takes out who leaves', async () => {
      const sut = await start();
      const other = { id: 'r2', name: 'Other' };
      say(sut, 'hand');
      say(sut, 'hand', BEN, '', other);
      sut.call('on_user_leave_channel', { member: ADA, room: ROOM });
      expect(say(sut, 'hands')).toEqual({ reply: 'Nobody has a hand up.' });
      expect(say(sut, 'hands', ADA, '', other)).toEqual({ reply: `Hands up: ${BEN.nickname}` });
      expect([...sut.stored.keys()]).toEqual(['r2']);
    });

    it('remembers over a restart', async () => {
      const sut = await start();
      say(sut, 'hand', BEN);
      const storage = Object.fromEntries([...sut.stored].map(([key, text]) => [key, new TextEncoder().encode(text)]));
      expect(say(await start({ storage }), 'hands')).toEqual({ reply: `Hands up: ${BEN.nickname}` });
    });

    it('begins anew where what was stored is no queue', async () => {
      const garbage = new TextEncoder().encode('[["m1"], 5, {"x": [');
      expect(say(await start({ storage: { r1: garbage } }), 'hands')).toEqual({ reply: 'Nobody has a hand up.' });
    });

    it('has room for fifty, and answers twenty thousand commands without running out of memory', async () => {
      const sut = await start();
      for (let n = 0; n < 50; n++) say(sut, 'hand', person(`m${n}`, `Person ${n}`));
      expect(say(sut, 'hand', person('late', 'Late'))).toEqual({
        reply: 'There are as many hands up as there may be.',
      });
      for (let n = 0; n < 20_000; n++) say(sut, 'hands');
      expect(sut.logged).toEqual([]);
    });
  });
});
