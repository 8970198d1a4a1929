import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  DEFAULT_BITRATE_BPS,
  SwitchboardError,
  type Channel as ChannelInfo,
  type Permission,
} from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import type { Actor } from '../access/actor.ts';
import { AdministrationTurns } from '../access/administration-turns.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { AuditService } from '../audit/audit.service.ts';
import { Passwords } from '../auth/passwords/passwords.ts';
import { Clock } from '../common/clock.ts';
import { Channel } from './channel.entity.ts';
import { ChannelsService } from './channels.service.ts';

/** What of a channel can be set; what is absent stays as it is, or has its default. */
export interface ChannelSettings {
  readonly name?: string | undefined;
  readonly topic?: string | undefined;
  /** Null takes it away. */
  readonly password?: string | null | undefined;
  readonly memberLimit?: number | null | undefined;
  readonly bitrateBps?: number | undefined;
  readonly forwardLimit?: number | null | undefined;
  readonly slowModeS?: number | undefined;
  readonly requiredRoleId?: string | null | undefined;
  readonly parentId?: string | null | undefined;
  /** Where it stands among those below the same parent, from 0. */
  readonly position?: number | undefined;
}

export type NewChannel = ChannelSettings & { readonly serverId: string; readonly name: string };

/**
 * Makes, changes, orders and deletes channels: in the database with the audit entry, then in memory, one change after the other.
 * To move one takes the permission in both places, and brings nobody a permission there that they did not have.
 */
@Injectable()
export class ChannelManagementService {
  readonly #rows: Repository<Channel>;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #directory: RoleDirectory;
  readonly #passwords: Passwords;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #turns: AdministrationTurns;
  readonly #logger = new Logger(ChannelManagementService.name);

  constructor(
    @InjectRepository(Channel) rows: Repository<Channel>,
    channels: ChannelsService,
    access: AccessService,
    directory: RoleDirectory,
    passwords: Passwords,
    audit: AuditService,
    clock: Clock,
    turns: AdministrationTurns,
  ) {
    this.#rows = rows;
    this.#channels = channels;
    this.#access = access;
    this.#directory = directory;
    this.#passwords = passwords;
    this.#audit = audit;
    this.#clock = clock;
    this.#turns = turns;
  }

