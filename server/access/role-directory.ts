import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EVERYTHING, SwitchboardError, type Member } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { UserRole } from '../users/user-role.entity.ts';
import { BUILT_IN_ROLES } from './built-in-roles.ts';
import { ChannelRule } from './channel-rule.entity.ts';
import type { RulesOfChannel } from './permissions.ts';
import { Role, type BuiltInRole } from './role.entity.ts';

/** Everyone who has the same roles shares one of these, so that what follows from them is worked out once. */
export interface RoleSet {
  /** The highest first; Member or Guest, which go without saying, included. */
  readonly roles: readonly Readonly<Role>[];
  readonly rank: number;
  readonly isAdmin: boolean;
  /** What others see of it. */
  readonly badge: Member['role'];
}

const NO_RULES: RulesOfChannel = new Map();
const NO_IDS: ReadonlySet<string> = new Set();

/**
 * Roles, who was given which, and what channels allow and deny them: in memory, as every check needs them. Those who write
 * it to the database (`RolesService`, `ChannelRulesService`) write it here afterwards.
 */
@Injectable()
export class RoleDirectory implements OnModuleInit {
  readonly #stored: { roles: Repository<Role>; given: Repository<UserRole>; rules: Repository<ChannelRule> };
  readonly #clock: Clock;
  readonly #roles = new Map<string, Readonly<Role>>();
  /** By user id; accounts that were given none are not in it. */
  readonly #given = new Map<string, ReadonlySet<string>>();
  readonly #rules = new Map<string, RulesOfChannel>();
  readonly #sets = new Map<string, RoleSet>();
  readonly #setOf = new Map<string, RoleSet>();
  readonly #listeners: (() => void)[] = [];
  #isKeptOut: (userId: string) => boolean = () => false;

  constructor(
    @InjectRepository(Role) roles: Repository<Role>,
    @InjectRepository(UserRole) given: Repository<UserRole>,
    @InjectRepository(ChannelRule) rules: Repository<ChannelRule>,
    clock: Clock,
  ) {
    this.#stored = { roles, given, rules };
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    const roles = await this.#stored.roles.find();
    const createdAt = this.#clock.epochMs();
    const missing = BUILT_IN_ROLES.filter(({ builtIn }) => !roles.some((role) => role.builtIn === builtIn)).map(
      (builtIn): Role => ({ id: uuidv7(), colour: null, createdAt, ...builtIn }),
    );
    if (missing.length > 0) await this.#stored.roles.insert(missing);
    for (const role of [...roles, ...missing]) this.#roles.set(role.id, whole(role));
    const given = Map.groupBy(await this.#stored.given.find(), ({ userId }) => userId);
    for (const [userId, rows] of given) this.#given.set(userId, new Set(rows.map(({ roleId }) => roleId)));
    const rules = Map.groupBy(await this.#stored.rules.find(), ({ channelId }) => channelId);
    for (const [channelId, rows] of rules) this.#rules.set(channelId, rulesOf(rows));
  }

  /** Told after roles, rules, or somebody's roles have changed. */
  onChanged(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** The highest first. */
  get roles(): readonly Readonly<Role>[] {
    return [...this.#roles.values()].sort(byRank);
  }

  /** @throws SwitchboardError `role.not_found` */
  get(roleId: string): Readonly<Role> {
    const role = this.#roles.get(roleId);
    if (role === undefined) throw new SwitchboardError('role.not_found');
    return role;
  }

  builtIn(name: BuiltInRole): Readonly<Role> {
    for (const role of this.#roles.values()) if (role.builtIn === name) return role;
    throw new Error(`the role ${name} is there from the first start on`);
  }

  /** Those that an account was given, without Member. */
  roleIdsOf(userId: string): ReadonlySet<string> {
    return this.#given.get(userId) ?? NO_IDS;
  }

  /** The same, the highest first. */
  rolesOf(userId: string): readonly Readonly<Role>[] {
    return [...this.roleIdsOf(userId)].map((roleId) => this.get(roleId)).sort(byRank);
  }

  /** The accounts that were given this role. */
  holdersOf(roleId: string): string[] {
    return [...this.#given].filter(([, roleIds]) => roleIds.has(roleId)).map(([userId]) => userId);
  }

  get hasAdmin(): boolean {
    return this.holdersOf(this.builtIn('admin').id).length > 0;
  }

  /** Whether nobody else could administrate: who is kept out cannot. */
  isLastAdmin(userId: string): boolean {
    const admins = this.holdersOf(this.builtIn('admin').id).filter((id) => !this.#isKeptOut(id));
    return admins.length === 1 && admins[0] === userId;
  }

  /** Set by who knows of bans, which know of roles themselves. */
  askWhoIsKeptOut(isKeptOut: (userId: string) => boolean): void {
    this.#isKeptOut = isKeptOut;
  }

  rulesOf(channelId: string): RulesOfChannel {
    return this.#rules.get(channelId) ?? NO_RULES;
  }

  roleSetOfGuests(): RoleSet {
    return this.#shared([this.builtIn('guest')]);
  }

  roleSetOfAccount(userId: string): RoleSet {
    const known = this.#setOf.get(userId);
    if (known !== undefined) return known;
    const set = this.#shared([...this.rolesOf(userId), this.builtIn('member')]);
    this.#setOf.set(userId, set);
    return set;
  }

  /** The channel is gone, and its rules with it: nobody asks for them any more. */
  forgetChannel(channelId: string): void {
    this.#rules.delete(channelId);
  }

  /** Takes over what has been written to the database, and tells of it once. */
  apply(change: (memory: DirectoryMemory) => void): void {
    change({ roles: this.#roles, given: this.#given, rules: this.#rules });
    this.#sets.clear();
    this.#setOf.clear();
    for (const listener of this.#listeners) listener();
  }

  #shared(roles: readonly Readonly<Role>[]): RoleSet {
    const sorted = [...new Set(roles)].sort(byRank);
    const key = sorted.map(({ id }) => id).join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const [highest] = sorted;
    const shown = sorted.find(({ builtIn }) => builtIn !== 'guest' && builtIn !== 'member');
    const set: RoleSet = {
      roles: sorted,
      rank: highest?.rank ?? 0,
      isAdmin: sorted.some(({ builtIn }) => builtIn === 'admin'),
      badge: shown === undefined ? null : { name: shown.name, colour: shown.colour },
    };
    this.#sets.set(key, set);
    return set;
  }
}

/** What the directory keeps, for who writes to it. */
export interface DirectoryMemory {
  readonly roles: Map<string, Readonly<Role>>;
  readonly given: Map<string, ReadonlySet<string>>;
  readonly rules: Map<string, RulesOfChannel>;
}

export function rulesOf(rows: readonly ChannelRule[]): RulesOfChannel {
  return new Map(rows.map(({ roleId, allow, deny }) => [roleId, { allow, deny }]));
}

/** An Admin has what a newer version knows of, too. */
function whole(role: Role): Readonly<Role> {
  return role.builtIn === 'admin' ? Object.assign(role, { permissions: EVERYTHING }) : role;
}

function byRank(a: Readonly<Role>, b: Readonly<Role>): number {
  return b.rank - a.rank || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
