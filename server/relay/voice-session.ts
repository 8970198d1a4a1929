import { BITRATE_HEADROOM, MAX_PACKETS_PER_SECOND, sipHashKey, type SipHashKey } from '@switchboard/protocol';
import { UNBOUND, type LaneBinding } from './lane-binding.ts';
import type { StreamLane } from './relay-lane.ts';
import type { RelaySession } from './relay-messages.ts';
import { ReplayWindow } from './replay-window.ts';
import { TokenBucket } from './token-bucket.ts';

/** The sessions of one room. An array: walking it for every packet allocates nothing. */
export type Room = VoiceSession[];

/** What the relay remembers of one session. The rules are in `RelayCore`. */
export class VoiceSession {
  readonly token: number;
  readonly hopKey: SipHashKey;
  readonly roomId: string;
  readonly room: Room;
  speaks: boolean;
  hears: boolean;

  binding: LaneBinding = UNBOUND;
  /** The one stream that carries this session, bound at the moment or not. */
  stream: StreamLane | undefined;

  /** Each kind of packet is counted by itself, so that a ping or a whisper never looks like loss to a room. */
  readonly voiceWindow = new ReplayWindow();
  readonly whisperWindow = new ReplayWindow();
  readonly controlWindow = new ReplayWindow();

  readonly packetRate: TokenBucket;
  /** Counts Opus alone: that is what the bitrate of a channel means. */
  readonly bitRate: TokenBucket;

  /** Authentic voice packets that arrived, forwarded or not: what a pong reports. */
  received = 0;
  /** Voice packets handed to its lane: what a pong reports. */
  sent = 0;
  /** When the newest packet of the talk spurt came. */
  heardAtMs = 0;

  /** Throws a RangeError if the hop key has not 16 bytes. */
  constructor(session: RelaySession, room: Room, nowMs: number) {
    this.token = session.token;
    this.hopKey = sipHashKey(session.hopKey);
    this.roomId = session.roomId;
    this.room = room;
    this.speaks = session.speaks;
    this.hears = session.hears;
    this.packetRate = new TokenBucket(MAX_PACKETS_PER_SECOND, nowMs);
    this.bitRate = new TokenBucket(session.bitrateBps * BITRATE_HEADROOM, nowMs);
  }
}
