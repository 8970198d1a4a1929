import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHANNEL_PERMISSIONS,
  holds,
  namesOf,
  setOf,
  type Member,
  type OwnPermissions,
  type Permission,
} from '@switchboard/protocol';
import { permissionsIn, type RulesOfChannel } from '../access/permissions.ts';
import type { Session } from './session.ts';
import { Picture } from './testing/picture.ts';
import { aChannel, PresenceHarness, type Present } from './testing/presence-harness.ts';

const CHANNELS = ['ch-one', 'ch-two', 'ch-three', 'ch-four'];
const PEOPLE = ['Ada', 'Bob', 'Cid', 'Eve', 'Tim'];
const ROLES = ['guest', 'member', 'moderator', 'admin'];
const RULED: readonly Permission[] = ['see', 'join', 'speak', 'whisper'];

/** Somebody, their picture, and how many events it has taken. */
interface Watched extends Present {
  readonly picture: Picture;
  taken: number;
}

/** What is true, worked out from the rules alone. */
class Truth {
  readonly #at: PresenceHarness;

  constructor(at: PresenceHarness) {
    this.#at = at;
  }

  permissions({ identity: { userId, access } }: Session, channelId?: string): number {
    const path = channelId === undefined ? [] : this.#path(channelId);
    if (access.type === 'guest') return this.#along(['guest'], path);
    if (access.type === 'account') return this.#along(this.#rolesOf(userId), path);
    if (!path.includes(access.channelId)) return 0;
    const minterRoles = this.#rolesOf(access.mintedBy);
    const given = access.permissions & this.#along(minterRoles, path);
    if (!minterRoles.includes('admin')) return given;
    let open = setOf(CHANNEL_PERMISSIONS);
    for (const id of path.slice(path.indexOf(access.channelId) + 1)) {
      const { allow, deny } = this.#at.directory.rulesOf(id).get('guest') ?? { allow: 0, deny: 0 };
      open = (open & ~deny) | allow;
    }
    return given & open;
  }

  #rolesOf(userId: string): string[] {
    return ['member', ...this.#at.directory.roleIdsOf(userId)];
  }

  #along(roleIds: readonly string[], path: readonly string[]): number {
    if (roleIds.includes('admin')) return this.#at.directory.get('admin').permissions;
    const levels: RulesOfChannel[] = path.map((id) => this.#at.directory.rulesOf(id));
    return permissionsIn(
      roleIds.map((id) => this.#at.directory.get(id)),
      levels,
    );
  }

  seen(session: Session): Set<string> {
    const ids = this.#at.channels.channels.map(({ id }) => id);
    return new Set(ids.filter((id) => id === session.member.channelId || holds(this.permissions(session, id), 'see')));
  }

  own(session: Session): OwnPermissions {
    const onServer = this.permissions(session);
    const channelPermissions: Record<string, string[]> = {};
    for (const id of this.seen(session)) {
      const here = this.permissions(session, id);
      if (here !== onServer) channelPermissions[id] = namesOf(here);
    }
    return { permissions: namesOf(onServer), channelPermissions };
  }

  /** The highest role that was given. */
  role({ identity: { userId, access } }: Session): Member['role'] {
    const [highest] = access.type === 'account' ? this.#at.directory.rolesOf(userId) : [];
    return highest === undefined ? null : { name: highest.name, colour: highest.colour };
  }

  parentShown(channelId: string, seen: ReadonlySet<string>): string | null {
    return (
      this.#path(channelId)
        .slice(0, -1)
        .findLast((id) => seen.has(id)) ?? null
    );
  }

  #path(channelId: string): string[] {
    const row = this.#at.channels.stored(channelId);
    if (row === undefined) return [];
    return [...(row.parentId === null ? [] : this.#path(row.parentId)), channelId];
  }
}

type Act =
  | {
      readonly type: 'rule';
      readonly channel: string;
      readonly role: string;
      readonly allow: number;
      readonly deny: number;
    }
  | { readonly type: 'give'; readonly who: string; readonly roles: readonly string[] }
  | { readonly type: 'role'; readonly role: string; readonly permissions: number }
  | { readonly type: 'join' | 'put' | 'delete' | 'rename' | 'addSub'; readonly who: string; readonly channel: string }
  | { readonly type: 'reparent'; readonly channel: string; readonly parent: string | null }
  | { readonly type: 'leave' | 'comeOrGo' | 'speak'; readonly who: string }
  | { readonly type: 'whisper'; readonly who: string; readonly to: string; readonly channel: string };

const channel = fc.constantFrom(...CHANNELS);
const who = fc.constantFrom(...PEOPLE);
const role = fc.constantFrom(...ROLES);
const ruled = fc.subarray([...RULED]).map(setOf);
const allowed = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: ruled });
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('rule' as const), channel, role, allow: allowed, deny: ruled }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('give' as const), who, roles: fc.subarray(['moderator', 'admin']) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('role' as const), role, permissions: ruled }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constantFrom('join' as const, 'join' as const, 'put' as const), who, channel }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('delete' as const, 'rename' as const, 'addSub' as const),
      who,
      channel,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reparent' as const), channel, parent: fc.option(channel) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom(
        'leave' as const,
        'comeOrGo' as const,
        'comeOrGo' as const,
        'speak' as const,
        'speak' as const,
      ),
      who,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('whisper' as const), who, to: who, channel }) },
);

