import type { ControlEvent, EventData } from '@switchboard/protocol';
import type { MemberVolumes } from './member-volumes.ts';
import type { OwnSilence } from './own-silence.ts';
import type { RoomChat } from './room-chat.ts';
import type { RoomMembership } from './room-membership.ts';
import { roommatesOf, sessionsOf, type RoomState } from './room-state.ts';
import type { RoomVoice } from './room-voice.ts';
import type { RoomWhispers } from './room-whispers.ts';
import type { Session } from './session.ts';

export interface RoomNewsParts {
  readonly session: Pick<Session, 'rename'>;
  readonly membership: Pick<RoomMembership, 'liveChannelId' | 'tell'>;
  readonly voice: Pick<RoomVoice, 'send'>;
  readonly volumes: Pick<MemberVolumes, 'tell'>;
  readonly silence: Pick<OwnSilence, 'follow'>;
  readonly whispers: Pick<RoomWhispers, 'hear'>;
  readonly chat: Pick<RoomChat, 'hear' | 'forget'>;
}

/** Passes an event of the server on to those whom it concerns. */
export class RoomNews {
  readonly #parts: RoomNewsParts;

  constructor(parts: RoomNewsParts) {
    this.#parts = parts;
  }

  /** @param rooms as they are now, with the event */
  hear(event: ControlEvent, before: RoomState, rooms: RoomState): void {
    const { session, membership, voice, silence, whispers, chat } = this.#parts;
    const live = membership.liveChannelId;
    const wasHere = (memberId: string) => roommatesOf(before, live).some(({ id }) => id === memberId);
    switch (event.type) {
      case 'member.moved':
        this.#memberMoved(event.data, wasHere(event.data.memberId), rooms);
        break;
      case 'member.left':
        if (wasHere(event.data.memberId)) this.#memberGone(event.data.memberId);
        break;
      case 'member.updated':
        if (event.data.member.id === rooms.selfId) session.rename(event.data.member.nickname);
        break;
      case 'channel.deleted':
        if (event.data.channelId === live) membership.tell({ type: 'removed' });
        break;
      case 'self.moved':
        this.#placed(event.data);
        break;
      case 'voice.epoch':
        if (event.data.channelId === live) voice.send({ type: 'epoch', epoch: event.data });
        break;
      case 'voice.config':
        if (event.data.channelId === live) voice.send({ type: 'audio', audio: event.data.audio });
        break;
      default:
        break;
    }
    silence.follow();
    if (live !== null) whispers.hear(event);
    if (event.type !== 'message.typing' || event.data.memberId !== rooms.selfId)
      chat.hear(event, (userId) => sessionsOf(rooms, userId));
  }

  #memberMoved({ memberId, channelId, token }: EventData<'member.moved'>, wasHere: boolean, rooms: RoomState): void {
    const { membership, voice, volumes } = this.#parts;
    if (memberId === rooms.selfId) {
      if (channelId === null) membership.tell({ type: 'removed' });
    } else if (channelId === null || channelId !== membership.liveChannelId) {
      if (wasHere) this.#memberGone(memberId);
    } else if (token !== undefined) {
      voice.send({ type: 'member.add', memberId, token });
      volumes.tell([memberId]);
    }
  }

  /** Somebody else has put one into a room, or out of it. */
  #placed({ channelId, voice }: EventData<'self.moved'>): void {
    const { membership } = this.#parts;
    if (channelId === null || voice === null) membership.tell({ type: 'expelled' });
    else membership.tell({ type: 'moved', target: { channelId, password: undefined }, voice });
  }

  #memberGone(memberId: string): void {
    this.#parts.chat.forget(memberId);
    this.#parts.voice.send({ type: 'member.remove', memberId });
  }
}
