import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import type { Session } from '../presence/session.ts';
import { SlowMode } from './slow-mode.ts';

/** Who may write where, and how often. */
@Injectable()
export class WritingRules {
  readonly #access: AccessService;
  readonly #channels: ChannelsService;
  readonly #clock: Clock;
  readonly #slowMode = new SlowMode();

  constructor(access: AccessService, channels: ChannelsService, clock: Clock) {
    this.#access = access;
    this.#channels = channels;
    this.#clock = clock;
  }

  /** Why one may not write in this channel now: `channel.not_joined`, `access.denied`, `message.slow_mode`. */
  refusal({ identity, member }: Session, channelId: string): SwitchboardError | undefined {
    if (member.channelId !== channelId) return new SwitchboardError('channel.not_joined');
    if (!this.#access.may(identity, 'chat.send', channelId)) return new SwitchboardError('access.denied');
    const slowModeS = this.#channels.stored(channelId)?.slowModeS ?? 0;
    if (slowModeS === 0 || this.#access.may(identity, 'chat.delete', channelId)) return undefined;
    const retryAfterMs = this.#slowMode.waitMs(channelId, identity.userId, slowModeS, this.#clock.nowMs());
    return retryAfterMs === 0 ? undefined : new SwitchboardError('message.slow_mode', undefined, { retryAfterMs });
  }

  /** Something that this person wrote is there now, or that was written for them. */
  wrote(channelId: string, userId: string): void {
    this.#slowMode.wrote(channelId, userId, this.#clock.nowMs());
  }
}
