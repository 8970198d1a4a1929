import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError, type Channel, type ServerInfo } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import type { Actor } from '../access/actor.ts';
import { AdministrationTurns } from '../access/administration-turns.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { AuditService } from '../audit/audit.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { VirtualServer } from './virtual-server.entity.ts';

/**
 * The virtual servers: each a channel tree of its own. What changes them takes its turn with what changes channels. Who is connected
 * learns of a change with the next welcome.
 */
@Injectable()
export class ServersService {
  readonly #servers: Repository<VirtualServer>;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #directory: RoleDirectory;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #turns: AdministrationTurns;

  constructor(
    @InjectRepository(VirtualServer) servers: Repository<VirtualServer>,
    channels: ChannelsService,
    access: AccessService,
    directory: RoleDirectory,
    audit: AuditService,
    clock: Clock,
    turns: AdministrationTurns,
  ) {
    this.#servers = servers;
    this.#channels = channels;
    this.#access = access;
    this.#directory = directory;
    this.#audit = audit;
    this.#clock = clock;
    this.#turns = turns;
  }

  get all(): readonly ServerInfo[] {
    return this.#channels.servers;
  }

  create(actor: Actor, name: string): Promise<ServerInfo> {
    return this.#turns.take(async () => {
      const server = { id: uuidv7(), name };
      await this.#servers.manager.transaction(async (manager) => {
        await manager.insert(VirtualServer, { ...server, createdAt: this.#clock.epochMs() });
        await this.#audit.record({ actor, action: 'server.create', target: server }, manager);
      });
      await this.#channels.reloadServers();
      return server;
    });
  }

  /** @throws SwitchboardError `server.not_found` */
  rename(actor: Actor, serverId: string, name: string): Promise<ServerInfo> {
    return this.#turns.take(async () => {
      const before = this.#get(serverId);
      const server = { id: serverId, name };
      await this.#servers.manager.transaction(async (manager) => {
        await manager.update(VirtualServer, { id: serverId }, { name });
        const detail = { name: [before.name, name] };
        await this.#audit.record({ actor, action: 'server.update', target: server, detail }, manager);
      });
      await this.#channels.reloadServers();
      return server;
    });
  }

  /**
   * With its channels and their messages, for who may manage each of them; whoever is in one leaves it.
   * @throws SwitchboardError `server.not_found`, `server.last`, `access.denied`
   */
  delete(actor: Actor, serverId: string): Promise<void> {
    return this.#turns.take(async () => {
      const server = this.#get(serverId);
      if (this.all.length === 1) throw new SwitchboardError('server.last');
      const channels = this.#leavesFirst(serverId);
      this.#demandAll(actor, channels);
      await this.#servers.manager.transaction(async (manager) => {
        await manager.delete(VirtualServer, { id: serverId });
        const detail = { channels: channels.map(({ id, name }) => ({ id, name })) };
        await this.#audit.record({ actor, action: 'server.delete', target: server, detail }, manager);
      });
      // Their rows went with the server's.
      for (const { id } of channels) {
        this.#channels.remove(id);
        this.#directory.forgetChannel(id);
      }
      await this.#channels.reloadServers();
    });
  }

  #get(serverId: string): ServerInfo {
    const server = this.all.find(({ id }) => id === serverId);
    if (server === undefined) throw new SwitchboardError('server.not_found');
    return server;
  }

  /** Before anything is deleted. One that is not seen is not named. */
  #demandAll(actor: Actor, channels: readonly Channel[]): void {
    const mayAll = channels.every(
      ({ id }) => this.#access.may(actor, 'see', id) && this.#access.may(actor, 'channel.manage', id),
    );
    if (!mayAll) throw new SwitchboardError('access.denied', 'It has channels that you may not manage.');
  }

  #leavesFirst(serverId: string): Channel[] {
    const channels = this.#channels.channels.filter((channel) => channel.serverId === serverId);
    const below = (parentId: string | null): Channel[] =>
      channels.filter((channel) => channel.parentId === parentId).flatMap((channel) => [...below(channel.id), channel]);
    return below(null);
  }
}
