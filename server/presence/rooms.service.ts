import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  bytesToHex,
  HOP_KEY_BYTES,
  SwitchboardError,
  type Channel,
  type LaneOffers,
  type VoiceGrant,
} from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { ServerConfig } from '../config/server-config.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { RoomEpoch } from './room-epoch.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { SpeechNews } from './speech-news.ts';
import { VoiceTokens } from './voice-tokens.ts';

/** What a join brings of the room itself. Whispers do not keep to rooms. */
export type RoomGrant = Omit<VoiceGrant, 'whispers'>;

/** Told of each voice session: it begins with a join, and ends with the next one, with leaving, and with the session. */
export interface VoiceListener {
  began(session: Session, token: number): void;
  ended(session: Session): void;
}

/** Everyone in one channel, with the token that each speaks under. */
interface Room {
  readonly channel: Channel;
  readonly epoch: RoomEpoch;
  readonly tokens: Map<Session, number>;
}

/** Who is in which room: joins and leaves, voice sessions, epochs, who speaks. A room exists while someone is in it. */
@Injectable()
export class RoomsService implements OnApplicationBootstrap {
  readonly #sessions: SessionsService;
  readonly #channels: ChannelsService;
  readonly #access: AccessService;
  readonly #relay: VoiceRelay;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #tokens: VoiceTokens;
  readonly #rooms = new Map<string, Room>();
  readonly #speakers = new Map<number, Session>();
  readonly #speech: SpeechNews;
  readonly #voiceListeners: VoiceListener[] = [];
  readonly #logger = new Logger(RoomsService.name);

  constructor(
    sessions: SessionsService,
    channels: ChannelsService,
    access: AccessService,
    relay: VoiceRelay,
    config: ServerConfig,
    clock: Clock,
    random: Randomness,
    tokens: VoiceTokens,
  ) {
    this.#sessions = sessions;
    this.#channels = channels;
    this.#access = access;
    this.#relay = relay;
    this.#config = config;
    this.#clock = clock;
    this.#random = random;
    this.#tokens = tokens;
    this.#speech = new SpeechNews(sessions, clock);
  }

  onApplicationBootstrap(): void {
    this.#sessions.onEnded((session) => {
      this.#depart(session);
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

  /** The token that someone speaks under; undefined for who is in no room. */
  tokenOf(session: Session): number | undefined {
    const { channelId } = session.member;
    return channelId === null ? undefined : this.#rooms.get(channelId)?.tokens.get(session);
  }

  /** Everyone who is in the channel now. */
  members(channelId: string): Iterable<Session> {
    return this.#rooms.get(channelId)?.tokens.keys() ?? [];
  }

  /**
   * Moves someone into a channel, out of the one before. Joining the channel that one is in makes a fresh voice session:
   * a client that cannot continue its counters asks for one.
   * @throws SwitchboardError `channel.not_found`, `channel.full`
   */
  join(session: Session, channelId: string): RoomGrant {
    const channel = this.#channels.get(channelId);
    const others = [...this.members(channelId)].filter((other) => other !== session).length;
    if (channel.memberLimit !== null && others >= channel.memberLimit) throw new SwitchboardError('channel.full');

    this.#endVoice(session);
    const room = this.#rooms.get(channelId) ?? this.#openRoom(channel);
    const token = this.#tokens.take();
    const hopKey = this.#random.bytes(HOP_KEY_BYTES);
    this.#relay.open({
      token,
      hopKey,
      roomId: channelId,
      bitrateBps: channel.audio.bitrateBps,
      forwardLimit: channel.audio.forwardLimit,
      ...this.#allowed(session),
    });
    const members = [...room.tokens].map(([other, otherToken]) => ({ memberId: other.member.id, token: otherToken }));
    room.tokens.set(session, token);
    this.#speakers.set(token, session);
    session.member = { ...session.member, channelId };
    for (const listener of this.#voiceListeners) listener.began(session, token);
    this.#tellMoved(session, token);
    this.#speech.catchUp(session);
    return {
      token,
      hopKey: bytesToHex(hopKey),
      epoch: room.epoch.grant,
      members,
      audio: channel.audio,
      lanes: this.#lanes(),
    };
  }

  leave(session: Session): void {
    if (session.member.channelId === null) return;
    this.#depart(session);
    this.#tellMoved(session, undefined);
    this.#speech.catchUp(session);
  }

  /** After a change of `deafened`: nothing is sent to who does not hear. */
  applyHearing(session: Session): void {
    const token = this.tokenOf(session);
    if (token !== undefined) this.#relay.update(token, this.#allowed(session));
  }

  /** A microphone that its owner muted sends nothing by itself; the relay is told what the server decides. */
  #allowed({ identity, member }: Session): { speaks: boolean; hears: boolean } {
    return { speaks: this.#access.may(identity, 'speak'), hears: !member.deafened };
  }

  /** Out of the room, without telling: the caller does. */
  #depart(session: Session): void {
    this.#endVoice(session);
    session.member = { ...session.member, channelId: null };
  }

  #endVoice(session: Session): void {
    const { channelId } = session.member;
    const room = channelId === null ? undefined : this.#rooms.get(channelId);
    const token = room?.tokens.get(session);
    if (room === undefined || token === undefined) return;
    this.#relay.close(token);
    this.#tokens.release(token);
    this.#speakers.delete(token);
    // The relay tells nothing of a token that is closed.
    this.#speech.ended(session);
    room.tokens.delete(session);
    for (const listener of this.#voiceListeners) listener.ended(session);
    if (room.tokens.size > 0) {
      room.epoch.rotateSoon();
    } else {
      room.epoch.stop();
      this.#rooms.delete(room.channel.id);
    }
  }

  #openRoom(channel: Channel): Room {
    const tokens = new Map<Session, number>();
    const epoch = new RoomEpoch(channel.id, this.#clock, this.#random, (grant) => {
      this.#sessions.broadcast({ type: 'voice.epoch', data: grant }, (session) => tokens.has(session));
    });
    const room = { channel, epoch, tokens };
    this.#rooms.set(channel.id, room);
    return room;
  }

  /** Those in the same room learn the token, so that they know whose the packets are; the session itself has its reply. */
  #tellMoved(session: Session, token: number | undefined): void {
    const { id: memberId, channelId } = session.member;
    const shares = (other: Session): boolean => channelId !== null && other.member.channelId === channelId;
    if (token !== undefined) {
      this.#sessions.broadcast(
        { type: 'member.moved', data: { memberId, channelId, token } },
        (other) => other !== session && shares(other),
      );
    }
    this.#sessions.broadcast(
      { type: 'member.moved', data: { memberId, channelId } },
      (other) => other !== session && !shares(other),
    );
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
