import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  DEFAULT_BITRATE_BPS,
  FRAME_MS,
  SwitchboardError,
  type Channel as ChannelInfo,
  type ServerInfo,
} from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import { ServerConfig } from '../config/server-config.ts';
import { VirtualServer } from '../servers/virtual-server.entity.ts';
import { Channel } from './channel.entity.ts';
import { DEFAULT_TREE, type ChannelPlan } from './default-tree.ts';

/** What has become of one channel. */
export type ChannelChange =
  | { readonly type: 'created' | 'deleted'; readonly channel: ChannelInfo }
  | { readonly type: 'updated'; readonly channel: ChannelInfo; readonly before: ChannelInfo };

/**
 * The virtual servers and their channel trees: read once, kept in memory, as every join, every welcome and every check needs them.
 * `ChannelManagementService` changes them in the database and then here.
 */
@Injectable()
export class ChannelsService implements OnModuleInit {
  readonly #servers: Repository<VirtualServer>;
  readonly #channels: Repository<Channel>;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #rows = new Map<string, Readonly<Channel>>();
  readonly #infos = new Map<string, ChannelInfo>();
  readonly #listeners: ((changes: readonly ChannelChange[]) => void)[] = [];
  #serverInfos: readonly ServerInfo[] = [];
  #inOrder: readonly ChannelInfo[] | undefined;

  constructor(
    @InjectRepository(VirtualServer) servers: Repository<VirtualServer>,
    @InjectRepository(Channel) channels: Repository<Channel>,
    config: ServerConfig,
    clock: Clock,
  ) {
    this.#servers = servers;
    this.#channels = channels;
    this.#config = config;
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    if ((await this.#servers.count()) === 0) await this.#makeDefaultServer();
    await this.reloadServers();
    // Nobody is in a room when the server starts.
    await this.#channels.delete({ temporary: true });
    for (const row of await this.#channels.find()) this.#keep(row);
  }

  /** Told after channels have been made, changed or deleted, those of one act together. */
  onChanged(listener: (changes: readonly ChannelChange[]) => void): void {
    this.#listeners.push(listener);
  }

  get servers(): readonly ServerInfo[] {
    return this.#serverInfos;
  }

  /** Reads the virtual servers again, after one was made, renamed or deleted. */
  async reloadServers(): Promise<void> {
    const rows = await this.#servers.find({ order: { createdAt: 'ASC' } });
    this.#serverInfos = rows.map(({ id, name }) => ({ id, name }));
  }

  get channels(): readonly ChannelInfo[] {
    this.#inOrder ??= [...this.#infos.values()].sort((a, b) => a.position - b.position);
    return this.#inOrder;
  }

  /** @throws SwitchboardError `channel.not_found` */
  get(channelId: string): ChannelInfo {
    const channel = this.#infos.get(channelId);
    if (channel === undefined) throw new SwitchboardError('channel.not_found');
    return channel;
  }

  /** With what is told to nobody: the hash of its password, the role that it asks for. */
  stored(channelId: string): Readonly<Channel> | undefined {
    return this.#rows.get(channelId);
  }

  /** In their order; null for those at the top of a server. */
  childrenOf(serverId: string, parentId: string | null): Readonly<Channel>[] {
    return [...this.#rows.values()]
      .filter((row) => row.serverId === serverId && row.parentId === parentId)
      .sort((a, b) => a.position - b.position || a.createdAt - b.createdAt);
  }

  /** The ids from the root of the tree down to the channel itself. */
  pathTo(channelId: string): string[] {
    const path: string[] = [];
    for (let at = this.#rows.get(channelId); at !== undefined && !path.includes(at.id);) {
      path.unshift(at.id);
      at = at.parentId === null ? undefined : this.#rows.get(at.parentId);
    }
    return path;
  }

  /** Whether a channel is this one, or somewhere below it. */
  isWithin(channelId: string, ancestorId: string): boolean {
    return channelId === ancestorId ? this.#rows.has(channelId) : this.pathTo(channelId).includes(ancestorId);
  }

  /** Takes over rows as they are in the database now. */
  put(rows: readonly Readonly<Channel>[]): void {
    this.#tell(
      rows.map((row) => {
        const before = this.#infos.get(row.id);
        const channel = this.#keep(row);
        return before === undefined ? { type: 'created', channel } : { type: 'updated', channel, before };
      }),
    );
  }

  remove(channelId: string): void {
    const channel = this.#infos.get(channelId);
    if (channel === undefined) return;
    this.#rows.delete(channelId);
    this.#infos.delete(channelId);
    this.#inOrder = undefined;
    this.#tell([{ type: 'deleted', channel }]);
  }

  /** A role is gone, and no channel asks for it any more. */
  requireNoMore(roleId: string): void {
    const asking = [...this.#rows.values()].filter(({ requiredRoleId }) => requiredRoleId === roleId);
    this.put(asking.map((row) => ({ ...row, requiredRoleId: null })));
  }

  #keep(row: Readonly<Channel>): ChannelInfo {
    const info = infoOf(row);
    this.#rows.set(row.id, row);
    this.#infos.set(row.id, info);
    this.#inOrder = undefined;
    return info;
  }

  #tell(changes: readonly ChannelChange[]): void {
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes);
  }

  async #makeDefaultServer(): Promise<void> {
    const createdAt = this.#clock.epochMs();
    const server = { id: uuidv7(), name: this.#config.name, createdAt };
    const channels: Channel[] = [];
    const plan = (plans: readonly ChannelPlan[], parentId: string | null): void => {
      for (const [position, { name, topic, children }] of plans.entries()) {
        const id = uuidv7();
        channels.push({
          id,
          serverId: server.id,
          parentId,
          name,
          topic,
          position,
          memberLimit: null,
          bitrateBps: DEFAULT_BITRATE_BPS,
          forwardLimit: null,
          passwordHash: null,
          requiredRoleId: null,
          slowModeS: 0,
          temporary: false,
          createdAt,
        });
        plan(children ?? [], id);
      }
    };
    plan(DEFAULT_TREE, null);
    await this.#servers.manager.transaction(async (manager) => {
      await manager.insert(VirtualServer, server);
      await manager.insert(Channel, channels);
    });
  }
}

function infoOf(channel: Readonly<Channel>): ChannelInfo {
  return {
    id: channel.id,
    serverId: channel.serverId,
    parentId: channel.parentId,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    locked: channel.passwordHash !== null,
    memberLimit: channel.memberLimit,
    slowModeS: channel.slowModeS,
    temporary: channel.temporary,
    audio: { bitrateBps: channel.bitrateBps, frameMs: FRAME_MS, fec: true, forwardLimit: channel.forwardLimit },
  };
}
