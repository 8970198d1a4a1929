import { BITRATE_HEADROOM, MAX_PACKETS_PER_SECOND, sipHashKey, type SipHashKey } from '@switchboard/protocol';
import type { Listener } from './audience.ts';
import { UNBOUND, type LaneBinding } from './lane-binding.ts';
import type { StreamLane } from './relay-lane.ts';
import { NewestSequences } from './newest-sequences.ts';
import type { RelaySession, SharedState } from './relay-messages.ts';
import { ReplayWindow } from './replay-window.ts';
import type { Room } from './room.ts';
import { TokenBucket } from './token-bucket.ts';
import { TrafficCounts } from './traffic-counts.ts';

/** What one thread of the relay remembers of one session. The rules are in `RelayCore`. */
export class VoiceSession implements Listener {
  readonly token: number;
  readonly hopKey: SipHashKey;
  readonly room: Room;
  readonly counts: TrafficCounts;
  readonly newest: NewestSequences;
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
  bitRate: TokenBucket;

  /** When the newest packet of the talk spurt came. */
  heardAtMs = 0;
  /** Whether the newest packet was among the loudest. */
  forwarded = false;
  /** The train that the session last spoke in: see `FanOut`. */
  stamp = 0;

  /** Throws a RangeError if the hop key has not 16 bytes. */
  constructor(session: RelaySession, room: Room, shared: SharedState, thread: number, nowMs: number) {
    this.token = session.token;
    this.hopKey = sipHashKey(session.hopKey);
    this.room = room;
    this.counts = new TrafficCounts(shared.counts, thread);
    this.newest = new NewestSequences(shared.newest, thread);
    this.speaks = session.speaks;
    this.hears = session.hears;
    this.packetRate = new TokenBucket(MAX_PACKETS_PER_SECOND, nowMs);
    this.bitRate = bitRateBucket(session.bitrateBps, nowMs);
    this.catchUp();
  }

  /** What other threads have accepted is not accepted here again. */
  catchUp(): void {
    this.voiceWindow.skipTo(this.newest.of('voice'));
    this.whisperWindow.skipTo(this.newest.of('whisper'));
  }
}

export function bitRateBucket(bitrateBps: number, nowMs: number): TokenBucket {
  return new TokenBucket(bitrateBps * BITRATE_HEADROOM, nowMs);
}
