import { Delete, Get, Patch, Post } from '@nestjs/common';
import { DEFAULT_BITRATE_BPS, id } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { Requires, RequiresAccount } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers, AnswersNothing } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidBody, ValidParam } from '../api/valid.ts';
import { ChannelManagementService } from './channel-management.service.ts';
import { ChannelViews } from './channel-views.ts';
import {
  channel,
  channelChanges,
  newChannel,
  type ChannelChanges,
  type ChannelView,
  type NewChannel,
} from './channel.schemas.ts';

const EXAMPLE: ChannelView = {
  id: '01977b2e-5555-7aaa-8bbb-0c0c0c0c0c0c',
  serverId: '01977b2e-3333-7aaa-8bbb-0c0c0c0c0c0c',
  parentId: null,
  name: 'Lobby',
  topic: 'Where everyone meets',
  position: 0,
  locked: false,
  memberLimit: null,
  bitrateBps: DEFAULT_BITRATE_BPS,
  forwardLimit: null,
  slowModeS: 0,
  temporary: false,
  requiredRoleId: null,
  members: 3,
};

/** The trees of rooms. A change is told at once to everyone who may see the channel. */
@ApiController('channels', 'Channels')
export class ChannelsController {
  readonly #management: ChannelManagementService;
  readonly #views: ChannelViews;
  readonly #access: AccessService;

  constructor(management: ChannelManagementService, views: ChannelViews, access: AccessService) {
    this.#management = management;
    this.#views = views;
    this.#access = access;
  }

  @Get()
  @RequiresAccount({ orKey: true })
  @Answers(paged(channel), {
    summary: 'List the channels that one may see, all on one page',
    example: { items: [EXAMPLE], next: null },
  })
  listChannels(@CurrentCaller() caller: Caller): Page<ChannelView> {
    return { items: this.#views.seenBy(caller), next: null };
  }

  @Post()
  @RequiresAccount({ orKey: true })
  @Answers(channel, {
    summary: 'Make a channel',
    description:
      'Takes `channel.manage` in the channel that it is to lie below; at the top of the tree, on the server.',
    status: 201,
    errors: ['server.not_found', 'channel.not_found', 'role.not_found'],
    example: EXAMPLE,
  })
  async createChannel(@ValidBody(newChannel) body: NewChannel, @CurrentCaller() caller: Caller): Promise<ChannelView> {
    return this.#views.of(await this.#management.create(this.#access.actorOf(caller), body), caller);
  }

  @Patch(':id')
  @Requires('channel.manage', { channel: 'id' })
  @Answers(channel, {
    summary: 'Change, move or order a channel',
    description:
      'To put it below another channel takes `channel.manage` there too; to ask for another role, or for none, takes both roles.',
    errors: [
      'channel.not_found',
      'channel.cycle',
      'channel.role_required',
      'role.not_found',
      'access.not_yours_to_give',
    ],
    example: EXAMPLE,
  })
  async updateChannel(
    @ValidParam('id', id) channelId: string,
    @ValidBody(channelChanges) body: ChannelChanges,
    @CurrentCaller() caller: Caller,
  ): Promise<ChannelView> {
    return this.#views.of(await this.#management.update(this.#access.actorOf(caller), channelId, body), caller);
  }

  @Delete(':id')
  @Requires('channel.manage', { channel: 'id' })
  @AnswersNothing({
    summary: 'Delete a channel with its messages; whoever is in it leaves it',
    errors: ['channel.not_found', 'channel.has_children'],
  })
  async deleteChannel(@ValidParam('id', id) channelId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.#management.delete(this.#access.actorOf(caller), channelId);
  }
}
