import { SwitchboardError, type ControlEvent, type WhisperTarget } from '@switchboard/protocol';
import type { WhisperAudience } from '../client-state.ts';
import type { EngineCommand } from '../engine/engine-messages.ts';
import type { Session } from './session.ts';

export interface RoomWhispersEvents {
  changed(): void;
  /** This member is going to be heard, perhaps for the first time. */
  addressedBy(memberId: string): void;
  /** A whisper that went on was refused; nobody waits for the answer. */
  refused(error: SwitchboardError): void;
}

/** The whisper key is held for this audience. */
interface Held {
  readonly audience: WhisperAudience;
  /** Equal for equal audiences. */
  readonly key: string;
  /** The server will not have it; the microphone goes nowhere until the key is let go. */
  readonly refused: boolean;
}

/**
 * Whispering as the user does it: a key is held, and let go. A target is registered when an audience is first whispered to, and
 * kept for the next time; all of them end with the voice session. From the press to the release no room hears anything, whatever
 * happens in between.
 */
export class RoomWhispers {
  readonly #session: Pick<Session, 'ask'>;
  readonly #send: (command: EngineCommand) => void;
  readonly #events: RoomWhispersEvents;
  /** Target tokens by audience key, of this voice session. */
  readonly #targets = new Map<string, number>();
  readonly #asking = new Map<string, Promise<void>>();
  /** Counts voice sessions: an answer of one before means nothing. */
  #visit = 0;
  #inRoom = false;
  #held: Held | null = null;

  constructor(session: Pick<Session, 'ask'>, send: (command: EngineCommand) => void, events: RoomWhispersEvents) {
    this.#session = session;
    this.#send = send;
    this.#events = events;
  }

  /** Whom one whispers to now. */
  get audience(): WhisperAudience | null {
    return !this.#inRoom || this.#held === null || this.#held.refused ? null : this.#held.audience;
  }

  /**
   * The whisper key goes down. Resolves when the audience can hear, or when one has changed rooms meanwhile.
   * @throws SwitchboardError the server's refusal, `channel.not_joined`, `client.timeout`, `client.disconnected`
   */
  async start(audience: WhisperAudience): Promise<void> {
    const key = keyOf(audience);
    this.#held = { audience, key, refused: false };
    if (!this.#inRoom) throw new SwitchboardError('channel.not_joined');
    await this.#begin(key);
  }

  stop(): void {
    if (this.#held === null) return;
    this.#held = null;
    this.#send({ type: 'whisper.stop' });
    this.#events.changed();
  }

  /** Into a room, with a voice session that has no targets yet. A key that is held goes on. */
  entered(): void {
    this.#forget();
    this.#inRoom = true;
    if (this.#held !== null) this.#resume(this.#held);
  }

  /** Out of the room. A key that is held is held on, in the next room too. */
  exited(): void {
    this.#forget();
    this.#inRoom = false;
  }

  hear(event: ControlEvent): void {
    switch (event.type) {
      case 'voice.whisper':
        this.#events.addressedBy(event.data.memberId);
        this.#send({ type: 'whisper.listen', grant: event.data });
        return;
      case 'voice.whisperSecret':
        this.#send({ type: 'whisper.target', target: event.data });
        return;
      case 'voice.whisperEnded':
        this.#ended(event.data.targetToken);
        return;
      default:
        return;
    }
  }

  #forget(): void {
    this.#visit++;
    this.#targets.clear();
    this.#asking.clear();
  }

  async #begin(key: string): Promise<void> {
    const targetToken = this.#targets.get(key) ?? null;
    // Where the target is still to be told, the room is not to hear what is meant for others.
    this.#send({ type: 'whisper.start', targetToken });
    this.#events.changed();
    if (targetToken !== null) return;
    const asking = this.#asking.get(key) ?? this.#register(key);
    await asking;
  }

  #register(key: string): Promise<void> {
    const visit = this.#visit;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#asking.set(key, promise);
    this.#session.ask('whisper.set', audienceOf(key), (outcome) => {
      if (visit !== this.#visit) {
        resolve(undefined);
        return;
      }
      this.#asking.delete(key);
      if (outcome.ok) {
        this.#registered(key, outcome.data);
        resolve(undefined);
      } else {
        this.#refused(key);
        reject(outcome.error);
      }
    });
    return promise;
  }

  #registered(key: string, target: WhisperTarget): void {
    this.#targets.set(key, target.targetToken);
    this.#send({ type: 'whisper.target', target });
    if (this.#held?.key === key) this.#send({ type: 'whisper.start', targetToken: target.targetToken });
  }

  #refused(key: string): void {
    if (this.#held?.key !== key) return;
    this.#held = { ...this.#held, refused: true };
    this.#events.changed();
  }

  #ended(targetToken: number): void {
    this.#send({ type: 'whisper.forget', targetToken });
    for (const [key, own] of this.#targets) {
      if (own !== targetToken) continue;
      this.#targets.delete(key);
      if (this.#held?.key === key) this.#resume(this.#held);
    }
  }

  /** The target is over, and the key still held: another is registered. */
  #resume(held: Held): void {
    this.#held = { ...held, refused: false };
    this.#begin(held.key).catch((error: unknown) => {
      if (SwitchboardError.is(error)) this.#events.refused(error);
      else throw error;
    });
  }
}

/** Each id once, in an order: equal for equal audiences. */
function keyOf({ memberIds, channelIds }: WhisperAudience): string {
  const sorted = (ids: readonly string[]) => [...new Set(ids)].sort();
  return JSON.stringify([sorted(memberIds), sorted(channelIds)]);
}

function audienceOf(key: string): { memberIds: string[]; channelIds: string[] } {
  const [memberIds, channelIds] = JSON.parse(key) as [string[], string[]];
  return { memberIds, channelIds };
}
