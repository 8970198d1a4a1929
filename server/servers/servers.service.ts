import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError, type ServerInfo } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../access/actor.ts';
import { AuditService } from '../audit/audit.service.ts';
import { ChannelManagementService } from '../channels/channel-management.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { VirtualServer } from './virtual-server.entity.ts';

/** The virtual servers: each a channel tree of its own. Who is connected learns of a change with the next welcome. */
@Injectable()
export class ServersService {
  readonly #servers: Repository<VirtualServer>;
  readonly #channels: ChannelsService;
  readonly #management: ChannelManagementService;
  readonly #audit: AuditService;
  readonly #clock: Clock;

  constructor(
    @InjectRepository(VirtualServer) servers: Repository<VirtualServer>,
    channels: ChannelsService,
    management: ChannelManagementService,
    audit: AuditService,
    clock: Clock,
  ) {
    this.#servers = servers;
    this.#channels = channels;
    this.#management = management;
    this.#audit = audit;
    this.#clock = clock;
  }

  get all(): readonly ServerInfo[] {
    return this.#channels.servers;
  }

  async create(actor: Actor, name: string): Promise<ServerInfo> {
    const server = { id: uuidv7(), name };
    await this.#servers.manager.transaction(async (manager) => {
      await manager.insert(VirtualServer, { ...server, createdAt: this.#clock.epochMs() });
      await this.#audit.record({ actor, action: 'server.create', target: server }, manager);
    });
    await this.#channels.reloadServers();
    return server;
  }

  /** @throws SwitchboardError `server.not_found` */
  async rename(actor: Actor, serverId: string, name: string): Promise<ServerInfo> {
    const before = this.#get(serverId);
    await this.#servers.manager.transaction(async (manager) => {
      await manager.update(VirtualServer, { id: serverId }, { name });
      await this.#audit.record(
        { actor, action: 'server.update', target: { id: serverId, name }, detail: { name: [before.name, name] } },
        manager,
      );
    });
    await this.#channels.reloadServers();
    return { id: serverId, name };
  }

  /**
   * With its channels and their messages; whoever is in one leaves it.
   * @throws SwitchboardError `server.not_found`, `server.last`
   */
  async delete(actor: Actor, serverId: string): Promise<void> {
    const server = this.#get(serverId);
    if (this.all.length === 1) throw new SwitchboardError('server.last');
    for (const channelId of this.#leavesFirst(serverId)) await this.#management.delete(actor, channelId);
    await this.#servers.manager.transaction(async (manager) => {
      await manager.delete(VirtualServer, { id: serverId });
      await this.#audit.record({ actor, action: 'server.delete', target: server }, manager);
    });
    await this.#channels.reloadServers();
  }

  #get(serverId: string): ServerInfo {
    const server = this.all.find(({ id }) => id === serverId);
    if (server === undefined) throw new SwitchboardError('server.not_found');
    return server;
  }

  #leavesFirst(serverId: string): string[] {
    const channels = this.#channels.channels.filter((channel) => channel.serverId === serverId);
    const below = (parentId: string | null): string[] =>
      channels.filter((channel) => channel.parentId === parentId).flatMap(({ id }) => [...below(id), id]);
    return below(null);
  }
}
