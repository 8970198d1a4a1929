import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  EVERYTHING,
  namesOf,
  setOf,
  SwitchboardError,
  type ErrorCode,
  type Permission,
  type PermissionSet,
} from '@switchboard/protocol';
import { Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditService } from '../audit/audit.service.ts';
import { Channel } from '../channels/channel.entity.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { UserRole } from '../users/user-role.entity.ts';
import { AccessService } from './access.service.ts';
import type { Actor, Person } from './actor.ts';
import { AdministrationTurns } from './administration-turns.ts';
import { RoleDirectory } from './role-directory.ts';
import { Role } from './role.entity.ts';

export interface NewRole {
  readonly name: string;
  readonly rank: number;
  readonly colour: string | null;
  readonly permissions: readonly Permission[];
}

export type RoleChanges = { readonly [K in keyof NewRole]?: NewRole[K] | undefined };

/**
 * Makes, changes, gives and takes roles: in the database with the audit entry, then in memory, one change after the other. Nobody
 * touches a role whose rank is not below their own, nor gives a permission that they do not have (ADR 015).
 */
@Injectable()
export class RolesService {
  readonly #roles: Repository<Role>;
  readonly #directory: RoleDirectory;
  readonly #access: AccessService;
  readonly #channels: ChannelsService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #turns: AdministrationTurns;

  constructor(
    @InjectRepository(Role) roles: Repository<Role>,
    directory: RoleDirectory,
    access: AccessService,
    channels: ChannelsService,
    audit: AuditService,
    clock: Clock,
    turns: AdministrationTurns,
  ) {
    this.#roles = roles;
    this.#directory = directory;
    this.#access = access;
    this.#channels = channels;
    this.#audit = audit;
    this.#clock = clock;
    this.#turns = turns;
  }

  /** The highest first. */
  get all(): readonly Readonly<Role>[] {
    return this.#directory.roles;
  }

