import { PLACE_INTERVAL_MS, type Place } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlacesService } from './places.service.ts';
import { FakeLink, PresenceHarness, type Present } from './testing/presence-harness.ts';

const at1: Place = { workspace: 'switchboard', path: 'src/a.ts', line: 1 };
const at2: Place = { ...at1, line: 2 };
const at3: Place = { ...at1, line: 3 };

describe('PlacesService', () => {
  let at: PresenceHarness;
  let sut: PlacesService;
  let ada: Present;
  let bob: Present;
  let eve: Present;

  const told = ({ link }: Pick<Present, 'link'>): unknown[] => link.of('member.place').map(({ place }) => place);
  /** What a join tells comes when it is complete. */
  const joined = async (person: Present, channelId: string): Promise<void> => {
    at.rooms.join(person.session, channelId);
    await Promise.resolve();
  };

  beforeEach(async () => {
    at = new PresenceHarness();
    sut = new PlacesService(at.rooms, at.sessions, at.clock);
    sut.onApplicationBootstrap();
    [ada, bob, eve] = [at.enter('Ada'), at.enter('Bob'), at.enter('Eve')];
    await joined(ada, 'lobby');
    await joined(bob, 'lobby');
    await joined(eve, 'desk');
  });

  it('tells those in the same room, and nobody else', () => {
    const nowhere = at.enter('Nobody');
    sut.share(ada.session, at1);
    expect(bob.link.of('member.place')).toEqual([{ memberId: ada.session.member.id, place: at1 }]);
    expect([ada, eve, nowhere].map(told)).toEqual([[], [], []]);
    at.clock.advance(PLACE_INTERVAL_MS);
    sut.share(ada.session, null);
    expect(told(bob)).toEqual([at1, null]);
  });

  it('refuses who is in no room', () => {
    at.rooms.leave(ada.session);
    expect(() => sut.share(ada.session, at1)).toThrow(expect.objectContaining({ code: 'channel.not_joined' }));
  });

  it('tells the latest of what comes fast, and rests then', () => {
    for (const place of [at1, at2, at3, at2]) sut.share(ada.session, place);
    expect(told(bob)).toEqual([at1]);
    at.clock.advance(PLACE_INTERVAL_MS);
    expect(told(bob)).toEqual([at1, at2]);
    at.clock.advance(PLACE_INTERVAL_MS - 1);
    sut.share(ada.session, at3);
    expect(told(bob)).toEqual([at1, at2]);
    at.clock.advance(1);
    expect(told(bob)).toEqual([at1, at2, at3]);
    at.clock.advance(60_000);
    expect(at.clock.pendingTimers).toBe(0);
  });

  it('tells nothing twice', () => {
    sut.share(ada.session, at1);
    at.clock.advance(60_000);
    sut.share(ada.session, { ...at1 });
    expect(told(bob)).toEqual([at1]);
  });

  it('tells who comes in after the join, with all that it sees then', async () => {
    sut.share(ada.session, at1);
    const cid = at.enter('Cid');
    await joined(cid, 'lobby');
    expect(told(cid)).toEqual([at1]);
    await joined(cid, 'desk');
    expect(told(cid)).toEqual([at1]);
  });

  it('ends with the visit: neither a place nor one that waits goes along', async () => {
    sut.share(ada.session, at1);
    sut.share(ada.session, at2);
    at.placing.put(ada.session, 'desk');
    await joined(bob, 'desk');
    at.clock.advance(60_000);
    expect(told(eve)).toEqual([]);
    expect(told(bob)).toEqual([at1]);
    await joined(ada, 'lobby');
    await joined(bob, 'lobby');
    expect(told(bob)).toEqual([at1]);
  });

  it('takes it back when its voice begins anew in the same room', async () => {
    sut.share(ada.session, at1);
    await joined(ada, 'lobby');
    expect(told(bob)).toEqual([at1, null]);
    sut.share(ada.session, at2);
    expect(told(bob)).toEqual([at1, null, at2]);
  });

  it('leaves no timer behind who goes', () => {
    sut.share(ada.session, at1);
    sut.share(ada.session, at2);
    at.sessions.end(ada.session);
    at.clock.advance(60_000);
    expect(told(bob)).toEqual([at1]);
    expect(at.clock.pendingTimers).toBe(0);
  });

  it('fills no log of who is away, and tells on coming back what is the case', () => {
    sut.share(ada.session, at1);
    const { seq } = bob.session.events;
    at.drop(bob);
    const before = bob.session.events.seq;
    for (const place of [at2, at3, null]) {
      at.clock.advance(PLACE_INTERVAL_MS);
      sut.share(ada.session, place);
    }
    expect(bob.session.events.seq).toBe(before);
    const link = new FakeLink();
    at.sessions.resume(bob.session.id, bob.welcome.session.secret, seq, link);
    at.sessions.caughtUp(bob.session);
    expect(told({ link })).toEqual([null]);
  });
});
