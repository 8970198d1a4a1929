import { Injectable } from '@nestjs/common';
import type { PluginMembers, PluginPerson, PluginRoom } from '@switchboard/protocol';
import { ChannelsService } from '../channels/channels.service.ts';
import { RoomsService } from '../presence/rooms.service.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { VoicePicture } from '../stats/voice-picture.ts';
import type { PluginRun } from './plugin-run.ts';

/** Who is where, as plugins are told. */
@Injectable()
export class PluginScene {
  readonly #channels: ChannelsService;
  readonly #rooms: RoomsService;
  readonly #sessions: SessionsService;
  readonly #voices: VoicePicture;

  constructor(channels: ChannelsService, rooms: RoomsService, sessions: SessionsService, voices: VoicePicture) {
    this.#channels = channels;
    this.#rooms = rooms;
    this.#sessions = sessions;
    this.#voices = voices;
  }

  /** A room that is gone has no name any more. */
  room(channelId: string): PluginRoom {
    return { id: channelId, name: this.#channels.stored(channelId)?.name ?? '' };
  }

  /** Who is in a room, or with null on the server; undefined for a plugin that may not know. */
  membersFor(run: PluginRun, channelId: string | null): PluginMembers | undefined {
    if (!run.may('members.read')) return undefined;
    const sessions = channelId === null ? this.#sessions.all : this.#rooms.members(channelId);
    const members = [...sessions].map((session) => ({
      ...personOf(session),
      muted: session.member.muted || session.member.serverMuted,
      speaking: this.#voices.isSpeaking(session),
    }));
    return { room: channelId === null ? null : this.room(channelId), members };
  }
}

/** A plugin of the server is nobody's. */
export function personOf({ member: { id, userId, nickname } }: Session): PluginPerson {
  return { id, userId, nickname, self: false };
}
