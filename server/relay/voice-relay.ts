import type { RelayEvent, RelayReport, RelaySession, RoomSettings, WhisperTarget } from './relay-messages.ts';

/** What a relay tells, by name: `speaking`, `lane` and `failed` of RelayEvent. */
export interface VoiceRelayEvents {
  readonly speaking: Extract<RelayEvent, { type: 'speaking' }>;
  readonly lane: Extract<RelayEvent, { type: 'lane' }>;
  /** Voice is gone for good, and why. */
  readonly failed: Extract<RelayEvent, { type: 'failed' }>;
}

/** The sockets of a relay that runs. */
export interface VoiceSocketInUse {
  readonly kind: 'batched' | 'portable';
  readonly threads: number;
  /** Why it is the slower one though the faster was wanted. */
  readonly because: string | undefined;
}

/**
 * The voice lane as the application sees it: sessions go in, who speaks comes out. Packets stay where they are.
 * Commands take effect in the order given; those for a session that has ended do nothing.
 */
export abstract class VoiceRelay {
  /** The one port of UDP and of the WebSocket lane, known once started. */
  abstract readonly port: number;

  /** How it does UDP, known once started. */
  abstract readonly socket: VoiceSocketInUse;

  /** Opens the voice port. Rejects with a SwitchboardError whose sentence says what is in the way. */
  abstract start(): Promise<void>;

  /** Throws a RangeError when the token or the hop key is none. */
  abstract open(session: RelaySession): void;

  abstract update(token: number, allowed: Pick<RelaySession, 'speaks' | 'hears'>): void;

  /** New settings for a room and everyone in it. */
  abstract configure(roomId: string, settings: RoomSettings): void;

  abstract close(token: number): void;

  /** Starts a whisper target with its first listeners. One with the same token ends first. */
  abstract openWhisper(target: WhisperTarget): void;

  /** By their tokens, as in `removeWhisperListener`. A listener drops out with its session. */
  abstract addWhisperListener(target: number, listener: number): void;

  abstract removeWhisperListener(target: number, listener: number): void;

  abstract closeWhisper(token: number): void;

  /** Counters of all threads, since they were started. */
  abstract report(): Promise<RelayReport>;

  /** Calls `listener` at each event of this name; returns what ends that. */
  abstract on<K extends keyof VoiceRelayEvents>(event: K, listener: (event: VoiceRelayEvents[K]) => void): () => void;

  /** Closes the voice port. */
  abstract stop(): Promise<void>;
}