  /** @throws SwitchboardError `server.not_found`, `channel.not_found`, `role.not_found`, `access.denied` */
  create(actor: Actor, settings: NewChannel): Promise<ChannelInfo> {
    return this.#turns.take(async () => {
      const row = await this.#draft(actor, settings, 'channel.manage');
      const moved = this.#inOrder(row, settings.position);
      await this.#rows.manager.transaction(async (manager) => {
        await manager.insert(Channel, row);
        for (const { id, position } of moved) await manager.update(Channel, { id }, { position });
        await this.#audit.record({ actor, action: 'channel.create', target: row, detail: withoutHash(row) }, manager);
      });
      this.#channels.put([row, ...moved]);
      return this.#channels.get(row.id);
    });
  }

  /**
   * One that goes when the last one leaves it; nothing lies below it.
   * @throws SwitchboardError `server.not_found`, `channel.not_found`, `access.denied`
   */
  createTemporary(actor: Actor, settings: NewChannel): Promise<ChannelInfo> {
    return this.#turns.take(async () => {
      const row = Object.assign(await this.#draft(actor, settings, 'channel.temporary'), { temporary: true });
      await this.#rows.insert(row);
      this.#channels.put([row]);
      return this.#channels.get(row.id);
    });
  }

  /** @throws SwitchboardError `channel.not_found`, `channel.cycle`, `channel.role_required`, `role.not_found`, `access.*` */
  update(actor: Actor, channelId: string, settings: ChannelSettings): Promise<ChannelInfo> {
    return this.#turns.take(async () => {
      const before = this.#managed(actor, channelId);
      const { parentId = before.parentId } = settings;
      if (parentId !== before.parentId) this.#demandMove(actor, before, parentId);
      this.#demandRole(actor, before, settings.requiredRoleId);
      const changes = await this.#changesOf(settings);
      const row: Channel = { ...before, ...changes, parentId };
      const isPlaced = settings.position !== undefined || parentId !== before.parentId;
      const moved = isPlaced ? this.#inOrder(row, settings.position) : [];
      await this.#rows.manager.transaction(async (manager) => {
        await manager.update(Channel, { id: channelId }, { ...changes, parentId, position: row.position });
        for (const { id, position } of moved) await manager.update(Channel, { id }, { position });
        const detail = { before: withoutHash(before), after: withoutHash(row) };
        await this.#audit.record({ actor, action: 'channel.update', target: row, detail }, manager);
      });
      // A temporary one goes without waiting for its turn.
      if (this.#channels.stored(channelId) !== undefined) this.#channels.put([row, ...moved]);
      return this.#channels.get(channelId);
    });
  }

  /**
   * With its messages; who is in it leaves it.
   * @throws SwitchboardError `channel.not_found`, `channel.has_children`, `access.denied`
   */
  delete(actor: Actor, channelId: string): Promise<void> {
    return this.#turns.take(async () => {
      const row = this.#managed(actor, channelId);
      if (this.#channels.childrenOf(row.serverId, channelId).length > 0) {
        throw new SwitchboardError('channel.has_children');
      }
      await this.#rows.manager.transaction(async (manager) => {
        await manager.delete(Channel, { id: channelId });
        await this.#audit.record({ actor, action: 'channel.delete', target: row, detail: withoutHash(row) }, manager);
      });
      this.#forget(channelId);
    });
  }

  /** It is gone at once for everyone, whatever becomes of its row: the next start deletes what is left. */
  endTemporary(channelId: string): void {
    this.#forget(channelId);
    void this.#turns.take(async () => {
      try {
        await this.#rows.delete({ id: channelId });
      } catch (error) {
        this.#logger.error(`channel ${channelId} stays stored`, error instanceof Error ? error.stack : String(error));
      }
    });
  }

  async #draft(actor: Actor, settings: NewChannel, permission: Permission): Promise<Channel> {
    const { serverId, parentId = null } = settings;
    if (!this.#channels.servers.some(({ id }) => id === serverId)) throw new SwitchboardError('server.not_found');
    this.#demandAt(actor, permission, serverId, parentId);
    return {
      id: uuidv7(),
      serverId,
      topic: '',
      memberLimit: null,
      bitrateBps: DEFAULT_BITRATE_BPS,
      forwardLimit: null,
      passwordHash: null,
      requiredRoleId: null,
      slowModeS: 0,
      temporary: false,
      createdAt: this.#clock.epochMs(),
      position: 1 + Math.max(-1, ...this.#channels.childrenOf(serverId, parentId).map(({ position }) => position)),
      ...(await this.#changesOf(settings)),
      name: settings.name,
      parentId,
    };
  }

  async #changesOf({ password, ...settings }: ChannelSettings): Promise<Partial<Channel>> {
    const { name, topic, memberLimit, bitrateBps, forwardLimit, slowModeS, requiredRoleId } = settings;
    if (typeof requiredRoleId === 'string') this.#directory.get(requiredRoleId);
    const passwordHash = typeof password === 'string' ? await this.#passwords.hash(password) : password;
    const all = { name, topic, passwordHash, memberLimit, bitrateBps, forwardLimit, slowModeS, requiredRoleId };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** The row, for who may manage it; one that is not seen is not there. */
  #managed(actor: Actor, channelId: string): Readonly<Channel> {
    const row = this.#channels.stored(channelId);
    if (row === undefined || !this.#access.may(actor, 'see', channelId))
      throw new SwitchboardError('channel.not_found');
    if (!this.#access.may(actor, 'channel.manage', channelId)) throw new SwitchboardError('access.denied');
    return row;
  }

  /** Whom a role keeps out does not take it away; nor does anyone ask for one that they do not have: it would keep out people above them. */
  #demandRole(actor: Actor, { requiredRoleId }: Readonly<Channel>, next: string | null | undefined): void {
    if (next === undefined || next === requiredRoleId) return;
    const hasBoth = this.#access.hasRole(actor, requiredRoleId) && this.#access.hasRole(actor, next);
    if (!hasBoth) throw new SwitchboardError('channel.role_required', undefined, { field: 'requiredRoleId' });
  }

  #demandAt(actor: Actor, permission: Permission, serverId: string, parentId: string | null): void {
    if (parentId !== null) {
      const parent = this.#channels.stored(parentId);
      if (parent?.serverId !== serverId || !this.#access.may(actor, 'see', parentId)) {
        throw new SwitchboardError('channel.not_found', undefined, { field: 'parentId' });
      }
      if (parent.temporary) {
        throw new SwitchboardError('access.denied', 'A temporary channel has none below it.', { field: 'parentId' });
      }
    }
    if (!this.#access.mayIn(actor, permission, parentId)) throw new SwitchboardError('access.denied');
  }

  #demandMove(actor: Actor, row: Readonly<Channel>, parentId: string | null): void {
    this.#demandAt(actor, 'channel.manage', row.serverId, parentId);
    if (parentId !== null && this.#channels.isWithin(parentId, row.id)) {
      throw new SwitchboardError('channel.cycle', undefined, { field: 'parentId' });
    }
    const above = parentId === null ? [] : this.#channels.pathTo(parentId);
    const depth = this.#channels.pathTo(row.id).length - 1;
    for (const { id } of this.#channels.channels) {
      if (!this.#channels.isWithin(id, row.id)) continue;
      const there = this.#access.permissionsAlong(actor, [...above, ...this.#channels.pathTo(id).slice(depth)]);
      if ((there & ~this.#access.permissionsOf(actor, id)) !== 0)
        throw new SwitchboardError('access.not_yours_to_give');
    }
  }

  /** Puts the row in its place among its siblings; returns those whose places change by that. */
  #inOrder(row: Channel, place = Infinity): Channel[] {
    const others = this.#channels.childrenOf(row.serverId, row.parentId).filter(({ id }) => id !== row.id);
    const inOrder = others.toSpliced(Math.min(place, others.length), 0, row);
    row.position = inOrder.indexOf(row);
    return inOrder
      .map((each, position) => ({ ...each, position }))
      .filter(({ id, position }) => id !== row.id && this.#channels.stored(id)?.position !== position);
  }

  #forget(channelId: string): void {
    this.#channels.remove(channelId);
    this.#directory.forgetChannel(channelId);
  }
}

function withoutHash({ passwordHash, ...row }: Readonly<Channel>): Record<string, unknown> {
  return { ...row, locked: passwordHash !== null };
}
