import type {
  ChannelAudio,
  EpochGrant,
  LaneKind,
  VoiceGrant,
  WhisperGrant,
  WhisperTarget,
} from '@switchboard/protocol';

/*
 * The voice engine is spoken to in messages, because in a page it lives in a worker, in an editor in a process of its own,
 * and in a terminal in the same thread: only the carrier differs.
 */

/** When the microphone is sent. */
export type Activation =
  /** By level: opens above `activationDbfs`, closes below `releaseDbfs` after the hang-over. */
  | { readonly mode: 'voice'; readonly activationDbfs: number; readonly releaseDbfs: number }
  /** While `talk` is pressed, and a moment longer. */
  | { readonly mode: 'push-to-talk' };

export type EngineCommand =
  /** Go live in a room: bind a lane, hear its members, be heard. Replaces the room before. */
  | { readonly type: 'enter'; readonly grant: VoiceGrant; readonly controlHost: string; readonly secure: boolean }
  | { readonly type: 'leave' }
  /** The network is back: where no lane answers, try them now instead of after their pauses. */
  | { readonly type: 'hurry' }
  | { readonly type: 'member.add'; readonly memberId: string; readonly token: number }
  | { readonly type: 'member.remove'; readonly memberId: string }
  | { readonly type: 'epoch'; readonly epoch: EpochGrant }
  | { readonly type: 'audio'; readonly audio: ChannelAudio }
  | { readonly type: 'self'; readonly muted: boolean; readonly deafened: boolean }
  /** How loud one member is heard: 0 to 2, 1 as sent. */
  | { readonly type: 'volume'; readonly memberId: string; readonly gain: number }
  | { readonly type: 'activation'; readonly activation: Activation }
  /** The talk key, in push-to-talk mode. */
  | { readonly type: 'talk'; readonly pressed: boolean }
  /** Keys are struck near the microphone, or no longer; without another word of it, no longer after two seconds. */
  | { readonly type: 'typing'; readonly typing: boolean }
  /**
   * Plays the microphone back a second later instead of sending it, in or out of a room, until it is switched off, a room is
   * entered or left, or 15 s have gone by.
   */
  | { readonly type: 'echo'; readonly on: boolean }
  /** The sandboxes that captured frames go through, and received ones, in this order. Those not named get none. */
  | { readonly type: 'plugins'; readonly captured: readonly number[]; readonly received: readonly number[] }
  /** Plays a clip into the room and to oneself, unless muted; 48 kHz, mono. Replaces one that plays. */
  | { readonly type: 'clip'; readonly samples: Int16Array }
  /** A target of one's own, or its new secret. */
  | { readonly type: 'whisper.target'; readonly target: WhisperTarget }
  /** Someone addresses one with whispers, or does so under a new secret. */
  | { readonly type: 'whisper.listen'; readonly grant: WhisperGrant }
  /** A target is over, one's own or another's. */
  | { readonly type: 'whisper.forget'; readonly targetToken: number }
  /** From now on the microphone goes to this target alone; null while it is to go nowhere. */
  | { readonly type: 'whisper.start'; readonly targetToken: number | null }
  /** Back to the room, after the last syllable. */
  | { readonly type: 'whisper.stop' };

export type EngineEvent =
  | { readonly type: 'lane'; readonly lane: LaneState }
  /** A member of the room is heard, or has stopped. */
  | { readonly type: 'speaking'; readonly memberId: string; readonly speaking: boolean }
  /** Someone is heard whispering to one, or has stopped. */
  | { readonly type: 'whispering'; readonly memberId: string; readonly whispering: boolean }
  /** What this microphone sends, or has stopped sending. */
  | { readonly type: 'self.speaking'; readonly speaking: boolean }
  /** The echo test has ended by itself. */
  | { readonly type: 'echo.ended' }
  /** Peak level of the microphone in dBFS, −127 for silence; before the gate. Ten times a second in a room or an echo test. */
  | { readonly type: 'level'; readonly dbfs: number }
  /** Once a second while in a room. */
  | { readonly type: 'stats'; readonly stats: VoiceStats };

export type LaneState =
  | { readonly status: 'idle' }
  /** Looking for a way to the relay. */
  | { readonly status: 'connecting' }
  | { readonly status: 'connected'; readonly lane: LaneKind }
  /** No lane answers; still trying. */
  | { readonly status: 'unreachable' };

/** Figures of the last second unless they say total. */
export interface VoiceStats {
  readonly lane: LaneKind | null;
  /** Round trip to the relay in ms, smoothed; null before the first pong. */
  readonly roundTripMs: number | null;
  /** Share of packets lost on the way up and down, 0 to 1, since the last pong. */
  readonly lossUp: number;
  readonly lossDown: number;
  /** Peak level of the microphone in dBFS, −127 for silence; before the gate. */
  readonly inputLevelDbfs: number;
  /** CPU time that capturing and rendering one 20 ms frame took, in ms, mean. */
  readonly frameCostMs: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly speakers: readonly SpeakerStats[];
  /** What plugins do to frames. */
  readonly plugins: readonly PluginStats[];
  /** Why packets were not played, total since the room was entered. */
  readonly dropped: Readonly<Record<DownlinkDrop, number>>;
}

/** Totals since the member came into the room. */
export interface SpeakerStats {
  readonly memberId: string;
  readonly received: number;
  readonly concealed: number;
  readonly recovered: number;
  readonly late: number;
  readonly duplicate: number;
  /** Packets waiting in the jitter buffer now. */
  readonly depth: number;
}

/** Of the last second, unless it says total. */
export interface PluginStats {
  readonly sandboxId: number;
  readonly frames: number;
  /** Frames that passed as they were because the plugin was late or failed; total since it was started. */
  readonly missed: number;
  /** The plugin's own time for a frame, in µs. */
  readonly meanUs: number;
  readonly maxUs: number;
}

export type DownlinkDrop = 'malformed' | 'unknown_token' | 'not_authentic' | 'wrong_epoch' | 'undecodable' | 'overflow';
