import type { EngineCommand } from '../engine/engine-messages.ts';

/**
 * Whether the talk key is down, for an engine that does not know it: whoever enters a room begins with the key up. Into
 * the room that one was in when it was pressed it comes along, after another engine has taken the place of a broken
 * one, say; in every other it has to be pressed anew.
 */
export class TalkKey {
  readonly #send: (command: EngineCommand) => void;
  /** The room in which it is down. */
  #channelId: string | null = null;

  constructor(send: (command: EngineCommand) => void) {
    this.#send = send;
  }

  /** @param channelId of the room that one is in, or on the way back to */
  press(pressed: boolean, channelId: string | null): void {
    this.#channelId = pressed ? channelId : null;
    this.#send({ type: 'talk', pressed });
  }

  /** What else the engine is told. Who is muted has it up there, and presses it anew. */
  passOn(command: EngineCommand): void {
    if (command.type === 'self' && command.muted) this.release();
    this.#send(command);
  }

  /** One has left. */
  release(): void {
    this.#channelId = null;
  }

  /** The engine has been told to enter this room. */
  entered(channelId: string, muted: boolean): void {
    if (this.#channelId === channelId && !muted) this.#send({ type: 'talk', pressed: true });
    else this.release();
  }
}
