import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';

const room = { id: 'r1', name: 'Küche' };
const person = (n: number, nickname = `Person ${n}`) => ({ id: `m${n}`, userId: `u${n}`, nickname, self: false });

describe('greeter', async () => {
  await describeBuilds('greeter', (start) => {
    it('welcomes people and guests each in their own words', async () => {
      const sut = await start({ config: { notice: 'Hi {name}, in {room}{x}!', guestNotice: 'Guest {name}' } });

      expect(sut.call('on_connect', { member: person(1, 'Zoë 😀'), guest: false })).toEqual({
        notice: 'Hi Zoë 😀, in the server{x}!',
      });
      expect(sut.call('on_connect', { member: person(2), guest: true })).toEqual({ notice: 'Guest Person 2' });
    });

    it('tells the room who has come, and does not look for placeholders in names', async () => {
      const sut = await start({ config: { roomMessage: '{name} → {room}' } });

      expect(sut.call('on_user_join_channel', { member: person(1, '{room} "\\'), room })).toEqual({ action: 'pass' });

      expect(sut.acts).toEqual([{ type: 'message.send', message: { text: '{room} "\\ → Küche', roomId: 'r1' } }]);
    });

    it('greets nobody twice within the minutes, over a restart too', async () => {
      const sut = await start({ config: { everyMinutes: 10 } });
      const visit = { member: person(1), room };
      sut.call('on_user_join_channel', visit);
      sut.nowMs += 9 * 60_000;
      sut.call('on_user_join_channel', visit);
      expect(sut.acts).toHaveLength(1);

      const storage = Object.fromEntries([...sut.stored].map(([key, text]) => [key, new TextEncoder().encode(text)]));
      const restarted = await start({ config: { everyMinutes: 10 }, storage });
      restarted.nowMs = sut.nowMs;
      restarted.call('on_user_join_channel', visit);
      expect(restarted.acts).toHaveLength(0);
      restarted.nowMs += 60_000;
      restarted.call('on_user_join_channel', visit);
      expect(restarted.acts).toHaveLength(1);
    });

    it('greets every time with 0 minutes, and not at all without words', async () => {
      const sut = await start({ config: { everyMinutes: 0, notice: '  ' } });
      for (let n = 0; n < 3; n++) sut.call('on_user_join_channel', { member: person(1), room });

      expect(sut.acts).toHaveLength(3);
      expect(sut.call('on_connect', { member: person(1), guest: false })).toEqual({});
    });

    it('greets later whom it could not greet for the quota', async () => {
      const sut = await start();
      for (let n = 0; n < 25; n++) sut.call('on_user_join_channel', { member: person(n), room });
      expect(sut.acts).toHaveLength(20);

      sut.passMinute();
      for (let n = 0; n < 25; n++) sut.call('on_user_join_channel', { member: person(n), room });
      expect(sut.acts).toHaveLength(25);
    });

    it('keeps a notice within its length without cutting a character in two', async () => {
      const sut = await start({ config: { notice: '{name}'.repeat(60) } });

      const { notice } = sut.call('on_connect', { member: person(1, `x${'😀'.repeat(12)}`), guest: false });
      expect(String(notice).length).toBeLessThanOrEqual(500);
      expect(String(notice)).toMatch(/😀…$/);
      expect(String(notice).isWellFormed()).toBe(true);
    });

    it('remembers so many people that its storage stays small', async () => {
      const sut = await start();
      for (let n = 0; n < 1_000; n++) {
        sut.nowMs += 4_000;
        sut.call('on_user_join_channel', { member: person(n), room });
      }
      expect(sut.stored.get('room')!.length).toBeLessThan(65_536);
      expect(sut.acts).toHaveLength(1_000);
    });

    it('takes no more memory after 100,000 people', async () => {
      const sut = await start({ limits: { memoryPages: 8 }, config: { everyMinutes: 1 } });
      for (let n = 0; n < 100_000; n++) {
        sut.nowMs += 4_000;
        sut.call('on_user_join_channel', { member: person(n), room });
      }
      expect(sut.acts).toHaveLength(100_000);
    });
  });
});
