import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';

const person = (n: number) => ({
  id: `m${n}`,
  userId: `u${n}`,
  nickname: n === 1 ? 'Ada' : `Person ${n}`,
  self: false,
});
const command = (name: string, args: string, n = 1, room = 'r1') => ({
  name,
  args,
  member: person(n),
  room: { id: room, name: 'Room' },
});

const roll = (sut: PluginBench, args: string): string => String(sut.call('on_command', command('roll', args)).message);
const refusal = (sut: PluginBench, args: string): string => String(sut.call('on_command', command('roll', args)).reply);
/** The numbers of `Ada rolls 2d6: [4 (2)] + 3 = 7`. */
function numbersOf(message: string): { rolls: number[]; dropped: number[]; total: number } {
  const [, inside = '', total = ''] = /\[([^\]]*)\].*= (−?\d+)$/.exec(message) ?? [];
  const dropped = [...inside.matchAll(/\((\d+)\)/g)].map(([, n]) => Number(n));
  const rolls = inside
    .split(' ')
    .filter((word) => !word.startsWith('('))
    .map(Number);
  return { rolls, dropped, total: Number(total.replace('−', '-')) };
}

describe('dice-and-polls', async () => {
  await describeBuilds('dice-and-polls', (start) => {
    it('adds what the dice show', async () => {
      const sut = await start();
      for (let n = 0; n < 300; n++) {
        const message = roll(sut, '3d8 + 7');
        expect(message).toMatch(/^Ada rolls 3d8\+7: \[\d \d \d\] \+ 7 = \d+$/);
        const { rolls, total } = numbersOf(message);
        for (const one of rolls) expect(one >= 1 && one <= 8).toBe(true);
        expect(total).toBe(rolls[0]! + rolls[1]! + rolls[2]! + 7);
      }
      expect(numbersOf(roll(sut, 'd4 - 100')).total).toBeLessThan(-95);
    });

    it('is fair: each side as often as the others (chi-squared, 0.1 %)', async () => {
      const sut = await start();
      const counts = new Array<number>(20).fill(0);
      for (let n = 0; n < 400; n++) for (const one of numbersOf(roll(sut, '100d20')).rolls) counts[one - 1]!++;

      const chiSquared = counts.reduce((sum, count) => sum + (count - 2_000) ** 2 / 2_000, 0);
      expect(chiSquared).toBeLessThan(43.82);
      // Too even would be no chance either.
      expect(chiSquared).toBeGreaterThan(5.4);
    });

    it('keeps the higher die with advantage, the lower with disadvantage', async () => {
      const sut = await start();
      let advantage = 0;
      let disadvantage = 0;
      for (let n = 0; n < 2_000; n++) {
        const high = numbersOf(roll(sut, n % 2 === 0 ? 'd20 adv' : 'adv'));
        expect(high.total).toBe(Math.max(...high.rolls, ...high.dropped));
        const low = numbersOf(roll(sut, 'd20 dis'));
        expect(low.total).toBe(Math.min(...low.rolls, ...low.dropped));
        advantage += high.total / 2_000;
        disadvantage += low.total / 2_000;
      }
      // 13.825 and 7.175 in theory; the mean of 2,000 is off by more than 0.5 about once in a million.
      expect(Math.abs(advantage - 13.825)).toBeLessThan(0.5);
      expect(Math.abs(disadvantage - 7.175)).toBeLessThan(0.5);
    });

    it('keeps the highest or the lowest so many', async () => {
      const sut = await start();
      for (let n = 0; n < 200; n++) {
        const { rolls, dropped, total } = numbersOf(roll(sut, '4d6kh3'));
        expect([rolls.length, dropped.length]).toEqual([3, 1]);
        expect(Math.min(...rolls)).toBeGreaterThanOrEqual(dropped[0]!);
        expect(total).toBe(rolls.reduce((sum, one) => sum + one, 0));
        expect(numbersOf(roll(sut, '5d6kl2')).rolls).toHaveLength(2);
      }
    });

    it('rolls a highest again, and comes to an end', async () => {
      const sut = await start();
      let most = 0;
      for (let n = 0; n < 300; n++) {
        const { rolls } = numbersOf(roll(sut, '100d2!'));
        most = Math.max(most, rolls.length);
        expect(rolls.length).toBeGreaterThanOrEqual(100);
        expect(rolls.length).toBeLessThanOrEqual(300);
      }
      expect(most).toBeGreaterThan(150);
      for (let n = 0; n < 300; n++) {
        const { rolls } = numbersOf(roll(sut, 'd6!'));
        expect(rolls.slice(0, -1).every((one) => one === 6)).toBe(true);
        expect(rolls.at(-1)).not.toBe(6);
      }
    });

    it('refuses what is out of bounds or no dice, with what would do', async () => {
      const sut = await start();
      expect(refusal(sut, '101d6')).toBe('Between 1 and 100 dice can be rolled.');
      expect(refusal(sut, '0d6')).toBe('Between 1 and 100 dice can be rolled.');
      expect(refusal(sut, 'd1')).toBe('A die has between 2 and 1000 sides.');
      expect(refusal(sut, 'd1!')).toBe('A die has between 2 and 1000 sides.');
      expect(refusal(sut, '2d99999999999999999')).toBe('A die has between 2 and 1000 sides.');
      expect(refusal(sut, '99999999999')).toBe('Numbers go up to 1000000.');
      expect(refusal(sut, Array(20).fill('1').join('+'))).toBe('At most 8 parts can be added.');
      expect(refusal(sut, '3d6 adv')).toContain('a single die');
      for (const wrong of ['hello', '2d6+', '+', 'd', '2d6 7', '😀', '2d6++3', '%'])
        expect(refusal(sut, wrong), wrong).toMatch(/Try \/roll|A die has/);
    });

    it('holds a poll: one vote for each person, which they may change', async () => {
      const sut = await start();
      expect(sut.call('on_command', command('poll', '"Wo essen wir?" Pizza "Thai food" „Zu Hause“')).message).toBe(
        'Ada asks: Wo essen wir?\n1. Pizza\n2. Thai food\n3. Zu Hause\nVote with its number: /vote 1',
      );
      expect(sut.call('on_command', command('vote', '2', 1)).reply).toBe(
        'Your vote: Thai food. Voting again changes it.',
      );
      sut.call('on_command', command('vote', '2', 2));
      sut.call('on_command', command('vote', 'zu hause', 3));
      sut.call('on_command', command('vote', '1', 2));

      expect(sut.call('on_command', command('poll', '')).reply).toContain('1. Pizza: 1 vote (33 %)');
      expect(sut.call('on_command', command('poll', 'close')).message).toBe(
        'The poll is closed, with 3 votes: Wo essen wir?\n1. Pizza: 1 vote (33 %)\n2. Thai food: 1 vote (33 %)\n3. Zu Hause: 1 vote (33 %)',
      );
      expect(sut.call('on_command', command('vote', '1')).reply).toContain('no poll');
      expect(sut.stored.has('poll r1')).toBe(false);
    });

    it('has a poll for each room, over a restart too', async () => {
      const sut = await start();
      sut.call('on_command', command('poll', 'One? a b', 1, 'r1'));
      sut.call('on_command', command('poll', 'Two? c "d \\"" ', 1, 'r2'));
      sut.call('on_command', command('vote', 'c', 4, 'r2'));
      const storage = Object.fromEntries([...sut.stored].map(([key, text]) => [key, new TextEncoder().encode(text)]));

      const restarted = await start({ storage });
      expect(restarted.call('on_command', command('poll', '', 1, 'r2')).reply).toContain('1. c: 1 vote (100 %)');
      expect(restarted.call('on_command', command('poll', '', 1, 'r1')).reply).toContain('1. a: 0 votes\n');
    });

    it('lets who began it close it, and everybody after an hour', async () => {
      const sut = await start();
      sut.call('on_command', command('poll', 'Q? a b', 1));
      expect(sut.call('on_command', command('poll', 'close', 2)).reply).toContain('Ada began this poll');
      sut.nowMs += 3_600_000;
      expect(sut.call('on_command', command('poll', 'close', 2)).message).toContain('closed, with 0 votes');
    });

    it('refuses polls that are none', async () => {
      const sut = await start();
      for (const wrong of ['Q?', 'Q? a', 'Q? a a', `Q? ${'o '.repeat(11)}`, `Q? a ${'x'.repeat(81)}`, '"" "" ""'])
        expect(sut.call('on_command', command('poll', wrong)).message, wrong).toBeUndefined();
      sut.call('on_command', command('poll', 'Q? a b'));
      expect(sut.call('on_command', command('poll', 'Q2? a b')).reply).toContain('open already: Q?');
      for (const wrong of ['0', '3', '-1', '1.5', 'x', '99999999999'])
        expect(sut.call('on_command', command('vote', wrong)).reply, wrong).toContain('from 1 to 2');
    });

    it('stays within its storage, however many vote in however many rooms', async () => {
      const sut = await start();
      const longId = (n: number) => `${String(n).padStart(4, '0')}${'x'.repeat(22)}`;
      for (let room = 0; room < 25; room++) {
        const id = `room-${room}`;
        const begun = sut.call('on_command', command('poll', 'Q? a b', 1, id));
        if (room >= 20) expect(begun.reply).toContain('Too many polls');
        else
          for (let n = 0; n < 310; n++)
            sut.call('on_command', { ...command('vote', '1', n, id), member: { ...person(n), userId: longId(n) } });
      }
      const bytes = [...sut.stored.values()].reduce((sum, text) => sum + text.length, 0);
      expect(bytes).toBeGreaterThan(150_000);
      expect(bytes).toBeLessThan(262_144);
      sut.nowMs += 8 * 86_400_000;
      expect(sut.call('on_command', command('poll', 'New? a b', 1, 'another')).message).toContain('New?');
    });

    it('takes no more memory after 100,000 rolls', async () => {
      const sut = await start({ limits: { memoryPages: 8 } });
      for (let n = 0; n < 100_000; n++) sut.call('on_command', command('roll', '4d6kh3+2'));
      expect(roll(sut, 'd6')).toContain('Ada rolls d6');
    });
  });
});