  /** @throws SwitchboardError `access.*` */
  create(actor: Actor, { name, rank, colour, permissions }: NewRole): Promise<Readonly<Role>> {
    return this.exclusively(async () => {
      this.#demand(actor, 'role.manage');
      this.#demandRankAbove(actor, rank);
      this.#demandToHave(actor, setOf(permissions));
      const id = uuidv7();
      const createdAt = this.#clock.epochMs();
      const role: Role = { id, builtIn: null, name, rank, colour, permissions: setOf(permissions), createdAt };
      await this.#roles.manager.transaction(async (manager) => {
        await manager.insert(Role, role);
        const detail = { rank, colour, permissions };
        await this.#audit.record({ actor, action: 'role.create', target: role, detail }, manager);
      });
      this.#directory.apply(({ roles }) => roles.set(id, role));
      return role;
    });
  }

  /** @throws SwitchboardError `role.not_found`, `role.built_in`, `access.*` */
  update(actor: Actor, roleId: string, { name, rank, colour, permissions }: RoleChanges): Promise<Readonly<Role>> {
    return this.exclusively(async () => {
      const before = this.#directory.get(roleId);
      this.#demand(actor, 'role.manage');
      this.#demandRankAbove(actor, before.rank);
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(rank === undefined ? {} : { rank }),
        ...(colour === undefined ? {} : { colour }),
        ...(permissions === undefined ? {} : { permissions: setOf(permissions) }),
      };
      const role: Role = { ...before, ...changes };
      if (before.builtIn !== null && role.rank !== before.rank) throw new SwitchboardError('role.built_in');
      if (before.builtIn === 'admin' && role.permissions !== EVERYTHING) {
        throw new SwitchboardError('role.built_in', 'Administrators always have every permission.');
      }
      if (role.rank !== before.rank) this.#demandRankAbove(actor, role.rank);
      this.#demandToHave(actor, role.permissions & ~before.permissions);
      await this.#roles.manager.transaction(async (manager) => {
        if (Object.keys(changes).length > 0) await manager.update(Role, { id: roleId }, changes);
        const detail = { before: viewOf(before), after: viewOf(role) };
        await this.#audit.record({ actor, action: 'role.update', target: role, detail }, manager);
      });
      this.#directory.apply(({ roles }) => roles.set(roleId, role));
      return role;
    });
  }

  /**
   * Who has it loses it, rules for it go, and channels that ask for it ask no more.
   * @throws SwitchboardError `role.not_found`, `role.built_in`, `access.*`
   */
  delete(actor: Actor, roleId: string): Promise<void> {
    return this.exclusively(async () => {
      const role = this.#directory.get(roleId);
      this.#demand(actor, 'role.manage');
      this.#demandRankAbove(actor, role.rank);
      if (role.builtIn !== null) throw new SwitchboardError('role.built_in');
      await this.#roles.manager.transaction(async (manager) => {
        await manager.update(Channel, { requiredRoleId: roleId }, { requiredRoleId: null });
        await manager.delete(Role, { id: roleId });
        const detail = { before: viewOf(role), holders: this.#directory.holdersOf(roleId) };
        await this.#audit.record({ actor, action: 'role.delete', target: role, detail }, manager);
      });
      this.#channels.requireNoMore(roleId);
      this.#directory.apply(({ roles, given, rules }) => {
        roles.delete(roleId);
        for (const [userId, ids] of given) {
          if (ids.has(roleId)) given.set(userId, new Set([...ids].filter((id) => id !== roleId)));
        }
        for (const [channelId, ofChannel] of rules) {
          rules.set(channelId, new Map([...ofChannel].filter(([id]) => id !== roleId)));
        }
      });
    });
  }

  /**
   * Gives an account exactly these roles, besides Member.
   * @throws SwitchboardError `role.not_found`, `access.*`
   */
  assign(actor: Actor, user: { id: string; nickname: string }, roleIds: readonly string[]): Promise<void> {
    return this.exclusively(async () => {
      const before = this.#directory.roleIdsOf(user.id);
      const after = new Set(roleIds);
      const given = [...after].filter((roleId) => !before.has(roleId));
      const taken = [...before].filter((roleId) => !after.has(roleId));
      this.#demand(actor, 'user.manage');
      const target = { userId: user.id, access: { type: 'account' } } as const;
      // One may give up roles of one's own, and gain nothing by it.
      if (user.id !== actor.userId) this.refuseChange(actor, target);
      this.refuseUngivable(actor, given);
      for (const roleId of taken) this.#demandRankAbove(actor, this.#directory.get(roleId).rank);
      if (taken.includes(this.#directory.builtIn('admin').id)) this.refuseLastAdmin(user.id);
      if (given.length === 0 && taken.length === 0) return;
      await this.#roles.manager.transaction(async (manager) => {
        for (const roleId of taken) await manager.delete(UserRole, { userId: user.id, roleId });
        await this.giveAtRegistration(user.id, given, manager);
        const detail = { given: this.#namesOf(given), taken: this.#namesOf(taken) };
        const audited = { id: user.id, name: user.nickname };
        await this.#audit.record({ actor, action: 'user.roles', target: audited, detail }, manager);
      });
      this.#remember(user.id, after);
    });
  }

  /**
   * Whether these are an actor's to give, to whomever.
   * @throws SwitchboardError `role.not_found`, `access.rank`, `access.not_yours_to_give`
   */
  refuseUngivable(actor: Actor, roleIds: readonly string[]): void {
    for (const roleId of roleIds) {
      const refusal = this.#refusalToGive(actor, this.#directory.get(roleId));
      if (refusal !== undefined) throw new SwitchboardError(refusal);
    }
  }

  /** Those of them that are still there, and an actor's to give. */
  givable(actor: Actor, roleIds: readonly string[]): string[] {
    const given = this.all.filter((role) => roleIds.includes(role.id));
    return given.filter((role) => this.#refusalToGive(actor, role) === undefined).map(({ id }) => id);
  }

  /**
   * Whether an actor may change this account of somebody else, or get into it.
   * @throws SwitchboardError `access.rank`; `access.denied` where the account may do what the actor may not
   */
  refuseChange(actor: Actor, target: Person): void {
    if (!this.#access.mayActOn(actor, target)) throw new SwitchboardError('access.rank');
    if (this.#access.mayAllOf(actor, target)) return;
    throw new SwitchboardError('access.denied', 'This account may do something that you may not.');
  }

  /** @throws SwitchboardError `access.last_admin` */
  refuseLastAdmin(userId: string): void {
    if (this.#directory.isLastAdmin(userId)) throw new SwitchboardError('access.last_admin');
  }

  /** Within the transaction that makes an account; checks nothing. To be followed by `reload`. */
  async giveAtRegistration(userId: string, roleIds: readonly string[], manager: EntityManager): Promise<void> {
    if (roleIds.length > 0) {
      await manager.insert(
        UserRole,
        roleIds.map((roleId) => ({ userId, roleId })),
      );
    }
  }

  /** As `giveAtRegistration`, for the first start. */
  async makeAdmin(userId: string, manager: EntityManager): Promise<void> {
    await this.giveAtRegistration(userId, [this.#directory.builtIn('admin').id], manager);
  }

  /** Reads an account's roles again, after somebody else's transaction made it, or took it away. */
  async reload(userId: string): Promise<void> {
    const rows = await this.#roles.manager.findBy(UserRole, { userId });
    this.#remember(userId, new Set(rows.map(({ roleId }) => roleId)));
  }

  /** Does something with no other change of roles, rules and channels beside it; within it, only `reload` and what refuses is called. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(work);
  }

  #remember(userId: string, roleIds: ReadonlySet<string>): void {
    this.#directory.apply(({ given }) => {
      if (roleIds.size > 0) given.set(userId, roleIds);
      else given.delete(userId);
    });
  }

  #namesOf(roleIds: readonly string[]): string[] {
    return roleIds.map((roleId) => this.#directory.get(roleId).name);
  }

  #refusalToGive(actor: Actor, { builtIn, rank, permissions }: Readonly<Role>): ErrorCode | undefined {
    // Everyone with an account is a Member, and nobody with one a Guest.
    if (builtIn === 'guest' || builtIn === 'member') return 'role.built_in';
    if (!this.#isBelow(actor, rank)) return 'access.rank';
    return this.#has(actor, permissions) ? undefined : 'access.not_yours_to_give';
  }

  #demand(actor: Actor, permission: Permission): void {
    if (!this.#access.may(actor, permission)) throw new SwitchboardError('access.denied');
  }

  #demandRankAbove(actor: Actor, rank: number): void {
    if (!this.#isBelow(actor, rank)) throw new SwitchboardError('access.rank');
  }

  #demandToHave(actor: Actor, permissions: PermissionSet): void {
    if (!this.#has(actor, permissions)) throw new SwitchboardError('access.not_yours_to_give');
  }

  #isBelow(actor: Actor, rank: number): boolean {
    return rank < this.#access.rankOf(actor) || this.#access.isUnlimitedAdmin(actor);
  }

  #has(actor: Actor, permissions: PermissionSet): boolean {
    return (permissions & ~this.#access.permissionsOf(actor)) === 0;
  }
}

function viewOf({ name, rank, colour, permissions }: Readonly<Role>): Record<string, unknown> {
  return { name, rank, colour, permissions: namesOf(permissions) };
}