class Run {
  readonly at = new PresenceHarness();
  readonly truth = new Truth(this.at);
  readonly here = new Map<string, Watched>();
  /** By voice token: each ends with its voice session. */
  readonly speaking = new Set<number>();
  #made = 0;

  constructor() {
    for (const id of ['lobby', 'desk', 'pair']) this.at.channels.remove(id);
    for (const [position, id] of CHANNELS.entries()) {
      this.at.channels.put([
        aChannel(id, { position, parentId: position === 0 ? null : CHANNELS[(position - 1) >> 1]! }),
      ]);
    }
    for (const name of PEOPLE) this.enter(name);
  }

  enter(name: string): void {
    const permissions = setOf(CHANNEL_PERMISSIONS);
    const token = { type: 'token', channelId: 'ch-two', permissions, mintedBy: 'Ada' } as const;
    const account = { type: 'account' } as const;
    const access = name === 'Tim' ? token : name === 'Eve' ? ({ type: 'guest' } as const) : account;
    const present = this.at.enter(name, { userId: name, access });
    const welcome = JSON.stringify(present.welcome);
    const seen = this.truth.seen(present.session);
    for (const { id } of this.at.channels.channels) expect(welcome.includes(`"${id}"`)).toBe(seen.has(id));
    this.at.sessions.caughtUp(present.session);
    this.here.set(name, { ...present, picture: new Picture(present.welcome), taken: 0 });
  }

  do(act: Act): void {
    const { at } = this;
    const exists = 'channel' in act && at.channels.stored(act.channel) !== undefined;
    const person = 'who' in act ? this.here.get(act.who) : undefined;
    switch (act.type) {
      case 'rule':
        at.directory.apply(({ rules }) => {
          const { allow, deny } = act;
          rules.set(act.channel, new Map([...at.directory.rulesOf(act.channel), [act.role, { allow, deny }]]));
        });
        break;
      case 'give':
        at.directory.apply(({ given }) => given.set(act.who, new Set(act.roles)));
        break;
      case 'role':
        if (act.role === 'admin') break;
        at.directory.apply(({ roles }) =>
          roles.set(act.role, { ...at.directory.get(act.role), permissions: act.permissions }),
        );
        break;
      case 'join':
        if (person === undefined || !exists) break;
        if (at.access.refusalAt(person.session.identity, act.channel) !== undefined) break;
        at.placing.join(person.session, act.channel);
        break;
      case 'put':
        if (person === undefined || at.rooms.tokenOf(person.session) === undefined || !exists) break;
        at.placing.put(person.session, act.channel);
        break;
      case 'leave':
        if (person !== undefined) at.rooms.leave(person.session);
        break;
      case 'comeOrGo':
        if (person === undefined) this.enter(act.who);
        else {
          at.sessions.end(person.session, 1000, true);
          this.here.delete(act.who);
        }
        break;
      case 'speak': {
        const token = person === undefined ? undefined : at.rooms.tokenOf(person.session);
        if (token === undefined) break;
        at.relay.speak(token, true);
        this.speaking.add(token);
        break;
      }
      case 'whisper': {
        const to = this.here.get(act.to);
        if (person === undefined || to === undefined) break;
        try {
          at.whispers.set(person.session, {
            memberIds: [to.session.member.id],
            channelIds: exists ? [act.channel] : [],
          });
        } catch (error) {
          expect(error).toMatchObject({ name: 'SwitchboardError' });
        }
        break;
      }
      case 'rename':
        if (exists) at.channels.put([{ ...at.channels.stored(act.channel)!, name: `name ${++this.#made}` }]);
        break;
      case 'addSub':
        at.channels.put([aChannel(`ch-new-${++this.#made}`, { parentId: exists ? act.channel : null })]);
        break;
      case 'delete':
        if (exists && at.channels.childrenOf('server', act.channel).length === 0) at.channels.remove(act.channel);
        break;
      case 'reparent': {
        const { channel: id, parent } = act;
        if (
          !exists ||
          (parent !== null && (at.channels.stored(parent) === undefined || at.channels.isWithin(parent, id)))
        )
          break;
        at.channels.put([{ ...at.channels.stored(id)!, parentId: parent }]);
        break;
      }
    }
  }

