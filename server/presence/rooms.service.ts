import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { bytesToHex, HOP_KEY_BYTES, type Channel, type LaneOffers, type VoiceGrant } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { ServerConfig } from '../config/server-config.ts';
import type { RelaySession } from '../relay/relay-messages.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { RoomEpoch } from './room-epoch.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { SpeechNews } from './speech-news.ts';
import { ViewsService } from './views.service.ts';
import { VoiceTokens } from './voice-tokens.ts';

/** What a join brings of the room itself. Whispers do not keep to rooms. */
export type RoomGrant = Omit<VoiceGrant, 'whispers'>;

/** Told of each voice session: it begins with a join, and ends with the next one, with leaving, and with the session. */
export interface VoiceListener {
  began(session: Session, token: number): void;
  /** `atOnce`: it was taken out, and is not to understand what is said from now on. */
  ended(session: Session, atOnce: boolean): void;
}

/** What the relay lets through of someone. */
type Allowed = Pick<RelaySession, 'speaks' | 'hears'>;

interface Voice {
  readonly token: number;
  allowed: Allowed;
}

/** Everyone in one channel, with the token that each speaks under. */
interface Room {
  readonly id: string;
  readonly epoch: RoomEpoch;
  readonly voices: Map<Session, Voice>;
}

/**
 * Who is in which room: joins and leaves, voice sessions, epochs, who speaks. A room exists while someone is in it. Who may be in one is asked
 * elsewhere (`DoorService`).
 */
@Injectable()
export class RoomsService implements OnApplicationBootstrap {
  readonly #sessions: SessionsService;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #views: ViewsService;
  readonly #relay: VoiceRelay;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #tokens: VoiceTokens;
  readonly #rooms = new Map<string, Room>();
  readonly #speakers = new Map<number, Session>();
  readonly #speech: SpeechNews;
  readonly #voiceListeners: VoiceListener[] = [];
  readonly #emptyListeners: ((channelId: string) => void)[] = [];
  readonly #logger = new Logger(RoomsService.name);

  constructor(
    sessions: SessionsService,
    channels: ChannelsService,
    access: AccessService,
    views: ViewsService,
    relay: VoiceRelay,
    config: ServerConfig,
    clock: Clock,
    random: Randomness,
    tokens: VoiceTokens,
  ) {
    this.#sessions = sessions;
    this.#channels = channels;
    this.#access = access;
    this.#views = views;
    this.#relay = relay;
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
    this.#tokens = tokens;
    this.#speech = new SpeechNews(sessions, clock);
  }

