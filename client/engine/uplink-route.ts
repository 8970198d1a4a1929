import { DEFAULT_PUSH_TO_TALK, type GateConfig } from '../audio/gate.ts';
import type { VoiceUplink } from '../audio/uplink.ts';

/** Where goes what the microphone says. */
export type Destination =
  | { readonly kind: 'room' }
  /**
   * To one target alone: while the whisper key is held, and after that until the talk spurt has ended. Without a target token
   * it goes nowhere: one is being registered, or was refused, and the room is not to hear what was meant for others.
   */
  | { readonly kind: 'whisper'; readonly targetToken: number | null; readonly held: boolean };

type Uplink = Pick<VoiceUplink, 'talking' | 'endSpurt' | 'setGate' | 'setPressed' | 'setClosing'>;

const ROOM: Destination = { kind: 'room' };

/**
 * Leads the microphone into the room or into a whisper, one talk spurt at a time: each ends where it began. Who whispers holds
 * a key, and may be too quiet for a gate that goes by level: a whisper is push-to-talk, however the room is talked to. After the
 * key was let go the last syllable still goes where it was meant for.
 */
export class UplinkRoute {
  #uplink: Uplink | undefined;
  #destination: Destination = ROOM;
  #gate: GateConfig;
  #pressed = false;

  /** @param gate of the room. */
  constructor(gate: GateConfig) {
    this.#gate = gate;
  }

  get destination(): Destination {
    return this.#destination;
  }

  /** From here on there is a microphone to lead. */
  attach(uplink: Uplink): void {
    this.#uplink = uplink;
    this.#apply();
  }

  /** How the room is talked to. */
  setGate(gate: GateConfig): void {
    this.#gate = gate;
    this.#apply();
  }

  /** The talk key of the room. */
  press(pressed: boolean): void {
    this.#pressed = pressed;
    this.#apply();
  }

  /** The whisper key is held, for this target. */
  whisper(targetToken: number | null): void {
    if (!this.#goesOnWith(targetToken)) this.#uplink?.endSpurt();
    this.#go({ kind: 'whisper', targetToken, held: true });
  }

  /** The whisper key was let go. */
  release(): void {
    if (this.#destination.kind === 'room') return;
    if (this.#uplink?.talking === true) {
      this.#go({ ...this.#destination, held: false });
      return;
    }
    // What was said for others and is still on its way through a plugin is not for the room.
    this.#uplink?.endSpurt();
    this.#go(ROOM);
  }

  /** The voice session is over, and its targets with it. While the whisper key is held, the next room hears nothing either. */
  leave(): void {
    if (this.#destination.kind === 'room') return;
    this.#uplink?.endSpurt();
    this.#go(this.#destination.held ? { kind: 'whisper', targetToken: null, held: true } : ROOM);
  }

  /** A packet has gone to the destination. */
  sent(end: boolean): void {
    if (end && this.#destination.kind === 'whisper' && !this.#destination.held) this.#go(ROOM);
  }

  /** Whether this is the same whisper as before: the same target, or the one that was being registered. */
  #goesOnWith(targetToken: number | null): boolean {
    const { kind } = this.#destination;
    if (kind === 'room') return false;
    const { targetToken: before, held } = this.#destination;
    return before === targetToken || (before === null && held);
  }

  #go(destination: Destination): void {
    this.#destination = destination;
    this.#apply();
  }

  #apply(): void {
    const whispers = this.#destination.kind === 'whisper';
    this.#uplink?.setGate(whispers ? DEFAULT_PUSH_TO_TALK : this.#gate);
    this.#uplink?.setPressed(this.#destination.kind === 'whisper' ? this.#destination.held : this.#pressed);
    // A clip that goes on does not keep the microphone there.
    this.#uplink?.setClosing(this.#destination.kind === 'whisper' && !this.#destination.held);
  }
}