  /** Every session is told what is true for it, and nothing of a channel that it saw neither before nor sees now. */
  check(seenBefore: ReadonlyMap<string, ReadonlySet<string>>): void {
    const everyChannel = [...CHANNELS, ...Array.from({ length: this.#made }, (_, i) => `ch-new-${i + 1}`)];
    for (const [name, watched] of this.here) {
      const { session, link, picture } = watched;
      const seen = this.truth.seen(session);
      const hidden = everyChannel.filter((id) => !seen.has(id) && seenBefore.get(name)?.has(id) !== true);
      for (const event of link.events.slice(watched.taken)) {
        const text = JSON.stringify(event);
        for (const id of hidden) if (text.includes(`"${id}"`)) throw new Error(`${name} was told of ${id}: ${text}`);
        picture.take(event);
      }
      watched.taken = link.events.length;
      const channels = [...seen].map((id) => ({
        ...this.at.channels.get(id),
        parentId: this.truth.parentShown(id, seen),
      }));
      expect(new Map(picture.channels)).toEqual(new Map(channels.map((each) => [each.id, each])));
      expect(picture.own).toEqual(this.truth.own(session));
      for (const { session: other } of this.here.values()) {
        if (other === session) continue;
        const { channelId } = other.member;
        const place = channelId !== null && seen.has(channelId) ? channelId : null;
        const member = { ...other.member, channelId: place, role: this.truth.role(other) };
        expect(picture.members.get(other.member.id)).toEqual(member);
        const speaks = this.speaking.has(this.at.rooms.tokenOf(other) ?? 0);
        const isElsewhere = place !== null && place !== session.member.channelId;
        expect(picture.speaking.has(other.member.id)).toBe(speaks && isElsewhere);
      }
      expect(picture.members.size).toBe(this.here.size);
      this.#checkRoom(session);
    }
    for (const whisper of this.at.relay.whispers.values()) this.#checkWhisper(whisper);
  }

  #checkRoom(session: Session): void {
    const { channelId } = session.member;
    const token = this.at.rooms.tokenOf(session);
    expect(token === undefined).toBe(channelId === null);
    if (channelId === null || token === undefined) return;
    const may = this.truth.permissions(session, channelId);
    if (!session.isPlaced) expect(holds(may, 'see') && holds(may, 'join')).toBe(true);
    expect(this.at.relay.sessions.get(token)).toMatchObject({ roomId: channelId, speaks: holds(may, 'speak') });
  }

  #checkWhisper({ speaker, listeners }: { speaker: number; listeners: readonly number[] }): void {
    const byToken = new Map([...this.here.values()].map(({ session }) => [this.at.rooms.tokenOf(session), session]));
    const from = byToken.get(speaker)!;
    expect(holds(this.truth.permissions(from, from.member.channelId!), 'whisper')).toBe(true);
    for (const token of listeners) expect(this.truth.seen(from)).toContain(byToken.get(token)!.member.channelId);
  }

  seen(): Map<string, Set<string>> {
    return new Map([...this.here].map(([name, { session }]) => [name, this.truth.seen(session)]));
  }
}

describe('what is told while roles, rules and rooms change', () => {
  it('is what is true for each, and nothing of what they may not see', () => {
    const roomsSeen = { hidden: 0, all: 0 };
    fc.assert(
      fc.property(fc.array(anAct, { minLength: 1, maxLength: 80, size: 'max' }), (acts) => {
        const run = new Run();
        run.check(run.seen());
        for (const act of acts) {
          const before = run.seen();
          run.do(act);
          run.check(before);
          for (const seen of run.seen().values()) {
            roomsSeen.all++;
            if (seen.size < run.at.channels.channels.length) roomsSeen.hidden++;
          }
        }
      }),
      { numRuns: 100 },
    );
    // The game is about hidden channels: it has to have some.
    expect(roomsSeen.hidden).toBeGreaterThan(roomsSeen.all / 10);
  });
});
