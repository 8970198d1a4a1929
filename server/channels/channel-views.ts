import { Injectable } from '@nestjs/common';
import type { Channel } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import type { Caller } from '../api/caller.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { ChannelView } from './channel.schemas.ts';
import { ChannelsService } from './channels.service.ts';

/** Channels as the REST API shows them. */
@Injectable()
export class ChannelViews {
  readonly #channels: ChannelsService;
  readonly #rooms: RoomsService;
  readonly #access: AccessService;

  constructor(channels: ChannelsService, rooms: RoomsService, access: AccessService) {
    this.#channels = channels;
    this.#rooms = rooms;
    this.#access = access;
  }

  seenBy(caller: Caller): ChannelView[] {
    const seen = this.#channels.channels.filter(({ id }) => this.#access.may(caller, 'see', id));
    return seen.map((channel) => this.of(channel, caller));
  }

  /** One that the caller sees. What is above it and not seen is not shown: it hangs under the nearest one that is. */
  of(channel: Channel, caller: Caller): ChannelView {
    const isSeenAbove = (id: string): boolean => id !== channel.id && this.#access.may(caller, 'see', id);
    const parentId = this.#channels.pathTo(channel.id).findLast(isSeenAbove) ?? null;
    return this.#whole({ ...channel, parentId });
  }

  #whole({ id, serverId, parentId, name, topic, position, locked, memberLimit, audio, ...rest }: Channel): ChannelView {
    const { slowModeS, temporary } = rest;
    const { bitrateBps, forwardLimit } = audio;
    return {
      id,
      serverId,
      parentId,
      name,
      topic,
      position,
      locked,
      memberLimit,
      bitrateBps,
      forwardLimit,
      slowModeS,
      temporary,
      requiredRoleId: this.#channels.stored(id)?.requiredRoleId ?? null,
      members: [...this.#rooms.members(id)].length,
    };
  }
}
