import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SwitchboardError, type Channel, type CheckedRequestData } from '@switchboard/protocol';
import { v7 as uuidv7 } from 'uuid';
import { ChannelManagementService } from '../channels/channel-management.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';

/** Whoever makes one goes in; a channel that nobody ever went into goes by itself. */
const EMPTY_LIMIT_MS = 60_000;
/** Of one person, and of all: everyone here is told of each. */
const MAX_OF_ONE = 3;
const MAX_OF_ALL = 200;

/** Channels that members make for themselves, and that go when the last one leaves them. */
@Injectable()
export class TemporaryChannelsService implements OnApplicationBootstrap {
  readonly #management: ChannelManagementService;
  readonly #channels: ChannelsService;
  readonly #rooms: RoomsService;
  readonly #clock: Clock;
  /** Who made each. What is being made counts as made, under an id of its own: of many asked for at once none slips by. */
  readonly #makers = new Map<string, string>();

  constructor(management: ChannelManagementService, channels: ChannelsService, rooms: RoomsService, clock: Clock) {
    this.#management = management;
    this.#channels = channels;
    this.#rooms = rooms;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#rooms.onEmpty((channelId) => this.#end(channelId));
    this.#channels.onChanged((changes) => {
      for (const { type, channel } of changes) if (type === 'deleted') this.#makers.delete(channel.id);
    });
  }

  /** @throws SwitchboardError `server.not_found`, `channel.not_found`, `access.denied`, `server.rate_limited` */
  async create(
    { identity }: Session,
    { serverId, parentId, name, password }: CheckedRequestData<'channel.createTemporary'>,
  ): Promise<Channel> {
    const own = [...this.#makers.values()].filter((userId) => userId === identity.userId).length;
    if (own >= MAX_OF_ONE || this.#makers.size >= MAX_OF_ALL) throw new SwitchboardError('server.rate_limited');
    const channel = await this.#counted(identity.userId, () =>
      this.#management.createTemporary(identity, { serverId, parentId, name, password }),
    );
    this.#makers.set(channel.id, identity.userId);
    this.#clock.after(EMPTY_LIMIT_MS, () => this.#end(channel.id));
    return channel;
  }

  async #counted(userId: string, make: () => Promise<Channel>): Promise<Channel> {
    const placeholder = uuidv7();
    this.#makers.set(placeholder, userId);
    try {
      return await make();
    } finally {
      this.#makers.delete(placeholder);
    }
  }

  #end(channelId: string): void {
    const [someone] = this.#rooms.members(channelId);
    if (someone === undefined && this.#channels.stored(channelId)?.temporary === true) {
      this.#management.endTemporary(channelId);
    }
  }
}
