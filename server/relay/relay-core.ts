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
  readSequence,
  readToken,
  sipHashMatches,
  TAG_BYTES,
  voiceLengthRefusal,
  type LaneKind,
} from '@switchboard/protocol';
import { acceptsVoice, boundTo, transition, type LaneBinding } from './lane-binding.ts';
import { isStream, laneKindOf, type LaneAddress, type StreamLane } from './relay-lane.ts';
import { DROP_REASONS, type DropReason, type RelayReport, type RelaySession } from './relay-messages.ts';
import type { UdpAddress } from './udp-address.ts';
import { VoiceSession, type Room } from './voice-session.ts';

/** A talk spurt is over after this long without a packet: its END packet may have been lost. */
export const SPURT_TIMEOUT_MS = 300;

/** What the relay does to the world. */
export interface RelayOutput {
  /** Never throws; what cannot be sent is told by `RelayCore.countDrop('send_failed')`. */
  sendUdp(bytes: Uint8Array, to: UdpAddress): void;
  speaking(token: number, speaking: boolean): void;
  /** The kind of lane a session is reached on has changed. */
  lane(token: number, lane: LaneKind | null): void;
}

/**
 * The relay without its sockets: takes each datagram with the address it came from and the time, and decides.
 *
 * The packet that arrives is the packet that leaves, less its hop tag. A check that fails costs one count and nothing else.
 * Bytes are read and sent during the call only; besides what sending takes, a packet allocates nothing.
 * `docs/protocol.md` has the rules, `lane-binding.ts` those of addresses.
 */
export class RelayCore {
  readonly #output: RelayOutput;
  readonly #sessions = new Map<number, VoiceSession>();
  readonly #rooms = new Map<string, Room>();
  readonly #streams = new Map<StreamLane, VoiceSession>();
  readonly #speaking = new Set<VoiceSession>();
  readonly #dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  #received = 0;
  #sent = 0;
  #pings = 0;

  /** A header is copied here to be read: one view for all packets instead of one for each. */
  readonly #header = new Uint8Array(HEADER_BYTES);
  readonly #headerView = new DataView(this.#header.buffer);

  constructor(output: RelayOutput) {
    this.#output = output;
  }

  /** Starts a session. One with the same token ends first: a counter never goes on under another key. */
  open(session: RelaySession, nowMs: number): void {
    this.close(session.token);
    const room = this.#rooms.get(session.roomId) ?? [];
    const opened = new VoiceSession(session, room, nowMs);
    this.#sessions.set(opened.token, opened);
    this.#rooms.set(opened.roomId, room);
    room.push(opened);
  }

  update(token: number, allowed: Pick<RelaySession, 'speaks' | 'hears'>): void {
    const session = this.#sessions.get(token);
    if (session === undefined) return;
    session.speaks = allowed.speaks;
    session.hears = allowed.hears;
    if (!session.speaks) this.#endSpurt(session);
  }

  /** Ends a session and its stream; nothing more is told about it. */
  close(token: number): void {
    const session = this.#sessions.get(token);
    if (session === undefined) return;
    this.#sessions.delete(token);
    this.#speaking.delete(session);
    session.room.splice(session.room.indexOf(session), 1);
    if (session.room.length === 0) this.#rooms.delete(session.roomId);
    this.#closeStream(session);
  }

