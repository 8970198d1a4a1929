import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchboardError, type ErrorCode, type VoiceGrant } from '@switchboard/protocol';
import type { Passwords } from '../auth/passwords/passwords.ts';
import { DoorService, type Admission, type Doorkeeper } from './door.service.ts';
import { aChannel, FakeLink, PresenceHarness, type Present } from './testing/presence-harness.ts';

const refusal = (code: ErrorCode): unknown => expect.objectContaining({ name: SwitchboardError.name, code });

/** Passwords whose comparing takes as long as the test says; a hash is the password itself. */
class SlowPasswords {
  readonly comparing: (() => void)[] = [];

  verify(password: string, hash: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.comparing.push(() => resolve(password === hash));
    });
  }

  /** As many as there are. */
  finish(): void {
    for (const finish of this.comparing.splice(0)) finish();
  }
}

describe('DoorService', () => {
  let at: PresenceHarness;
  let passwords: SlowPasswords;
  let door: DoorService;

  beforeEach(() => {
    at = new PresenceHarness();
    passwords = new SlowPasswords();
    door = new DoorService(at.access, at.channels, at.rooms, at.placing, passwords as unknown as Passwords, at.clock);
    at.channels.put([aChannel('locked', { passwordHash: 'plum' }), aChannel('small', { memberLimit: 1 })]);
  });

  const join = ({ session }: Present, channelId: string, password?: string): Promise<VoiceGrant> =>
    door.join(session, channelId, password);

  it.each<[string, ErrorCode, (ada: Present) => Promise<unknown>]>([
    ['a channel that is not there', 'channel.not_found', (ada) => join(ada, 'nowhere')],
    [
      'a channel that is not seen',
      'channel.not_found',
      (ada) => {
        at.rule('desk', 'guest', [], ['see']);
        return join(ada, 'desk');
      },
    ],
    [
      'a channel that one may not join',
      'access.denied',
      (ada) => {
        at.rule('desk', 'guest', [], ['join']);
        return join(ada, 'desk');
      },
    ],
    [
      'a channel that asks for a role',
      'channel.role_required',
      (ada) => {
        at.channels.put([aChannel('staff', { requiredRoleId: 'moderator' })]);
        return join(ada, 'staff');
      },
    ],
    ['a locked channel without the password', 'channel.password_required', (ada) => join(ada, 'locked')],
    [
      'a locked channel with another password',
      'channel.password_wrong',
      (ada) => {
        const joining = join(ada, 'locked', 'peach');
        passwords.finish();
        return joining;
      },
    ],
  ])('refuses %s', async (_, code, attempt) => {
    const ada = at.enter('Ada');
    await join(ada, 'lobby');
    await expect(attempt(ada)).rejects.toEqual(refusal(code));
    expect(ada.session.member.channelId).toBe('lobby');
  });

  it('refuses one too many, who stays where they are; who is in does not count twice', async () => {
    const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
    await join(ada, 'small');
    await join(bob, 'desk');
    await expect(join(bob, 'small')).rejects.toEqual(refusal('channel.full'));
    expect(bob.session.member.channelId).toBe('desk');
    await join(ada, 'small');
  });

  it('lets in who knows the password, and again without it while they are in', async () => {
    const ada = at.enter('Ada');
    const joining = join(ada, 'locked', 'plum');
    passwords.finish();
    await joining;
    expect(ada.session.member.channelId).toBe('locked');
    await join(ada, 'locked');
  });

  it('asks who manages the channel for no password, and minds no limit for them', async () => {
    const [ada, bob] = [at.enterAs(['admin'], 'Ada'), at.enter('Bob')];
    await join(bob, 'small');
    await join(ada, 'small');
    await join(ada, 'locked');
  });

  describe('while a password is compared', () => {
    it('lets just one of two take the last place', async () => {
      at.channels.put([aChannel('locked', { passwordHash: 'plum', memberLimit: 1 })]);
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      const joining = [join(ada, 'locked', 'plum'), join(bob, 'locked', 'plum')];
      passwords.finish();
      const outcomes = await Promise.allSettled(joining);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(outcomes[1]).toMatchObject({ reason: { code: 'channel.full' } });
    });

    it.each<[string, ErrorCode, (ada: Present) => void]>([
      ['the permission goes', 'access.denied', () => at.rule('locked', 'guest', [], ['join'])],
      ['the channel goes', 'channel.not_found', () => at.channels.remove('locked')],
      ['the session ends', 'session.expired', ({ session }) => at.sessions.end(session)],
      [
        'the session goes on on another socket',
        'session.expired',
        ({ session, welcome }) => void at.sessions.resume(session.id, welcome.session.secret, 0, new FakeLink()),
      ],
    ])('refuses it when %s', async (_, code, happen) => {
      const ada = at.enter('Ada');
      const joining = join(ada, 'locked', 'plum');
      happen(ada);
      passwords.finish();
      await expect(joining).rejects.toEqual(refusal(code));
      expect(at.relay.sessions.size).toBe(0);
    });

    it('asks for the new password when there is another one by now', async () => {
      const ada = at.enter('Ada');
      const joining = join(ada, 'locked', 'plum');
      at.channels.put([aChannel('locked', { passwordHash: 'peach' })]);
      passwords.finish();
      await expect.poll(() => passwords.comparing.length).toBe(1);
      passwords.finish();
      await expect(joining).rejects.toEqual(refusal('channel.password_wrong'));
    });

    it('lets in without it when the lock is gone by now', async () => {
      const ada = at.enter('Ada');
      const joining = join(ada, 'locked', 'plum');
      at.channels.put([aChannel('locked')]);
      passwords.finish();
      expect((await joining).epoch.channelId).toBe('locked');
    });
  });

  it('lets nobody guess on and on', async () => {
    const ada = at.enter('Ada', { network: '192.0.2.1' });
    for (let i = 0; i < 10; i++) {
      const joining = join(ada, 'locked', `guess ${i}`);
      passwords.finish();
      await expect(joining).rejects.toEqual(refusal('channel.password_wrong'));
    }
    await expect(join(ada, 'locked', 'plum')).rejects.toEqual(refusal('server.rate_limited'));
    const elsewhere = at.enter('Bob', { network: '192.0.2.1' });
    await expect(join(elsewhere, 'locked', 'plum')).rejects.toEqual(refusal('server.rate_limited'));
    at.clock.advance(60_000);
    const joining = join(ada, 'locked', 'plum');
    passwords.finish();
    await joining;
  });

  describe('with a doorkeeper', () => {
    /** Who takes as long as the test says, and lets in whom it says. */
    class SlowKeeper implements Doorkeeper {
      isNeeded = true;
      entered = 0;
      turnedAway = 0;
      readonly asked: { readonly admit: () => void; readonly refuse: () => void }[] = [];

      admit(): Promise<Admission> {
        return new Promise((resolve, reject) => {
          const admit = (): void =>
            resolve({ letIn: (enter) => this.#letIn(enter), turnAway: () => this.turnedAway++ });
          const refuse = (): void => reject(new SwitchboardError('channel.refused'));
          this.asked.push({ admit, refuse });
        });
      }

      #letIn<T>(enter: () => T): T {
        this.entered++;
        return enter();
      }
    }
    let keeper: SlowKeeper;

    beforeEach(() => {
      keeper = new SlowKeeper();
      door.keptBy(keeper);
    });

    it('lets in whom that one admits, and nobody else', async () => {
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      const joining = [join(ada, 'lobby'), join(bob, 'lobby')];
      keeper.asked[0]?.admit();
      keeper.asked[1]?.refuse();
      await joining[0];
      await expect(joining[1]).rejects.toEqual(refusal('channel.refused'));
      expect([ada, bob].map(({ session }) => session.member.channelId)).toEqual(['lobby', null]);
      expect(keeper.entered).toBe(1);
    });

    it('asks about those alone who could come in', async () => {
      const ada = at.enter('Ada');
      await expect(join(ada, 'locked', undefined)).rejects.toEqual(refusal('channel.password_required'));
      await expect(join(ada, 'nowhere')).rejects.toEqual(refusal('channel.not_found'));
      expect(keeper.asked).toEqual([]);
    });

    it('looks once more at what may have changed meanwhile', async () => {
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      const joining = [join(ada, 'small'), join(bob, 'small')];
      for (const { admit } of keeper.asked) admit();
      await joining[0];
      await expect(joining[1]).rejects.toEqual(refusal('channel.full'));
      expect(keeper.turnedAway).toBe(1);
    });

    it('asks nobody about a temporary room, nor about who is in already', async () => {
      at.channels.put([aChannel('mine', { temporary: true })]);
      const ada = at.enter('Ada');
      await join(ada, 'mine');
      await join(ada, 'mine');
      expect(keeper.asked).toEqual([]);
    });
  });
});
