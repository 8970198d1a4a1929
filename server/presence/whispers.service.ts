import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  MAX_WHISPER_TARGETS,
  MAX_WHISPERS_HEARD,
  SwitchboardError,
  type CheckedRequestData,
  type ControlEvent,
  type WhisperGrant,
  type WhisperTarget,
} from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';
import { RoomsService } from './rooms.service.ts';
import { RotatingSecret } from './rotating-secret.ts';
import type { Session } from './session.ts';
import { SessionsService } from './sessions.service.ts';
import { VoiceTokens } from './voice-tokens.ts';

type WhisperAudience = CheckedRequestData<'whisper.set'>;

/** One target: who whispers, whom it addresses, and who of these has a voice session now. */
interface Whisper {
  readonly token: number;
  readonly speaker: Session;
  /** The voice token of the speaker; the target ends with it. */
  readonly speakerToken: number;
  readonly memberIds: ReadonlySet<string>;
  readonly channelIds: ReadonlySet<string>;
  /** With their voice tokens. */
  readonly listeners: Map<Session, number>;
  readonly secret: RotatingSecret;
}

type Addressed = Pick<Whisper, 'speaker' | 'memberIds' | 'channelIds'>;

const NONE: ReadonlySet<Whisper> = new Set();

/**
 * Who may whisper to whom. A target belongs to the voice session that registered it and ends with that. Its audience is
 * followed as people join and leave rooms: who comes is given the secret, and after someone went the rest get a new one.
 * Nobody hears more than `MAX_WHISPERS_HEARD` targets, so that what one who leaves sets off is bounded.
 */
@Injectable()
export class WhispersService implements OnApplicationBootstrap {
  readonly #sessions: SessionsService;
  readonly #rooms: RoomsService;
  readonly #access: AccessService;
  readonly #relay: VoiceRelay;
  readonly #clock: Clock;
  readonly #random: Randomness;
  readonly #tokens: VoiceTokens;
  /** In the order they were registered. */
  readonly #whispers = new Map<number, Whisper>();
  /** Each in the order they were registered. */
  readonly #spoken = new Map<Session, Set<Whisper>>();
  readonly #heard = new Map<Session, Set<Whisper>>();

  constructor(
    sessions: SessionsService,
    rooms: RoomsService,
    access: AccessService,
    relay: VoiceRelay,
    clock: Clock,
    random: Randomness,
    tokens: VoiceTokens,
  ) {
    this.#sessions = sessions;
    this.#rooms = rooms;
    this.#access = access;
    this.#relay = relay;
    this.#clock = clock;
    this.#random = random;
    this.#tokens = tokens;
  }

