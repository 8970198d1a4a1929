import { Injectable } from '@nestjs/common';
import { SwitchboardError, type Channel } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import type { Caller } from '../api/caller.ts';
import { ChannelsService } from '../channels/channels.service.ts';

/** Which channels' messages a caller of the API may read. On the control lane that takes being in the room. */
@Injectable()
export class ReadableChannels {
  readonly #channels: ChannelsService;
  readonly #access: AccessService;

  constructor(channels: ChannelsService, access: AccessService) {
    this.#channels = channels;
    this.#access = access;
  }

  /**
   * The ids of all of them, or of the one that is asked for.
   * @throws SwitchboardError `channel.not_found`, as for one that the caller may not see; `access.denied`
   */
  of(caller: Caller, channelId?: string): readonly string[] | 'all' {
    if (channelId !== undefined) {
      const channel = this.#channels.get(channelId);
      if (!this.#access.may(caller, 'see', channelId)) throw new SwitchboardError('channel.not_found');
      if (!this.#mayRead(caller, channel)) throw new SwitchboardError('access.denied');
      return [channelId];
    }
    const { channels } = this.#channels;
    const readable = channels.filter((channel) => this.#mayRead(caller, channel));
    return readable.length === channels.length ? 'all' : readable.map(({ id }) => id);
  }

  /** Nobody reads here what a password, or a role that is required, keeps from them there. */
  #mayRead(caller: Caller, { id, locked }: Channel): boolean {
    if (!this.#access.may(caller, 'see', id)) return false;
    if (this.#access.may(caller, 'chat.delete', id)) return true;
    return (
      this.#access.may(caller, 'join', id) &&
      (!locked || this.#access.may(caller, 'channel.manage', id)) &&
      this.#access.hasRequiredRole(this.#access.actorOf(caller), id)
    );
  }
}
