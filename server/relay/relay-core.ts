import {
  answerPing,
  FLAG_END,
  FLAG_WHISPER,
  HEADER_BYTES,
  headerBytes,
  HOP_TAG_BYTES,
  isControl,
  PING_BYTES,
  readFlags,
  readLevel,
  readSequence,
  readTarget,
  readTimestamp,
  readToken,
  sipHashMatches,
  TAG_BYTES,
  voiceLengthRefusal,
  type LaneKind,
} from '@switchboard/protocol';
import type { Audience } from './audience.ts';
import type { Datagram } from './datagram.ts';
import { FanOut } from './fan-out.ts';
import { acceptsVoice, boundTo, transition, type LaneBinding } from './lane-binding.ts';
import type { PathCookies } from './path-cookie.ts';
import { isStream, type LaneAddress, type StreamLane } from './relay-lane.ts';
import {
  DROP_REASONS,
  type DropReason,
  type RelayReport,
  type RelaySession,
  type RoomSettings,
  type SharedState,
  type WhisperTarget,
} from './relay-messages.ts';
import { Room } from './room.ts';
import { bitRateBucket, VoiceSession } from './voice-session.ts';
import type { DatagramSender } from './voice-socket.ts';
import { WhisperTargets } from './whisper-targets.ts';

/** A talk spurt is over after this long without a packet: its END packet may have been lost. */
export const SPURT_TIMEOUT_MS = 300;
/** How often addresses are looked for that no ping has come from in a while. */
const EXPIRY_CHECK_MS = 1_000;

/** What the relay tells. */
export interface RelayListener {
  speaking(token: number, speaking: boolean): void;
  /** The kind of lane a session is reached on has changed. */
  lane(token: number, lane: LaneKind | null): void;
  /** A ping bound a session here: the other threads of the relay are to know. */
  bound(token: number, at: LaneAddress, sequence: number): void;
}

export interface RelaySurroundings {
  readonly udp: DatagramSender;
  readonly listener: RelayListener;
  readonly cookies: PathCookies;
  /** Which of the relay's threads this is, counted from 0. */
  readonly thread: number;
}

/**
 * The relay without its sockets: takes each datagram with the address it came from and the time, and decides.
 *
 * The packet that arrives is the packet that leaves, less its hop tag, at the next `flush`. A check that fails costs one count
 * and nothing else. The header is read in place; besides what sending takes, a packet allocates nothing.
 *
 * A relay of several threads has a core in each, which all know all sessions: whichever thread the kernel gives a packet to
 * checks and sends it. `docs/protocol.md` has the rules, `lane-binding.ts` those of addresses.
 */
export class RelayCore {
  readonly #udp: DatagramSender;
  readonly #listener: RelayListener;
  readonly #cookies: PathCookies;
  readonly #thread: number;
  readonly #fanOut: FanOut;
  readonly #sessions = new Map<number, VoiceSession>();
  readonly #rooms = new Map<string, Room>();
  readonly #sessionOf = (token: number): VoiceSession | undefined => this.#sessions.get(token);
  readonly #whispers = new WhisperTargets();
  readonly #streams = new Map<StreamLane, VoiceSession>();
  readonly #speaking = new Set<VoiceSession>();
  readonly #dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  #received = 0;
  #bytesReceived = 0;
  #pings = 0;
  #expiryCheckedAtMs = 0;

  constructor({ udp, listener, cookies, thread }: RelaySurroundings) {
    this.#udp = udp;
    this.#listener = listener;
    this.#cookies = cookies;
    this.#thread = thread;
    this.#fanOut = new FanOut(udp, (reason) => this.countDrop(reason));
  }

  /** Copies handed to lanes so far: how busy the relay is. */
  get sent(): number {
    return this.#fanOut.sent;
  }

  /** Whether `tick` has talk spurts to watch. */
  get hearsSpeech(): boolean {
    return this.#speaking.size > 0;
  }

  /** Starts a session. One with the same token ends first: a counter never goes on under another key. */
  open(session: RelaySession, shared: SharedState, nowMs: number): void {
    this.close(session.token);
    const room = this.#rooms.get(session.roomId) ?? new Room(session.roomId, shared.loudest, session.forwardLimit);
    const opened = new VoiceSession(session, room, shared, this.#thread, nowMs);
    this.#sessions.set(opened.token, opened);
    this.#rooms.set(room.id, room);
    room.audience.add(opened);
  }

  update(token: number, allowed: Pick<RelaySession, 'speaks' | 'hears'>): void {
    const session = this.#sessions.get(token);
    if (session === undefined) return;
    session.speaks = allowed.speaks;
    session.hears = allowed.hears;
    if (!session.speaks) this.#endSpurt(session);
  }

  /** New settings for a room and everyone in it. */
  configure(roomId: string, { bitrateBps, forwardLimit }: RoomSettings, nowMs: number): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    room.forwardLimit = forwardLimit;
    for (const session of this.#sessions.values()) {
      if (session.room === room) session.bitRate = bitRateBucket(bitrateBps, nowMs);
    }
  }

