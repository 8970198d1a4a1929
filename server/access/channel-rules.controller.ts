import { Get, Put } from '@nestjs/common';
import { CHANNEL_PERMISSIONS, id, type Permission } from '@switchboard/protocol';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { ValidBody, ValidParam } from '../api/valid.ts';
import { AccessService } from './access.service.ts';
import { ChannelRulesService } from './channel-rules.service.ts';
import { channelRules, type ChannelRulesView } from './role.schemas.ts';

type ChannelPermission = (typeof CHANNEL_PERMISSIONS)[number];

const EXAMPLE: ChannelRulesView = {
  items: [{ roleId: '01977b2e-2222-7aaa-8bbb-0c0c0c0c0c0c', allow: ['speak'], deny: ['chat.send'] }],
};

/** What a channel, and those below it, allow and deny to roles. */
@ApiController('channels/:id/rules', 'Channels')
export class ChannelRulesController {
  readonly #rules: ChannelRulesService;
  readonly #access: AccessService;

  constructor(rules: ChannelRulesService, access: AccessService) {
    this.#rules = rules;
    this.#access = access;
  }

  @Get()
  @Requires('channel.manage', { channel: 'id' })
  @Answers(channelRules, {
    summary: 'List what the channel allows and denies to roles',
    errors: ['channel.not_found'],
    example: EXAMPLE,
  })
  listChannelRules(@ValidParam('id', id) channelId: string): ChannelRulesView {
    return this.#viewOf(channelId);
  }

  @Put()
  @Requires('channel.manage', { channel: 'id' })
  @Answers(channelRules, {
    summary: 'Set what the channel allows and denies to roles',
    description:
      'Replaces all rules of the channel; applies at once to everyone. Rules of roles whose rank is not below one’s own ' +
      'stay as they are, and nobody gives what they do not have there themselves.',
    errors: ['channel.not_found', 'role.not_found', 'access.rank', 'access.not_yours_to_give'],
    example: EXAMPLE,
  })
  async setChannelRules(
    @ValidParam('id', id) channelId: string,
    @ValidBody(channelRules) { items }: ChannelRulesView,
    @CurrentCaller() caller: Caller,
  ): Promise<ChannelRulesView> {
    await this.#rules.setRules(this.#access.actorOf(caller), channelId, items);
    return this.#viewOf(channelId);
  }

  #viewOf(channelId: string): ChannelRulesView {
    const items = this.#rules
      .rulesOf(channelId)
      .map(({ roleId, allow, deny }) => ({ roleId, allow: ofChannels(allow), deny: ofChannels(deny) }));
    return { items };
  }
}

function ofChannels(names: readonly Permission[]): ChannelPermission[] {
  return CHANNEL_PERMISSIONS.filter((name) => names.includes(name));
}
