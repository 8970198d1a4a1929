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

/** The virtual servers and their channel trees: read once, kept in memory, as every join and every welcome needs them. */
@Injectable()
export class ChannelsService implements OnModuleInit {
  readonly #servers: Repository<VirtualServer>;
  readonly #channels: Repository<Channel>;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  #serverInfos: readonly ServerInfo[] = [];
  #channelInfos: ReadonlyMap<string, ChannelInfo> = new Map();

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
    this.#serverInfos = (await this.#servers.find({ order: { createdAt: 'ASC' } })).map(({ id, name }) => ({
      id,
      name,
    }));
    const channels = await this.#channels.find({ order: { position: 'ASC' } });
    this.#channelInfos = new Map(channels.map((channel) => [channel.id, infoOf(channel)]));
  }

  get servers(): readonly ServerInfo[] {
    return this.#serverInfos;
  }

  get channels(): readonly ChannelInfo[] {
    return [...this.#channelInfos.values()];
  }

  /** @throws SwitchboardError `channel.not_found` */
  get(channelId: string): ChannelInfo {
    const channel = this.#channelInfos.get(channelId);
    if (channel === undefined) throw new SwitchboardError('channel.not_found');
    return channel;
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

function infoOf(channel: Channel): ChannelInfo {
  return {
    id: channel.id,
    serverId: channel.serverId,
    parentId: channel.parentId,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    locked: false,
    memberLimit: channel.memberLimit,
    audio: { bitrateBps: channel.bitrateBps, frameMs: FRAME_MS, fec: true, forwardLimit: channel.forwardLimit },
  };
}