  /** Starts a whisper target. One with the same token ends first. */
  openWhisper(target: WhisperTarget): void {
    this.#whispers.open(target, this.#sessionOf);
  }

  addWhisperListener(target: number, listener: number): void {
    this.#whispers.addListener(target, listener, this.#sessionOf);
  }

  removeWhisperListener(target: number, listener: number): void {
    this.#whispers.removeListener(target, listener, this.#sessionOf);
  }

  closeWhisper(token: number): void {
    this.#whispers.close(token);
  }

  /** Ends a session and its stream; nothing more is told about it. */
  close(token: number): void {
    const session = this.#sessions.get(token);
    if (session === undefined) return;
    this.#sessions.delete(token);
    this.#speaking.delete(session);
    this.#whispers.sessionClosed(session);
    session.room.loudest.release(token);
    session.room.audience.remove(session);
    if (session.room.audience.listeners.length === 0) this.#rooms.delete(session.room.id);
    this.#closeStream(session);
  }

  /** Takes one datagram, or one message of a stream; never throws, whatever the bytes. They stay in place until `flush`. */
  receive(datagram: Datagram, from: LaneAddress, nowMs: number): void {
    const refusal = this.#take(datagram, from, nowMs);
    if (refusal !== undefined) this.#dropped[refusal]++;
    // A stream's first message binds it or ends it.
    if (isStream(from) && !this.#streams.has(from)) from.close();
  }

  /** Sends what was received. */
  flush(): void {
    this.#fanOut.flush();
  }

  /** Another thread bound a session. */
  boundElsewhere(token: number, at: LaneAddress, sequence: number, nowMs: number): void {
    const session = this.#sessions.get(token);
    if (session !== undefined) this.#bind(session, at, sequence, nowMs);
  }

  streamClosed(stream: StreamLane): void {
    const session = this.#streams.get(stream);
    if (session === undefined) return;
    this.#streams.delete(stream);
    session.stream = undefined;
    this.#rebind(session, transition(session.binding, { type: 'closed', stream }));
  }

  /** Ends the talk spurts whose last packet never came, and lets addresses go that were not heard of. */
  tick(nowMs: number): void {
    for (const session of this.#speaking) {
      // Its place among the loudest ends by itself: it may be speaking to another thread by now.
      if (nowMs - session.heardAtMs >= SPURT_TIMEOUT_MS) this.#stopSpeaking(session);
    }
    if (nowMs - this.#expiryCheckedAtMs < EXPIRY_CHECK_MS) return;
    this.#expiryCheckedAtMs = nowMs;
    for (const session of this.#sessions.values()) {
      this.#rebind(session, transition(session.binding, { type: 'expired', nowMs }));
    }
  }

  /** For what a socket finds out by itself: a message too long to read, a sending that failed later. */
  countDrop(reason: DropReason): void {
    this.#dropped[reason]++;
  }

  report(): RelayReport {
    return {
      sessions: this.#sessions.size,
      rooms: this.#rooms.size,
      received: this.#received,
      sent: this.#fanOut.sent,
      bytesReceived: this.#bytesReceived,
      bytesSent: this.#fanOut.bytesSent,
      pings: this.#pings,
      dropped: { ...this.#dropped },
    };
  }

  #take(datagram: Datagram, from: LaneAddress, nowMs: number): DropReason | undefined {
    const { length, bytes, view } = datagram;
    if (length === 0) return undefined; // keeps a NAT's mapping alive
    if (length < HEADER_BYTES) return 'too_short';
    const flags = readFlags(view);
    const refusal = lengthRefusal(flags, length);
    if (refusal !== undefined) return refusal;

    const session = this.#sessions.get(readToken(view));
    if (session === undefined) return 'unknown_token';
    const tagOffset = length - HOP_TAG_BYTES;
    if (!sipHashMatches(session.hopKey, bytes, 0, tagOffset, tagOffset)) return 'wrong_hop_tag';
    return isControl(flags)
      ? this.#takePing(session, datagram, from, nowMs)
      : this.#takeVoice(session, datagram, flags, from, nowMs);
  }

  #takePing(
    session: VoiceSession,
    { bytes, view, length }: Datagram,
    from: LaneAddress,
    nowMs: number,
  ): DropReason | undefined {
    if (isStream(from) && (this.#streams.get(from) ?? session) !== session) return 'unbound_address';
    const sequence = readSequence(view);
    if (!session.controlWindow.accept(sequence)) return 'replayed';
    if (!session.packetRate.take(1, nowMs)) return 'rate_limited';
    this.#pings++;
    const cookie = isStream(from) ? 0 : this.#cookies.cookieFor(session.token, from);
    // Only who gets the pongs at an address knows its cookie: voice goes nowhere where nobody asked for it.
    if (isStream(from) || readTimestamp(view) === cookie) {
      const at = isStream(from) ? from : from.copy();
      if (this.#bind(session, at, sequence, nowMs)) {
        session.catchUp();
        this.#listener.bound(session.token, at, sequence);
      }
    }
    const { received, sent } = session.counts;
    const pong = answerPing(bytes.subarray(0, length), cookie, received, sent, session.hopKey);
    if (isStream(from)) return from.send(pong);
    this.#udp.send(this.#udp.train([this.#udp.place(pong)], pong.length), from);
    return undefined;
  }

  #takeVoice(
    session: VoiceSession,
    datagram: Datagram,
    flags: number,
    from: LaneAddress,
    nowMs: number,
  ): DropReason | undefined {
    const { view, length } = datagram;
    if (!acceptsVoice(session.binding, from, nowMs)) return 'unbound_address';
    const whispers = (flags & FLAG_WHISPER) !== 0;
    const window = whispers ? session.whisperWindow : session.voiceWindow;
    const sequence = readSequence(view);
    const newest = window.isNewest(sequence);
    if (!window.accept(sequence)) return 'replayed';
    if (newest) session.newest.note(whispers ? 'whisper' : 'voice', sequence);
    session.counts.addReceived();

    const opusBits = (length - headerBytes(flags) - TAG_BYTES - HOP_TAG_BYTES) * 8;
    if (!session.packetRate.take(1, nowMs) || !session.bitRate.take(opusBits, nowMs)) return 'rate_limited';
    if (!session.speaks) return 'not_allowed';
    if (whispers) return this.#whisper(session, datagram);

    // A packet that was overtaken says nothing about now.
    if (newest) {
      session.forwarded = session.room.forwards(session.token, readLevel(view), nowMs);
      this.#followSpurt(session, (flags & FLAG_END) !== 0, nowMs);
    }
    if (!session.forwarded) return 'not_loudest';
    this.#received++;
    this.#bytesReceived += datagram.length;
    this.#forward(datagram, session, session.room.audience);
    return undefined;
  }

  #whisper(session: VoiceSession, datagram: Datagram): DropReason | undefined {
    const audience = this.#whispers.audienceOf(readTarget(datagram.view), session);
    if (audience === undefined) return 'unknown_target';
    this.#received++;
    this.#bytesReceived += datagram.length;
    this.#forward(datagram, session, audience);
    return undefined;
  }

  #forward(datagram: Datagram, speaker: VoiceSession, audience: Audience): void {
    this.#fanOut.queue(datagram, speaker, audience);
  }

