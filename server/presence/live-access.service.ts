import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Channel } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { ChannelsService, type ChannelChange } from '../channels/channels.service.ts';
import { PlacingService } from './placing.service.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { SharedTexts, ViewsService } from './views.service.ts';
import { WhispersService } from './whispers.service.ts';

/**
 * Applies at once, to everyone who is here, what has changed of roles, rules and channels: rooms that one may not be in are left, the relay
 * learns who may speak, everyone learns what is to be seen now and what they may do, whispers end.
 */
@Injectable()
export class LiveAccessService implements OnApplicationBootstrap {
  readonly #directory: RoleDirectory;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #views: ViewsService;
  readonly #placing: PlacingService;
  readonly #whispers: WhispersService;
  readonly #waiting: (readonly ChannelChange[])[] = [];
  #isApplying = false;

  constructor(
    directory: RoleDirectory,
    channels: ChannelsService,
    access: AccessService,
    sessions: SessionsService,
    rooms: RoomsService,
    views: ViewsService,
    placing: PlacingService,
    whispers: WhispersService,
  ) {
    this.#directory = directory;
    this.#channels = channels;
    this.#access = access;
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#views = views;
    this.#placing = placing;
    this.#whispers = whispers;
  }

  onApplicationBootstrap(): void {
    this.#directory.onChanged(() => this.#apply([]));
    this.#channels.onChanged((changes) => this.#apply(changes));
  }

  /** Applying may change something itself: who is taken out of a temporary channel as its last one ends it. That comes after. */
  #apply(changes: readonly ChannelChange[]): void {
    this.#waiting.push(changes);
    if (this.#isApplying) return;
    this.#isApplying = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) this.#applyNow(next);
    } finally {
      this.#isApplying = false;
    }
  }

  #applyNow(changes: readonly ChannelChange[]): void {
    const all = [...this.#sessions.all];
    for (const session of all) if (!this.#mayStay(session)) this.#placing.takeOut(session);
    const changed = new Set(changes.map(({ channel }) => channel.id));
    const texts = new SharedTexts();
    for (const session of all) this.#views.refresh(session, all, { changed, texts });
    for (const session of all) {
      this.#rooms.applyVoice(session);
      this.#rooms.tellSpeech(session);
      this.#whispers.recheck(session);
      this.#showRole(session);
    }
    for (const change of changes) {
      if (change.type === 'updated' && soundsOther(change.before, change.channel))
        this.#rooms.configure(change.channel);
    }
  }

  #mayStay({ identity, member: { channelId }, isPlaced }: Session): boolean {
    if (channelId === null) return true;
    if (this.#channels.stored(channelId) === undefined) return false;
    return isPlaced || this.#access.refusalAt(identity, channelId) === undefined;
  }

  #showRole(session: Session): void {
    const role = this.#access.badgeOf(session.identity);
    const { role: shown } = session.member;
    if (role?.name !== shown?.name || role?.colour !== shown?.colour) this.#sessions.changeRole(session, role);
  }
}

function soundsOther({ audio: before }: Channel, { audio: after }: Channel): boolean {
  return before.bitrateBps !== after.bitrateBps || before.forwardLimit !== after.forwardLimit;
}
