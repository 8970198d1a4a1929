import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { CLOSE_CODES, SwitchboardError, type Channel, type Permission } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import { accountActor, type Actor, type Person } from '../access/actor.ts';
import { AdministrationTurns } from '../access/administration-turns.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { AuditService } from '../audit/audit.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { DomainEvents } from '../common/domain-events.ts';
import { remoteNetwork } from '../common/remote-network.ts';
import { PlacingService } from '../presence/placing.service.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { Silences, type Silence } from '../presence/silences.ts';
import { User } from '../users/user.entity.ts';
import type { Ban } from './ban.entity.ts';
import { BansService } from './bans.service.ts';

export interface BanOfMember {
  readonly reason: string;
  /** Absent for ever. */
  readonly durationMs?: number | undefined;
  /** The address that the person comes from as well. */
  readonly address: boolean;
}

/** Of an account or a guest who keeps a key, of an address, or of both. */
export interface NewBan {
  readonly userId?: string | undefined;
  readonly address?: string | undefined;
  readonly reason: string;
  /** Milliseconds since 1970; null for ever. */
  readonly until: number | null;
}

/**
 * What moderators do to people: who has the permission where the person is (on the server, if that is in no room), and a higher rank. It
 * takes effect at once, and is written down.
 */
@Injectable()
export class ModerationService {
  readonly #users: Repository<User>;
  readonly #access: AccessService;
  readonly #directory: RoleDirectory;
  readonly #turns: AdministrationTurns;
  readonly #channels: ChannelsService;
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #placing: PlacingService;
  readonly #silences: Silences;
  readonly #bans: BansService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #events: DomainEvents;

  constructor(
    @InjectRepository(User) users: Repository<User>,
    access: AccessService,
    directory: RoleDirectory,
    turns: AdministrationTurns,
    channels: ChannelsService,
    sessions: SessionsService,
    rooms: RoomsService,
    placing: PlacingService,
    silences: Silences,
    bans: BansService,
    audit: AuditService,
    clock: Clock,
    events: DomainEvents,
  ) {
    this.#users = users;
    this.#access = access;
    this.#directory = directory;
    this.#turns = turns;
    this.#channels = channels;
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#placing = placing;
    this.#silences = silences;
    this.#bans = bans;
    this.#audit = audit;
    this.#clock = clock;
    this.#events = events;
  }

  /**
   * Nobody hears the person, in whatever room and through whatever session, until somebody else takes that back.
   * @throws SwitchboardError `member.not_found`, `access.denied`, `access.rank`
   */
  mute(actor: Actor, memberId: string, muted: boolean): Promise<void> {
    return this.#silence(actor, memberId, 'member.mute', { serverMuted: muted });
  }

  /** The person hears nobody. Needs the permission to mute, and throws the same. */
  deafen(actor: Actor, memberId: string, deafened: boolean): Promise<void> {
    return this.#silence(actor, memberId, 'member.deafen', { serverDeafened: deafened });
  }

  /**
   * Into another room that the mover may go into without a password, whatever the person may do there, full or not. Who is in none is not pulled
   * into one.
   * @throws SwitchboardError `member.not_found`, `channel.not_found`, `channel.not_joined`, `channel.role_required`, `channel.password_required`,
   * `access.denied`, `access.rank`
   */
  async move(actor: Actor, memberId: string, channelId: string): Promise<void> {
    const target = this.#target(actor, memberId, 'member.move', { oneself: true });
    const from = target.member.channelId;
    const channel = this.#channels.get(channelId);
    this.#demandWayInto(actor, channel);
    if (from === null) throw new SwitchboardError('channel.not_joined', 'This person is in no channel.');
    if (from === channelId) return;
    this.#placing.put(target, channelId);
    const detail = { from, to: channelId, channel: channel.name };
    await this.#audit.record({ actor, action: 'member.move', target: named(target), detail });
    this.#tellOutside(actor, 'member.move', target.member, channelId, { from });
  }

  /**
   * Off the server, and able to come back.
   * @throws SwitchboardError `member.not_found`, `access.denied`, `access.rank`
   */
  async kick(actor: Actor, memberId: string, reason: string): Promise<void> {
    const target = this.#target(actor, memberId, 'member.kick', { oneself: false });
    const { channelId } = target.member;
    target.tell({ type: 'self.kicked', data: { reason } });
    this.#sessions.end(target, CLOSE_CODES.kicked, true);
    await this.#audit.record({ actor, action: 'member.kick', target: named(target), detail: { reason, channelId } });
    this.#tellOutside(actor, 'member.kick', target.member, channelId, { reason });
  }