  /** Whether the ping made a difference. */
  #bind(session: VoiceSession, from: LaneAddress, sequence: number, nowMs: number): boolean {
    const binding = transition(session.binding, { type: 'pinged', from, sequence, nowMs });
    if (binding === session.binding) return false;
    if (isStream(from) && session.stream !== from) {
      this.#closeStream(session);
      session.stream = from;
      this.#streams.set(from, session);
    }
    this.#rebind(session, binding);
    return true;
  }

  #rebind(session: VoiceSession, binding: LaneBinding): void {
    const before = laneOf(session.binding);
    session.binding = binding;
    const now = laneOf(binding);
    if (now !== before) this.#listener.lane(session.token, now);
  }

  #closeStream(session: VoiceSession): void {
    const stream = session.stream;
    if (stream === undefined) return;
    session.stream = undefined;
    this.#streams.delete(stream);
    stream.close();
  }

  #followSpurt(session: VoiceSession, ends: boolean, nowMs: number): void {
    session.heardAtMs = nowMs;
    if (ends) {
      this.#endSpurt(session);
    } else if (!this.#speaking.has(session)) {
      this.#speaking.add(session);
      this.#listener.speaking(session.token, true);
    }
  }

  #endSpurt(session: VoiceSession): void {
    // Also of a spurt that other threads heard, or that was its END packet alone.
    session.room.loudest.release(session.token);
    this.#stopSpeaking(session);
  }

  #stopSpeaking(session: VoiceSession): void {
    if (this.#speaking.delete(session)) this.#listener.speaking(session.token, false);
  }
}

function lengthRefusal(flags: number, length: number): 'too_short' | 'too_long' | undefined {
  if (!isControl(flags)) return voiceLengthRefusal(flags, length - HOP_TAG_BYTES);
  if (length < PING_BYTES) return 'too_short';
  return length > PING_BYTES ? 'too_long' : undefined;
}

function laneOf(binding: LaneBinding): LaneKind | null {
  return boundTo(binding)?.kind ?? null;
}
