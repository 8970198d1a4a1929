import { beforeEach, describe, expect, it } from 'vitest';
import { PresenceHarness } from '../presence/testing/presence-harness.ts';
import type { Ban } from './ban.entity.ts';

const NETWORK = '192.0.2.1';

describe('BansService', () => {
  let at: PresenceHarness;
  let made: number;

  beforeEach(() => {
    at = new PresenceHarness();
    made = 0;
  });

  function ban(changes: Partial<Ban>): Ban {
    const none = { userId: null, address: null, reason: '', until: null };
    const by = { nickname: 'Mallory', createdBy: 'mod', createdByName: 'Mod', createdAt: at.clock.epochMs() };
    const kept: Ban = { id: `ban ${++made}`, ...none, ...by, ...changes };
    at.bans.keep(kept);
    return kept;
  }
  const enter =
    (nickname: string, more = {}) =>
    () =>
      at.enter(nickname, more);
  const BANNED = expect.objectContaining({ code: 'access.banned' });

  it('keeps a person out, wherever they come from', () => {
    ban({ userId: 'mallory' });
    expect(enter('Mallory', { userId: 'mallory', network: NETWORK })).toThrow(BANNED);
    at.enter('Ada', { network: NETWORK });
  });

  it('keeps an address out, whoever comes from there', () => {
    ban({ address: NETWORK });
    expect(enter('Mallory', { network: NETWORK })).toThrow(BANNED);
    at.enter('Mallory', { network: '192.0.2.2' });
    at.enter('Ada');
  });

  it('keeps who resumes from a banned address out', () => {
    const { session, welcome } = at.enter('Mallory');
    ban({ address: NETWORK });
    const link = { network: NETWORK, send: () => {}, close: () => {} };
    expect(() => at.sessions.resume(session.id, welcome.session.secret, 0, link)).toThrow(BANNED);
  });

  it('does not lock those out by an address who may ban, but by themselves', () => {
    at.directory.apply(({ given }) => given.set('mod', new Set(['moderator'])));
    const access = { type: 'account' } as const;
    ban({ address: NETWORK });
    at.enter('Mod', { userId: 'mod', access, network: NETWORK });
    expect(enter('Ada', { userId: 'ada', access, network: NETWORK })).toThrow(BANNED);
    ban({ userId: 'mod' });
    expect(enter('Mod', { userId: 'mod', access })).toThrow(BANNED);
  });

  it('is over with its time, and lifted before', () => {
    ban({ userId: 'mallory', until: at.clock.epochMs() + 1_000 });
    at.clock.advance(999);
    expect(enter('Mallory', { userId: 'mallory' })).toThrow(BANNED);
    at.clock.advance(1);
    at.sessions.end(at.enter('Mallory', { userId: 'mallory' }).session);
    const lifted = ban({ userId: 'mallory' });
    at.bans.forget(lifted);
    at.enter('Mallory', { userId: 'mallory' });
    expect(() => at.bans.get(lifted.id)).toThrow(expect.objectContaining({ code: 'ban.not_found' }));
  });

  it('tells the reason, and the end of the ban that lasts longest', () => {
    ban({ userId: 'mallory', reason: 'spam', until: at.clock.epochMs() + 60_000 });
    const says = (sentence: string): unknown => expect.objectContaining({ message: sentence });
    expect(enter('Mallory', { userId: 'mallory' })).toThrow(
      says('You are banned from this server until 2023-11-14 22:14 UTC: spam.'),
    );
    ban({ userId: 'mallory', reason: 'More of it!' });
    expect(enter('Mallory', { userId: 'mallory' })).toThrow(says('You are banned from this server: More of it!'));
    ban({ userId: 'trudy', until: 9e15 });
    expect(enter('Trudy', { userId: 'trudy' })).toThrow(says('You are banned from this server.'));
    ban({ userId: 'eve' });
    expect(enter('Eve', { userId: 'eve' })).toThrow(says('You are banned from this server.'));
  });
});