  onApplicationBootstrap(): void {
    this.#rooms.onVoice({
      began: (session, token) => this.#hear(session, token),
      ended: (session, atOnce) => this.#depart(session, atOnce),
    });
  }

  /**
   * Registers a target and tells its audience. One more than a voice session may have ends its oldest.
   * @throws SwitchboardError `whisper.not_allowed`, `channel.not_joined`, `whisper.no_audience`
   */
  set(speaker: Session, { memberIds, channelIds }: WhisperAudience): WhisperTarget {
    const speakerToken = this.#rooms.tokenOf(speaker);
    if (speakerToken === undefined) throw new SwitchboardError('channel.not_joined');
    // A channel that one does not see is one with nobody in it.
    const seen = channelIds.filter((channelId) => speaker.sees(channelId));
    const addressed = { speaker, memberIds: new Set(memberIds), channelIds: new Set(seen) };
    if (!this.#mayWhisper(addressed)) throw new SwitchboardError('whisper.not_allowed');
    const oldest = this.#oneTooMany(speaker);
    const listeners = this.#listenersOf(addressed, oldest);
    if (listeners.size === 0) throw new SwitchboardError('whisper.no_audience');
    if (oldest !== undefined) {
      this.#end(oldest);
      speaker.tell({ type: 'voice.whisperEnded', data: { targetToken: oldest.token } });
    }

    const token = this.#tokens.take();
    const secret = new RotatingSecret(this.#clock, this.#random, () => this.#announceSecret(whisper));
    const whisper: Whisper = { ...addressed, token, speakerToken, listeners, secret };
    this.#whispers.set(token, whisper);
    addTo(this.#spoken, speaker, whisper);
    for (const listener of listeners.keys()) addTo(this.#heard, listener, whisper);
    this.#relay.openWhisper({ token, speaker: speakerToken, listeners: [...listeners.values()] });
    this.#tellListeners(whisper, { type: 'voice.whisper', data: grantOf(whisper) });
    return targetOf(whisper);
  }

  /** Ends a target of the session's own; any other token means nothing. */
  clear(speaker: Session, targetToken: number): void {
    const whisper = this.#whispers.get(targetToken);
    if (whisper?.speaker === speaker) this.#end(whisper);
  }

  /**
   * After a change of what someone may do, or sees: targets end that they may not have any more, and of the others the audience is those
   * whom they see in a room now.
   */
  recheck(speaker: Session): void {
    for (const whisper of [...(this.#spoken.get(speaker) ?? NONE)]) {
      if (!this.#mayWhisper(whisper)) {
        this.#end(whisper);
        speaker.tell({ type: 'voice.whisperEnded', data: { targetToken: whisper.token } });
        continue;
      }
      for (const listener of [...whisper.listeners.keys()]) {
        if (isAddressed(whisper, listener)) continue;
        this.#dropListener(whisper, listener, false);
        listener.tell({ type: 'voice.whisperEnded', data: { targetToken: whisper.token } });
      }
      for (const [listener, token] of this.#listenersOf(whisper, undefined)) {
        if (whisper.listeners.has(listener)) continue;
        this.#addListener(whisper, listener, token);
        listener.tell({ type: 'voice.whisper', data: grantOf(whisper) });
      }
    }
  }

  /** What the reply to a join says of the whispers that one hears from now on. */
  heardBy(session: Session): WhisperGrant[] {
    return [...(this.#heard.get(session) ?? NONE)].map(grantOf);
  }

  /** @param ending a target that makes way for this one. */
  #listenersOf(addressed: Addressed, ending: Whisper | undefined): Map<Session, number> {
    const listeners = new Map<Session, number>();
    for (const session of this.#sessions.all) {
      const token = this.#rooms.tokenOf(session);
      if (token === undefined || !isAddressed(addressed, session)) continue;
      const makesWay = ending?.listeners.has(session) === true ? 1 : 0;
      if (this.#heardCount(session) - makesWay < MAX_WHISPERS_HEARD) listeners.set(session, token);
    }
    return listeners;
  }

  #heardCount(session: Session): number {
    return this.#heard.get(session)?.size ?? 0;
  }

  /** The oldest target of who has as many as one may have. */
  #oneTooMany(speaker: Session): Whisper | undefined {
    const own = this.#spoken.get(speaker) ?? NONE;
    if (own.size < MAX_WHISPER_TARGETS) return undefined;
    const [oldest] = own;
    return oldest;
  }

  /** Someone has joined a room; the reply to the join tells of the whispers. */
  #hear(session: Session, token: number): void {
    for (const whisper of this.#whispers.values()) {
      if (this.#heardCount(session) >= MAX_WHISPERS_HEARD) return;
      if (isAddressed(whisper, session)) this.#addListener(whisper, session, token);
    }
  }

  /** In the room that one speaks from, and in each that one speaks into. */
  #mayWhisper({ speaker: { identity, member }, channelIds }: Addressed): boolean {
    const places = [member.channelId, ...channelIds];
    return places.every((channelId) => this.#access.mayIn(identity, 'whisper', channelId));
  }

  #addListener(whisper: Whisper, listener: Session, token: number): void {
    whisper.listeners.set(listener, token);
    addTo(this.#heard, listener, whisper);
    this.#relay.addWhisperListener(whisper.token, token);
  }

  /** Nothing more is sent to it, and what is said from the next secret on it cannot understand. */
  #dropListener(whisper: Whisper, listener: Session, atOnce: boolean): void {
    const token = whisper.listeners.get(listener);
    whisper.listeners.delete(listener);
    removeFrom(this.#heard, listener, whisper);
    if (token !== undefined) this.#relay.removeWhisperListener(whisper.token, token);
    if (atOnce) whisper.secret.rotateNow();
    else whisper.secret.rotateSoon();
  }

  /** Someone's voice session is over. What it had of others' secrets goes with it. */
  #depart(session: Session, atOnce: boolean): void {
    for (const whisper of [...(this.#spoken.get(session) ?? NONE)]) this.#end(whisper);
    for (const whisper of [...(this.#heard.get(session) ?? NONE)]) this.#dropListener(whisper, session, atOnce);
  }

  #end(whisper: Whisper): void {
    this.#whispers.delete(whisper.token);
    removeFrom(this.#spoken, whisper.speaker, whisper);
    for (const listener of whisper.listeners.keys()) removeFrom(this.#heard, listener, whisper);
    this.#tokens.release(whisper.token);
    whisper.secret.stop();
    this.#relay.closeWhisper(whisper.token);
    this.#tellListeners(whisper, { type: 'voice.whisperEnded', data: { targetToken: whisper.token } });
  }

  #announceSecret(whisper: Whisper): void {
    // The audience first: it is to know the key before anything comes under it.
    this.#tellListeners(whisper, { type: 'voice.whisper', data: grantOf(whisper) });
    whisper.speaker.tell({ type: 'voice.whisperSecret', data: targetOf(whisper) });
  }

  #tellListeners({ listeners }: Whisper, event: ControlEvent): void {
    this.#sessions.broadcast(event, (session) => listeners.has(session));
  }
}

function isAddressed({ speaker, memberIds, channelIds }: Addressed, session: Session): boolean {
  const channelId = speaker.placeOf(session.member);
  return session !== speaker && channelId !== null && (memberIds.has(session.member.id) || channelIds.has(channelId));
}

function targetOf({ token, secret }: Whisper): WhisperTarget {
  return { targetToken: token, secret: secret.hex };
}

function grantOf(whisper: Whisper): WhisperGrant {
  return { ...targetOf(whisper), memberId: whisper.speaker.member.id, token: whisper.speakerToken };
}

function addTo(whispers: Map<Session, Set<Whisper>>, session: Session, whisper: Whisper): void {
  const known = whispers.get(session);
  if (known === undefined) whispers.set(session, new Set([whisper]));
  else known.add(whisper);
}

function removeFrom(whispers: Map<Session, Set<Whisper>>, session: Session, whisper: Whisper): void {
  const known = whispers.get(session);
  if (known?.delete(whisper) === true && known.size === 0) whispers.delete(session);
}
