import { Injectable } from '@nestjs/common';
import {
  CHANNEL_PERMISSIONS,
  EVERYTHING,
  namesOf,
  PERMISSIONS,
  setOf,
  type ErrorCode,
  type OwnPermissions,
  type Permission,
  type PermissionSet,
} from '@switchboard/protocol';
import type { Caller } from '../api/caller.ts';
import type { TokenGrant } from '../auth/identity.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { accountActor, type Actor, type Person } from './actor.ts';
import { permissionsIn } from './permissions.ts';
import { RoleDirectory, type RoleSet } from './role-directory.ts';

const IN_CHANNELS = setOf(CHANNEL_PERMISSIONS);
/** The place of the server itself among channels. */
const SERVER = '';

/** The one place that knows who may do what (ADR 015). Everything is looked up at the moment of asking. */
@Injectable()
export class AccessService {
  readonly #directory: RoleDirectory;
  readonly #channels: ChannelsService;
  /** What roles come to in a channel, until something changes. */
  readonly #known = new Map<RoleSet, Map<string, PermissionSet>>();

  constructor(directory: RoleDirectory, channels: ChannelsService) {
    this.#directory = directory;
    this.#channels = channels;
    const forget = (): void => this.#known.clear();
    directory.onChanged(forget);
    channels.onChanged(forget);
  }

  /** On the whole server, or in one channel. A channel that does not exist allows nothing. */
  may(who: Person | Caller, permission: Permission, channelId?: string): boolean {
    const person = 'access' in who ? who : this.actorOf(who);
    return (this.permissionsOf(person, channelId) & PERMISSIONS[permission]) !== 0;
  }

  /** Where something happens in a channel: there; where it does not, on the server. */
  mayIn(person: Person, permission: Permission, channelId: string | null): boolean {
    return this.may(person, permission, channelId ?? undefined);
  }

  permissionsOf(person: Person, channelId?: string): PermissionSet {
    const { access, limit = EVERYTHING } = person;
    const set =
      access.type === 'token'
        ? this.#ofToken(access, channelId)
        : this.#ofRoles(this.#roleSetOf(person), channelId ?? SERVER);
    return (set & limit) >>> 0;
  }

  /** Whether somebody may nothing, on the server and in every channel, that the actor may not: who gets hold of an account gets all of that. */
  mayAllOf(actor: Person, target: Person): boolean {
    return [undefined, ...this.#channels.channels.map(({ id }) => id)].every(
      (place) => (this.permissionsOf(target, place) & ~this.permissionsOf(actor, place)) === 0,
    );
  }

