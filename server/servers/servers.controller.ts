import { Delete, Get, Patch, Post } from '@nestjs/common';
import { id } from '@switchboard/protocol';
import type * as v from 'valibot';
import { AccessService } from '../access/access.service.ts';
import { Requires, RequiresAccount } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidBody, ValidParam } from '../api/valid.ts';
import { virtualServer, virtualServerName, type VirtualServerView } from './server.schemas.ts';
import { ServersService } from './servers.service.ts';

const EXAMPLE: VirtualServerView = { id: '01977b2e-3333-7aaa-8bbb-0c0c0c0c0c0c', name: 'The workshop' };

/** Several channel trees on one machine. */
@ApiController('servers', 'Channels')
export class ServersController {
  readonly #servers: ServersService;
  readonly #access: AccessService;

  constructor(servers: ServersService, access: AccessService) {
    this.#servers = servers;
    this.#access = access;
  }

  @Get()
  @RequiresAccount({ orKey: true })
  @Answers(paged(virtualServer), {
    summary: 'List the virtual servers, all on one page',
    example: { items: [EXAMPLE], next: null },
  })
  listServers(): Page<VirtualServerView> {
    return { items: [...this.#servers.all], next: null };
  }

  @Post()
  @Requires('server.manage')
  @Answers(virtualServer, { summary: 'Make a virtual server, with no channel yet', status: 201, example: EXAMPLE })
  createServer(
    @ValidBody(virtualServerName) { name }: v.InferOutput<typeof virtualServerName>,
    @CurrentCaller() caller: Caller,
  ): Promise<VirtualServerView> {
    return this.#servers.create(this.#access.actorOf(caller), name);
  }

  @Patch(':id')
  @Requires('server.manage')
  @Answers(virtualServer, { summary: 'Rename a virtual server', errors: ['server.not_found'], example: EXAMPLE })
  updateServer(
    @ValidParam('id', id) serverId: string,
    @ValidBody(virtualServerName) { name }: v.InferOutput<typeof virtualServerName>,
    @CurrentCaller() caller: Caller,
  ): Promise<VirtualServerView> {
    return this.#servers.rename(this.#access.actorOf(caller), serverId, name);
  }

  @Delete(':id')
  @Requires('server.manage')
  @AnswersNothing({
    summary: 'Delete a virtual server, with its channels and their messages',
    description: 'Takes `channel.manage` in each of its channels, too.',
    errors: ['server.not_found', 'server.last'],
  })
  async deleteServer(@ValidParam('id', id) serverId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#servers.delete(this.#access.actorOf(caller), serverId);
  }
}
