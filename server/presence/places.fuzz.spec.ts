import { decodeServerFrame, type ControlEvent, type Place } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlacesService } from './places.service.ts';
import { FakeLink, PresenceHarness, type Present } from './testing/presence-harness.ts';

const ROOMS = ['lobby', 'desk', 'pair'];
const PEOPLE = ['Ada', 'Bob', 'Cid', 'Eve'];

/** Somebody, and where the others are as far as told. */
interface Watched {
  readonly session: Present['session'];
  link: FakeLink;
  secret: string;
  seq: number;
  /** How many events of the link were taken. */
  taken: number;
  readonly known: Map<string, Place | null>;
  /** What it wants the others in its room to know. */
  shared: Place | null;
}

const who = fc.constantFrom(...PEOPLE);
const room = fc.constantFrom(...ROOMS);
const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('join' as const, 'put' as const), who, room }) },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('share' as const), who, line: fc.option(fc.integer({ min: 1, max: 9 })) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'kick' as const, 'wink' as const), who }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hide' as const), room }) },
);

type Act = typeof anAct extends fc.Arbitrary<infer A> ? A : never;

class Run {
  readonly at = new PresenceHarness();
  readonly places = new PlacesService(this.at.rooms, this.at.sessions, this.at.clock);
  readonly here = new Map<string, Watched>();

  constructor() {
    this.places.onApplicationBootstrap();
    for (const name of PEOPLE) this.enter(name);
  }

  enter(name: string): void {
    const { session, link, welcome } = this.at.enter(name, { userId: name });
    const { secret } = welcome.session;
    this.here.set(name, { session, link, secret, seq: welcome.seq, taken: 0, known: new Map(), shared: null });
    this.at.sessions.caughtUp(session, true);
  }

  do(act: Act): void {
    const { at } = this;
    const person = 'who' in act ? this.here.get(act.who) : undefined;
    if (act.type === 'wait') at.clock.advance(act.ms);
    else if (act.type === 'hide') at.rule(act.room, 'guest', [], ['see']);
    else if (person === undefined) this.enter(act.who);
    else if (act.type === 'join' || act.type === 'put') {
      const inRoom = person.session.member.channelId !== null;
      // A join takes a socket; only who is in a room can be put into another.
      if (act.type === 'put' ? !inRoom : !person.session.isAttached) return;
      if (act.type === 'put') at.placing.put(person.session, act.room);
      else at.placing.join(person.session, act.room);
      person.shared = null;
    } else if (act.type === 'leave') {
      at.rooms.leave(person.session);
      person.shared = null;
    } else if (act.type === 'kick') {
      at.sessions.end(person.session, 4002, true);
      this.here.delete(act.who);
    } else if (act.type === 'wink') this.dropOrResume(person);
    else if ('line' in act && person.session.isAttached) this.share(person, act.line);
  }

  share(person: Watched, line: number | null): void {
    const place = line === null ? null : { workspace: `of ${person.session.member.nickname}`, path: 'a', line };
    if (person.session.member.channelId === null) {
      expect(() => this.places.share(person.session, place)).toThrow();
    } else {
      this.places.share(person.session, place);
      person.shared = place;
    }
  }

  dropOrResume(person: Watched): void {
    const { at } = this;
    if (person.session.isAttached) {
      this.follow(person);
      person.seq = person.session.events.seq;
      at.sessions.detach(person.session, person.link, false);
      return;
    }
    person.link = new FakeLink();
    person.taken = 0;
    const { secret, missed } = at.sessions.resume(person.session.id, person.secret, person.seq, person.link);
    person.secret = secret;
    for (const text of missed) {
      const frame = decodeServerFrame(text);
      if (frame?.kind === 'event') this.hear(person, frame.event);
    }
    at.sessions.caughtUp(person.session);
  }

  /** Takes what is new, and holds it against who is in which room. */
  follow(person: Watched): void {
    for (const event of person.link.events.slice(person.taken)) {
      this.hear(person, event);
      if (event.type !== 'member.place') continue;
      const { channelId } = person.session.member;
      expect(channelId).not.toBeNull();
      expect(this.memberOf(event.data.memberId)?.session.member.channelId).toBe(channelId);
    }
    person.taken = person.link.events.length;
  }

  /** As a client takes it: who goes elsewhere is forgotten. */
  hear(person: Watched, event: ControlEvent): void {
    if (event.type === 'member.place') person.known.set(event.data.memberId, event.data.place);
    else if (event.type === 'member.left') person.known.delete(event.data.memberId);
    else if (event.type === 'member.moved' && event.data.channelId !== person.session.member.channelId) {
      person.known.delete(event.data.memberId);
    }
  }

  memberOf(memberId: string): Watched | undefined {
    return [...this.here.values()].find(({ session }) => session.member.id === memberId);
  }

  check(): void {
    for (const person of this.here.values()) {
      if (!person.session.isAttached) continue;
      const { channelId, id } = person.session.member;
      const mates = [...this.here.values()].filter(
        ({ session: { member } }) => member.id !== id && channelId !== null && member.channelId === channelId,
      );
      const shared = mates.flatMap(({ session, shared: place }) =>
        place === null ? [] : [[session.member.id, place] as const],
      );
      const known = mates.flatMap(({ session }) => {
        const place = person.known.get(session.member.id) ?? null;
        return place === null ? [] : [[session.member.id, place] as const];
      });
      expect(known).toEqual(shared);
    }
  }
}

describe('PlacesService, whatever people do', () => {
  it('tells a place to nobody outside of its room, and to everyone in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { minLength: 1, maxLength: 60 }), async (acts) => {
        const run = new Run();
        for (const act of acts) {
          run.do(act);
          await Promise.resolve();
          for (const person of run.here.values()) run.follow(person);
        }
        run.at.clock.advance(1_000);
        for (const person of run.here.values()) run.follow(person);
        run.check();
      }),
      { numRuns: 400 },
    );
  });
});