  /** What roles would come to in a channel that this path led to, from the root of the tree. A join token brings nothing to new places. */
  permissionsAlong(person: Person, path: readonly string[]): PermissionSet {
    const { access, limit = EVERYTHING } = person;
    return access.type === 'token' ? 0 : (this.#along(this.#roleSetOf(person), path) & limit) >>> 0;
  }

  /** What a person is told of it: on the server, and in those of these channels where that differs. */
  ownPermissions(person: Person, channelIds: Iterable<string>): OwnPermissions {
    const onServer = this.permissionsOf(person);
    const channelPermissions: OwnPermissions['channelPermissions'] = {};
    for (const channelId of channelIds) {
      const inChannel = this.permissionsOf(person, channelId);
      if (inChannel !== onServer) channelPermissions[channelId] = namesOf(inChannel);
    }
    return { permissions: namesOf(onServer), channelPermissions };
  }

  /** 0 for guests and who comes with a join token. */
  rankOf(person: Person): number {
    return person.access.type === 'account' ? this.#roleSetOf(person).rank : 0;
  }

  /** The role that others see. */
  badgeOf(person: Person): RoleSet['badge'] {
    return person.access.type === 'account' ? this.#roleSetOf(person).badge : null;
  }

  /** An admin who acts in person: admins may act on each other, and give and take any role. */
  isUnlimitedAdmin(person: Person): boolean {
    return person.access.type === 'account' && person.limit === undefined && this.#roleSetOf(person).isAdmin;
  }

  /** Whether the rank lets one act on the other. Nobody is below themselves: what one may do to oneself is asked elsewhere. */
  mayActOn(actor: Person, target: Person): boolean {
    if (actor.userId === target.userId) return false;
    return this.isUnlimitedAdmin(actor) || this.rankOf(target) < this.rankOf(actor);
  }

  /** Why a person may not be in a channel, its password and its limit aside; undefined if they may. */
  refusalAt(person: Person, channelId: string): ErrorCode | undefined {
    if (!this.may(person, 'see', channelId)) return 'channel.not_found';
    if (!this.may(person, 'join', channelId)) return 'access.denied';
    return this.hasRequiredRole(person, channelId) ? undefined : 'channel.role_required';
  }

  /** The role that the channel asks for, or another of its rank or a higher one. A join token brings none. */
  hasRequiredRole(person: Person, channelId: string): boolean {
    return this.hasRole(person, this.#channels.stored(channelId)?.requiredRoleId ?? null);
  }

  /**
   * As `hasRequiredRole`; null asks for none.
   * @throws SwitchboardError `role.not_found`
   */
  hasRole(person: Person, roleId: string | null): boolean {
    if (roleId === null) return true;
    if (person.access.type === 'token') return false;
    const { roles, rank } = this.#roleSetOf(person);
    return roles.some(({ id }) => id === roleId) || rank >= this.#directory.get(roleId).rank;
  }

  /** Who acts through the REST API. */
  actorOf({ userId, nickname, permissions }: Caller): Actor {
    const account = accountActor(userId, nickname);
    return permissions === undefined ? account : { ...account, limit: setOf(permissions) };
  }

  #roleSetOf({ userId, access }: Person): RoleSet {
    return access.type === 'account' ? this.#directory.roleSetOfAccount(userId) : this.#directory.roleSetOfGuests();
  }

  /**
   * It is the word of who minted it, and goes as far as that person may now. What an API key was limited to when it minted one bounds what is
   * written in it already.
   */
  #ofToken({ channelId: root, permissions, mintedBy }: TokenGrant, channelId: string | undefined): PermissionSet {
    if (channelId === undefined || !this.#channels.isWithin(channelId, root)) return 0;
    const minter = this.#directory.roleSetOfAccount(mintedBy);
    const given = permissions & IN_CHANNELS & this.#ofRoles(minter, channelId);
    return minter.isAdmin ? given & this.#openToGuests(channelId, root) : given;
  }

  /** Nothing is closed to an Admin: what lies below the channel of their token is closed to its bearer where it is to guests. */
  #openToGuests(channelId: string, root: string): PermissionSet {
    const path = this.#channels.pathTo(channelId);
    const below = path.slice(path.indexOf(root) + 1).map((id) => this.#directory.rulesOf(id));
    return permissionsIn([{ id: this.#directory.builtIn('guest').id, permissions: EVERYTHING }], below);
  }

  #ofRoles(roleSet: RoleSet, place: string): PermissionSet {
    let known = this.#known.get(roleSet);
    if (known === undefined) this.#known.set(roleSet, (known = new Map<string, PermissionSet>()));
    let set = known.get(place);
    if (set === undefined) {
      if (place !== SERVER && this.#channels.stored(place) === undefined) return 0;
      known.set(place, (set = this.#along(roleSet, place === SERVER ? [] : this.#channels.pathTo(place))));
    }
    return set;
  }

  #along(roleSet: RoleSet, path: readonly string[]): PermissionSet {
    if (roleSet.isAdmin) return EVERYTHING;
    return permissionsIn(
      roleSet.roles,
      path.map((channelId) => this.#directory.rulesOf(channelId)),
    );
  }
}