  /**
   * Off the server, and kept out.
   * @throws SwitchboardError `member.not_found`, `access.denied`, `access.rank`, `access.last_admin`, `ban.nothing_to_ban`
   */
  async ban(actor: Actor, memberId: string, { reason, durationMs, address }: BanOfMember): Promise<void> {
    const target = this.#target(actor, memberId, 'member.ban', { oneself: false });
    // Loopback has none: everyone behind a proxy on this machine would have it.
    const banned = address ? (target.network ?? null) : null;
    if (banned === null) await this.#refuseUnknowable(target);
    const createdAt = this.#clock.epochMs();
    await this.#ban(actor, target.identity, {
      userId: target.identity.userId,
      nickname: target.member.nickname,
      address: banned,
      reason,
      createdAt,
      until: durationMs === undefined ? null : createdAt + durationMs,
    });
  }

  /**
   * Of someone who may be here or not.
   * @throws SwitchboardError `user.not_found`, `access.denied`, `access.rank`, `access.last_admin`
   */
  async createBan(actor: Actor, { userId, address, reason, until }: NewBan): Promise<Ban> {
    if (!this.#access.may(actor, 'member.ban')) throw new SwitchboardError('access.denied');
    const user = userId === undefined ? undefined : await this.#users.findOneBy({ id: userId });
    if (user === null) throw new SwitchboardError('user.not_found', undefined, { field: 'userId' });
    const person = user === undefined ? undefined : personOf(user);
    if (person !== undefined) this.#demandRank(actor, person, { oneself: false });
    const network = address === undefined ? undefined : remoteNetwork(address);
    if (address !== undefined && network === undefined) {
      throw new SwitchboardError('protocol.invalid', 'This machine itself cannot be banned.', { field: 'address' });
    }
    const nickname = user?.nickname ?? '';
    const createdAt = this.#clock.epochMs();
    const draft = { userId: userId ?? null, nickname, address: network ?? null, reason, createdAt, until };
    return this.#ban(actor, person, draft);
  }

  /** @throws SwitchboardError `ban.not_found`, `access.denied` */
  async liftBan(actor: Actor, banId: string): Promise<void> {
    if (!this.#access.may(actor, 'member.ban')) throw new SwitchboardError('access.denied');
    const ban = this.#bans.get(banId);
    const { userId, address, reason, nickname } = ban;
    await this.#users.manager.transaction(async (manager) => {
      await this.#bans.unstore(ban, manager);
      const target = { id: userId ?? ban.id, name: nickname };
      await this.#audit.record({ actor, action: 'ban.lift', target, detail: { address, reason } }, manager);
    });
    this.#bans.forget(ban);
    this.#tellOutside(actor, 'ban.lift', ban, null, {});
  }

  async #ban(
    actor: Actor,
    person: Person | undefined,
    draft: Omit<Ban, 'id' | 'createdBy' | 'createdByName'>,
  ): Promise<Ban> {
    const ban: Ban = { ...draft, id: uuidv7(), createdBy: actor.userId, createdByName: actor.nickname };
    const { userId, reason, until } = ban;
    // Of two administrators who ban each other at once, one stays.
    await this.#turns.take(async () => {
      if (person !== undefined) this.#demandRank(actor, person, { oneself: false });
      if (userId !== null && this.#directory.isLastAdmin(userId)) throw new SwitchboardError('access.last_admin');
      await this.#storeBan(actor, ban);
    });
    // Who came in somebody's name goes with them.
    if (userId !== null) for (const visitor of this.#sessions.visitorsOf(userId)) this.#sessions.logOut(visitor);
    for (const session of [...this.#sessions.all]) {
      if (!this.#fallsUnder(actor, ban, session)) continue;
      session.tell({ type: 'self.banned', data: { reason, until } });
      this.#sessions.end(session, CLOSE_CODES.banned, true);
    }
    this.#tellOutside(actor, 'ban.create', ban, null, { reason, until });
    return ban;
  }

  async #storeBan(actor: Actor, ban: Ban): Promise<void> {
    const { userId, nickname, address, reason, until } = ban;
    await this.#users.manager.transaction(async (manager) => {
      await this.#bans.store(ban, manager);
      const target = { id: userId ?? ban.id, name: nickname };
      await this.#audit.record({ actor, action: 'ban.create', target, detail: { address, reason, until } }, manager);
    });
    this.#bans.keep(ban);
  }

  /** A guest without a key is another one the next time: there is only the address to know them by. */
  async #refuseUnknowable({ identity, network }: Session): Promise<void> {
    if (identity.access.type !== 'guest' || (await this.#users.existsBy({ id: identity.userId }))) return;
    const sentence =
      network === undefined
        ? 'This guest cannot be recognised again and comes from this machine itself; kick instead.'
        : undefined;
    throw new SwitchboardError('ban.nothing_to_ban', sentence);
  }

  /** Of those at a banned address, nobody is thrown out whom the actor may not act on, nor who is let in again at once. */
  #fallsUnder(actor: Actor, { userId, address }: Ban, { identity, network }: Session): boolean {
    if (identity.userId === userId) return true;
    if (address === null || network !== address) return false;
    return this.#access.mayActOn(actor, identity) && this.#bans.find(identity, network) !== undefined;
  }

  async #silence(
    actor: Actor,
    memberId: string,
    action: 'member.mute' | 'member.deafen',
    change: Partial<Silence>,
  ): Promise<void> {
    // Nobody takes back from themself what another moderator has laid upon them.
    const takesBack = change.serverMuted === false || change.serverDeafened === false;
    const target = this.#target(actor, memberId, 'member.mute', { oneself: !takesBack });
    const { userId } = target.identity;
    const isStored = await this.#users.manager.transaction(async (manager) => {
      const { affected } = await manager.update(User, { id: userId }, change);
      await this.#audit.record({ actor, action, target: named(target), detail: change }, manager);
      return affected === 1;
    });
    // A guest without a key is another one each time: there is nothing to be remembered.
    if (isStored || target.identity.access.type === 'token') {
      this.#silences.set(userId, { ...this.#silences.of(userId), ...change });
    }
    for (const session of this.#sessions.ofUser(userId)) {
      this.#sessions.change(session, change);
      this.#rooms.applyVoice(session);
      const { serverMuted: isMuted, serverDeafened: isDeafened } = session.member;
      session.tell({ type: 'self.muted', data: { muted: isMuted, deafened: isDeafened } });
    }
    const { serverMuted: muted, serverDeafened: deafened } = change;
    const detail = muted === undefined ? { deafened } : { muted };
    this.#tellOutside(actor, action, target.member, target.member.channelId, detail);
  }

  /** Webhooks, once it is done and stored. An address that was banned has no name. */
  #tellOutside(
    actor: Actor,
    action: string,
    { userId, nickname }: Pick<Ban, 'userId' | 'nickname'>,
    channelId: string | null,
    detail: Readonly<Record<string, unknown>>,
  ): void {
    this.#events.emit('moderation.acted', {
      action,
      actor: { userId: actor.userId, nickname: actor.nickname },
      target: userId === null ? null : { userId, nickname },
      channelId,
      detail,
    });
  }

  /** The session of a member whom the actor may do this to, where that is now. */
  #target(actor: Actor, memberId: string, permission: Permission, options: { oneself: boolean }): Session {
    const session = this.#sessions.withMember(memberId);
    if (session === undefined) throw new SwitchboardError('member.not_found');
    if (!this.#access.mayIn(actor, permission, session.member.channelId)) throw new SwitchboardError('access.denied');
    this.#demandRank(actor, session.identity, options);
    return session;
  }

  /** Nobody opens by moving, to themself or to others, what is closed to them at the door. */
  #demandWayInto(actor: Actor, { id, locked }: Channel): void {
    const refusal = this.#access.refusalAt(actor, id);
    if (refusal !== undefined) throw new SwitchboardError(refusal);
    if (!this.#access.may(actor, 'member.move', id)) throw new SwitchboardError('access.denied');
    if (locked && !this.#access.may(actor, 'channel.manage', id)) {
      throw new SwitchboardError('channel.password_required');
    }
  }

  #demandRank(actor: Actor, target: Person, { oneself }: { oneself: boolean }): void {
    if (actor.userId !== target.userId) {
      if (!this.#access.mayActOn(actor, target)) throw new SwitchboardError('access.rank');
    } else if (!oneself) {
      throw new SwitchboardError('access.denied', 'You cannot do this to yourself.');
    }
  }
}

function named({ identity, member }: Session): { id: string; name: string } {
  return { id: identity.userId, name: member.nickname };
}

function personOf({ id, nickname, username }: User): Person {
  return username === null ? { userId: id, access: { type: 'guest' } } : accountActor(id, nickname);
}