  onApplicationBootstrap(): void {
    this.#sessions.onEnded((session, atOnce) => {
      const { channelId } = session.member;
      this.#depart(session, atOnce);
      this.#tellIfEmpty(channelId);
    });
    this.#relay.on('speaking', ({ token, speaking }) => {
      const session = this.#speakers.get(token);
      if (session !== undefined) this.#speech.heard(session, speaking);
    });
    // What the client says of its lane (`voice.lane`) is its own view; this is ours.
    this.#relay.on('lane', ({ token, lane }) => {
      this.#logger.debug(`${this.#speakers.get(token)?.id ?? 'nobody'}: voice bound to ${lane ?? 'nothing'}`);
    });
    this.#sessions.onCaughtUp((session) => {
      this.#speech.catchUp(session);
    });
  }

  onVoice(listener: VoiceListener): void {
    this.#voiceListeners.push(listener);
  }

  /** Told of a room that the last one has left, after everyone has been told. */
  onEmpty(listener: (channelId: string) => void): void {
    this.#emptyListeners.push(listener);
  }

  /** The token that someone speaks under; undefined for who is in no room. */
  tokenOf(session: Session): number | undefined {
    return this.#voiceOf(session)?.token;
  }

  /** Everyone who is in the channel now. */
  members(channelId: string): Iterable<Session> {
    return this.#rooms.get(channelId)?.voices.keys() ?? [];
  }

  /**
   * Moves someone into a channel, out of the one before. Joining the channel that one is in makes a fresh voice session:
   * a client that cannot continue its counters asks for one.
   * @param isPlaced see `Session`
   * @throws SwitchboardError `channel.not_found`
   */
  join(
    session: Session,
    channelId: string,
    isPlaced = session.isPlaced && session.member.channelId === channelId,
  ): RoomGrant {
    const channel = this.#channels.get(channelId);
    const from = session.member.channelId;
    this.#endVoice(session, false);
    const room = this.#rooms.get(channelId) ?? this.#openRoom(channelId);
    const { token, hopKey } = this.#openVoice(session, channel);
    const members = [...room.voices]
      .filter(([other]) => other !== session)
      .map(([other, voice]) => ({ memberId: other.member.id, token: voice.token }));
    session.member = { ...session.member, channelId };
    session.isPlaced = isPlaced;
    for (const listener of this.#voiceListeners) listener.began(session, token);
    this.#tellMoved(session, from, token);
    this.#catchUp(session);
    if (from !== channelId) this.#tellIfEmpty(from);
    const { audio } = channel;
    return { token, hopKey: bytesToHex(hopKey), epoch: room.epoch.grant, members, audio, lanes: this.#lanes() };
  }

  leave(session: Session): void {
    const { channelId: from } = session.member;
    if (from === null) return;
    this.#depart(session, false);
    this.#tellMoved(session, from, undefined);
    this.#catchUp(session);
    this.#tellIfEmpty(from);
  }

  /** After a change of what someone may say or hear: the relay is told if it makes a difference. */
  applyVoice(session: Session): void {
    const voice = this.#voiceOf(session);
    if (voice === undefined) return;
    const { speaks, hears } = this.#allowed(session, session.member.channelId);
    if (speaks === voice.allowed.speaks && hears === voice.allowed.hears) return;
    voice.allowed = { speaks, hears };
    this.#relay.update(voice.token, voice.allowed);
  }

  /** New audio settings of a channel, for those who are in it. */
  configure({ id: channelId, audio }: Channel): void {
    const room = this.#rooms.get(channelId);
    if (room === undefined) return;
    this.#relay.configure(channelId, { bitrateBps: audio.bitrateBps, forwardLimit: audio.forwardLimit });
    this.#sessions.broadcast({ type: 'voice.config', data: { channelId, audio } }, (session) =>
      room.voices.has(session),
    );
  }

  /** After a session sees other rooms than before: who speaks in them. */
  tellSpeech(session: Session): void {
    this.#speech.catchUp(session);
  }

  #voiceOf(session: Session): Voice | undefined {
    const { channelId } = session.member;
    return channelId === null ? undefined : this.#rooms.get(channelId)?.voices.get(session);
  }

  /** A microphone that its owner muted sends nothing by itself; the relay is told what the server decides. */
  #allowed({ identity, member }: Session, channelId: string | null): Allowed {
    return {
      speaks: !member.serverMuted && this.#access.mayIn(identity, 'speak', channelId),
      hears: !member.deafened && !member.serverDeafened,
    };
  }

  #openVoice(session: Session, { id: roomId, audio }: Channel): { token: number; hopKey: Uint8Array } {
    const token = this.#tokens.take();
    const hopKey = this.#random.bytes(HOP_KEY_BYTES);
    const allowed = this.#allowed(session, roomId);
    const { bitrateBps, forwardLimit } = audio;
    this.#relay.open({ token, hopKey, roomId, bitrateBps, forwardLimit, ...allowed });
    this.#rooms.get(roomId)?.voices.set(session, { token, allowed });
    this.#speakers.set(token, session);
    return { token, hopKey };
  }

  /** Out of the room, without telling: the caller does. */
  #depart(session: Session, atOnce: boolean): void {
    this.#endVoice(session, atOnce);
    session.member = { ...session.member, channelId: null };
    session.isPlaced = false;
  }

  #endVoice(session: Session, atOnce: boolean): void {
    const { channelId } = session.member;
    const room = channelId === null ? undefined : this.#rooms.get(channelId);
    const voice = room?.voices.get(session);
    if (room === undefined || voice === undefined) return;
    this.#relay.close(voice.token);
    this.#tokens.release(voice.token);
    this.#speakers.delete(voice.token);
    // The relay tells nothing of a token that is closed.
    this.#speech.ended(session);
    room.voices.delete(session);
    for (const listener of this.#voiceListeners) listener.ended(session, atOnce);
    if (room.voices.size === 0) {
      room.epoch.stop();
      this.#rooms.delete(room.id);
    } else if (atOnce) {
      room.epoch.rotateNow();
    } else {
      room.epoch.rotateSoon();
    }
  }

  #openRoom(channelId: string): Room {
    const voices = new Map<Session, Voice>();
    const epoch = new RoomEpoch(channelId, this.#clock, this.#random, (grant) => {
      this.#sessions.broadcast({ type: 'voice.epoch', data: grant }, (session) => voices.has(session));
    });
    const room = { id: channelId, epoch, voices };
    this.#rooms.set(channelId, room);
    return room;
  }

  #tellIfEmpty(channelId: string | null): void {
    if (channelId === null || this.#rooms.has(channelId)) return;
    for (const listener of this.#emptyListeners) listener(channelId);
  }

  /** Who was put into a room that they may not see, sees it no more; and who speaks elsewhere is another matter now. */
  #catchUp(session: Session): void {
    this.#views.refresh(session, this.#sessions.all);
    this.#speech.catchUp(session);
  }

  /**
   * Those in the same room learn the token, so that they know whose the packets are; the session itself has its reply. Who sees neither
   * room learns nothing.
   */
  #tellMoved(session: Session, from: string | null, token: number | undefined): void {
    const { id: memberId, channelId: to } = session.member;
    const shares = (other: Session): boolean => to !== null && other.member.channelId === to;
    const tell = (
      channelId: string | null,
      voiceToken: number | undefined,
      isFor: (other: Session) => boolean,
    ): void => {
      const data = { memberId, channelId, ...(voiceToken === undefined ? {} : { token: voiceToken }) };
      this.#sessions.broadcast({ type: 'member.moved', data }, (other) => other !== session && isFor(other));
    };
    const isNews = (other: Session): boolean =>
      !shares(other) && other.placeOf({ channelId: from }) !== other.placeOf({ channelId: to });
    if (token !== undefined) tell(to, token, shares);
    tell(to, undefined, (other) => isNews(other) && other.placeOf({ channelId: to }) === to);
    if (to !== null) tell(null, undefined, (other) => isNews(other) && other.placeOf({ channelId: to }) === null);
  }

  #lanes(): LaneOffers {
    const { port } = this.#relay;
    const { voiceWebSocketUrl, voiceUdpHost, voiceUdpPort } = this.#config.publicLanes;
    return {
      udp: { port: voiceUdpPort ?? port, ...(voiceUdpHost === undefined ? {} : { host: voiceUdpHost }) },
      websocket: { port, ...(voiceWebSocketUrl === undefined ? {} : { url: voiceWebSocketUrl }) },
      dataChannel: false,
    };
  }
}
