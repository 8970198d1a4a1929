import type { Member } from '@switchboard/protocol';
import { can } from '../can.ts';
import type { ChatState, ClientState, ConnectionState, Problem } from '../client-state.ts';
import { chatEntries, type SentEntries } from './chat-entries.ts';
import type { ChatModel } from './chat-state.ts';
import type { PluginsShown } from './own-plugins.ts';
import { selfOf, type RoomState } from './room-state.ts';
import type { RoomVoice } from './room-voice.ts';
import type { RoomWhispers } from './room-whispers.ts';
import { isMuted, type SelfAudio } from './self-audio.ts';
import type { SessionState } from './session-machine.ts';
import type { Settings } from './settings.ts';

/** What the parts of the client know, each its own. */
export interface ClientParts {
  readonly session: SessionState;
  readonly rooms: RoomState;
  readonly channelId: string | null;
  readonly joining: string | null;
  readonly voice: Pick<
    RoomVoice,
    'microphone' | 'echoTest' | 'devices' | 'lane' | 'stats' | 'speaking' | 'whisperers' | 'selfSpeaking'
  >;
  readonly soundProblem: Problem | null;
  readonly whispers: Pick<RoomWhispers, 'audience'>;
  readonly chat: ChatModel;
  /** The messages of the chat, as they are to be shown. */
  readonly messages: SentEntries;
  readonly plugins: PluginsShown;
  readonly audio: SelfAudio;
  readonly settings: Pick<Settings, 'activation' | 'volumes' | 'microphoneId' | 'speakerId'>;
}

/**
 * Puts together what a user interface shows. Pure but for its memory: a part made of the same as the last time is the
 * same object, and if all are, so is the whole.
 */
export class ClientView {
  readonly #connection = memo(connectionOf, sameFields);
  readonly #speaking = memo(speakingOf, sameItems);
  readonly #whisperedBy = memo(idsOf, sameItems);
  readonly #chat = memo(chatOf);
  #last: ClientState | undefined;

  compose(parts: ClientParts): ClientState {
    const { session, rooms, channelId, joining, voice, soundProblem, whispers, chat, audio, settings } = parts;
    const { plugins, pluginOffers, commands } = parts.plugins;
    const self = selfOf(rooms);
    const next: ClientState = {
      connection: this.#connection(session),
      servers: rooms.servers,
      channels: rooms.channels,
      members: rooms.members,
      selfId: rooms.selfId,
      permissions: rooms.permissions,
      channelPermissions: rooms.channelPermissions,
      channelId,
      joining,
      moved: rooms.moved,
      places: rooms.places,
      speaking: this.#speaking(rooms, channelId, voice.speaking, voice.selfSpeaking && this.#heard(rooms, channelId)),
      whisperedBy: this.#whisperedBy(rooms.members, voice.whisperers),
      whisperingTo: whispers.audience,
      muted: isMuted(audio),
      deafened: audio.deafened,
      serverMuted: self?.serverMuted ?? false,
      serverDeafened: self?.serverDeafened ?? false,
      activation: settings.activation,
      microphone: voice.microphone,
      echoTest: voice.echoTest,
      devices: voice.devices,
      microphoneId: settings.microphoneId,
      speakerId: settings.speakerId,
      lane: voice.lane,
      soundProblem,
      stats: voice.stats,
      volumes: settings.volumes,
      chat: this.#chat(chat, parts.messages),
      plugins,
      pluginOffers,
      commands,
      notice: rooms.notice,
    };
    if (this.#last === undefined || !sameFields(this.#last, next)) this.#last = next;
    return this.#last;
  }

  /** Whether what one says gets further than the server. */
  #heard(rooms: RoomState, channelId: string | null): boolean {
    return selfOf(rooms)?.serverMuted !== true && can(rooms, 'speak', channelId);
  }
}

function connectionOf(session: SessionState): ConnectionState {
  switch (session.status) {
    case 'idle':
      return session;
    case 'ready':
      return { status: 'ready' };
    case 'closed':
      return session;
    default: {
      const { comeback } = session;
      // A try to come back that is under way still shows as coming back.
      if (comeback === null) return { status: 'connecting' };
      const { attempt, retryAtMs, problem } = comeback;
      return { status: 'reconnecting', attempt, retryAtMs, problem };
    }
  }
}

/** In one's own room the ear knows best; of other rooms the server tells. */
function speakingOf(
  { members, selfId, speakingElsewhere }: RoomState,
  channelId: string | null,
  heard: ReadonlySet<string>,
  selfSpeaking: boolean,
): readonly string[] {
  const speaks = ({ id, channelId: where }: Member) => {
    if (id === selfId) return selfSpeaking;
    return where !== null && where === channelId ? heard.has(id) : speakingElsewhere.includes(id);
  };
  return members.filter(speaks).map(({ id }) => id);
}

/** In the order of the members. */
function idsOf(members: readonly Member[], ids: ReadonlySet<string>): readonly string[] {
  return members.filter(({ id }) => ids.has(id)).map(({ id }) => id);
}

function chatOf(model: ChatModel, messages: SentEntries): ChatState {
  return {
    entries: chatEntries(model, messages),
    more: model.more,
    loading: model.loading,
    typing: model.typing.map(({ memberId }) => memberId),
  };
}

/** Remembers the last result; `same` tells of a new one that it equals the last. */
function memo<A extends readonly unknown[], R>(
  make: (...args: A) => R,
  same: (before: R, next: R) => boolean = Object.is,
): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (last !== undefined && sameItems(last.args, args)) return last.result;
    const made = make(...args);
    const result = last !== undefined && same(last.result, made) ? last.result : made;
    last = { args, result };
    return result;
  };
}

function sameItems(before: readonly unknown[], next: readonly unknown[]): boolean {
  return before.length === next.length && before.every((item, index) => Object.is(item, next[index]));
}

function sameFields(before: object, next: object): boolean {
  return sameItems(Object.values(before), Object.values(next));
}
