import type { RelayEvent, RelayReport, RelaySession } from './relay-messages.ts';

/** What a relay tells, by name: `speaking`, `lane` and `failed` of RelayEvent. */
export interface VoiceRelayEvents {
  readonly speaking: Extract<RelayEvent, { type: 'speaking' }>;
  readonly lane: Extract<RelayEvent, { type: 'lane' }>;
  /** Voice is gone for good, and why. */
  readonly failed: Extract<RelayEvent, { type: 'failed' }>;
}

/**
 * The voice lane as the application sees it: sessions go in, who speaks comes out. Packets stay where they are.
 * Commands take effect in the order given; those for a session that has ended do nothing.
 */
export abstract class VoiceRelay {
  /** The one port of UDP and of the WebSocket lane, known once started. */
  abstract readonly port: number;

  /** Opens the voice port. Rejects with a SwitchboardError whose sentence says what is in the way. */
  abstract start(): Promise<void>;

  /** Throws a RangeError when the token or the hop key is none. */
  abstract open(session: RelaySession): void;

  abstract update(token: number, allowed: Pick<RelaySession, 'speaks' | 'hears'>): void;

  abstract close(token: number): void;

  /** Counters since the relay's thread was started. */
  abstract report(): Promise<RelayReport>;

  /** Calls `listener` at each event of this name; returns what ends that. */
  abstract on<K extends keyof VoiceRelayEvents>(event: K, listener: (event: VoiceRelayEvents[K]) => void): () => void;

  /** Closes the voice port. */
  abstract stop(): Promise<void>;
}