  /** Takes one datagram, or one message of a stream. Never throws, whatever the bytes. */
  receive(bytes: Uint8Array, from: LaneAddress, nowMs: number): void {
    const refusal = this.#take(bytes, from, nowMs);
    if (refusal !== undefined) this.#dropped[refusal]++;
    // A stream's first message binds it or ends it.
    if (isStream(from) && !this.#streams.has(from)) from.close();
  }

  streamClosed(stream: StreamLane): void {
    const session = this.#streams.get(stream);
    if (session === undefined) return;
    this.#streams.delete(stream);
    session.stream = undefined;
    this.#rebind(session, transition(session.binding, { type: 'closed', stream }));
  }

  /** Ends the talk spurts whose last packet never came. */
  tick(nowMs: number): void {
    for (const session of this.#speaking) {
      if (nowMs - session.heardAtMs >= SPURT_TIMEOUT_MS) this.#endSpurt(session);
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
      sent: this.#sent,
      pings: this.#pings,
      dropped: { ...this.#dropped },
    };
  }

  #take(bytes: Uint8Array, from: LaneAddress, nowMs: number): DropReason | undefined {
    const length = bytes.length;
    if (length === 0) return undefined; // keeps a NAT's mapping alive
    // What is missing reads as 0: the length is checked next, and by the flags.
    for (let at = 0; at < HEADER_BYTES; at++) this.#header[at] = bytes[at] ?? 0;
    const flags = readFlags(this.#headerView);
    const refusal = lengthRefusal(flags, length);
    if (refusal !== undefined) return refusal;

    const session = this.#sessions.get(readToken(this.#headerView));
    if (session === undefined) return 'unknown_token';
    const tagOffset = length - HOP_TAG_BYTES;
    if (!sipHashMatches(session.hopKey, bytes, 0, tagOffset, tagOffset)) return 'wrong_hop_tag';

    const sequence = readSequence(this.#headerView);
    return isControl(flags)
      ? this.#takePing(session, bytes, sequence, from, nowMs)
      : this.#takeVoice(session, bytes, flags, sequence, from, nowMs);
  }

  #takePing(
    session: VoiceSession,
    bytes: Uint8Array,
    sequence: number,
    from: LaneAddress,
    nowMs: number,
  ): DropReason | undefined {
    if (isStream(from) && (this.#streams.get(from) ?? session) !== session) return 'unbound_address';
    const newest = session.controlWindow.isNewest(sequence);
    if (!session.controlWindow.accept(sequence)) return 'replayed';
    if (!session.packetRate.take(1, nowMs)) return 'rate_limited';
    this.#pings++;
    if (newest) this.#bind(session, from, nowMs);
    return this.#send(answerPing(bytes, session.received, session.sent, session.hopKey), from);
  }

  #takeVoice(
    session: VoiceSession,
    bytes: Uint8Array,
    flags: number,
    sequence: number,
    from: LaneAddress,
    nowMs: number,
  ): DropReason | undefined {
    if (!acceptsVoice(session.binding, from, nowMs)) return 'unbound_address';
    const whispers = (flags & FLAG_WHISPER) !== 0;
    const window = whispers ? session.whisperWindow : session.voiceWindow;
    const newest = window.isNewest(sequence);
    if (!window.accept(sequence)) return 'replayed';
    session.received++;

    const opusBits = (bytes.length - headerBytes(flags) - TAG_BYTES - HOP_TAG_BYTES) * 8;
    if (!session.packetRate.take(1, nowMs) || !session.bitRate.take(opusBits, nowMs)) return 'rate_limited';
    if (!session.speaks) return 'not_allowed';
    if (whispers) return 'unknown_target';

    this.#received++;
    // A packet that was overtaken says nothing about now.
    if (newest) this.#followSpurt(session, (flags & FLAG_END) !== 0, nowMs);
    this.#forward(session, bytes);
    return undefined;
  }

  #forward(speaker: VoiceSession, bytes: Uint8Array): void {
    let packet: Uint8Array | undefined;
    for (const listener of speaker.room) {
      if (listener === speaker || !listener.hears) continue;
      const to = boundTo(listener.binding);
      if (to === undefined) continue;
      packet ??= bytes.subarray(0, bytes.length - HOP_TAG_BYTES);
      const refusal = this.#send(packet, to);
      if (refusal === undefined) {
        listener.sent++;
        this.#sent++;
      } else {
        this.#dropped[refusal]++;
      }
    }
  }

  #send(bytes: Uint8Array, to: LaneAddress): DropReason | undefined {
    if (isStream(to)) return to.send(bytes);
    this.#output.sendUdp(bytes, to);
    return undefined;
  }

  #bind(session: VoiceSession, from: LaneAddress, nowMs: number): void {
    const binding = transition(session.binding, { type: 'pinged', from, nowMs });
    if (isStream(from) && session.stream !== from) {
      this.#closeStream(session);
      session.stream = from;
      this.#streams.set(from, session);
    }
    this.#rebind(session, binding);
  }

  #rebind(session: VoiceSession, binding: LaneBinding): void {
    const before = laneOf(session.binding);
    session.binding = binding;
    const now = laneOf(binding);
    if (now !== before) this.#output.lane(session.token, now);
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
      this.#output.speaking(session.token, true);
    }
  }

  #endSpurt(session: VoiceSession): void {
    if (this.#speaking.delete(session)) this.#output.speaking(session.token, false);
  }
}

function lengthRefusal(flags: number, length: number): 'too_short' | 'too_long' | undefined {
  if (!isControl(flags)) return voiceLengthRefusal(flags, length - HOP_TAG_BYTES);
  if (length < PING_BYTES) return 'too_short';
  return length > PING_BYTES ? 'too_long' : undefined;
}

function laneOf(binding: LaneBinding): LaneKind | null {
  const address = boundTo(binding);
  return address === undefined ? null : laneKindOf(address);
}
