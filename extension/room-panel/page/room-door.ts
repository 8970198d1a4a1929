import type { Problem, VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import type { Channel } from '@switchboard/protocol';
import { problemOf } from '@switchboard/webcomponents/parts';

/** The way into a room: asks for its password where it has one. */
export class RoomDoor {
  readonly #changed: () => void;
  readonly #failed: (problem: Problem) => void;
  #room: Channel | null = null;
  #problem: Problem | null = null;

  /** @param changed the question is another */
  constructor(changed: () => void, failed: (problem: Problem) => void) {
    this.#changed = changed;
    this.#failed = failed;
  }

  /** The room whose password is asked for. */
  get asksFor(): Channel | null {
    return this.#room;
  }

  /** Why the last password was not taken. */
  get problem(): Problem | null {
    return this.#problem;
  }

  async enter(client: VoiceClientApi, room: Channel, password?: string): Promise<void> {
    if (password === undefined && room.locked && !can(client.state, 'channel.manage', room.id)) {
      this.#ask(room, null);
      return;
    }
    try {
      await client.join(room.id, password);
      this.#ask(null, null);
    } catch (error) {
      const problem = problemOf(error);
      const again = problem.code === 'channel.password_wrong' || problem.code === 'channel.password_required';
      this.#ask(again ? room : null, again ? problem : null);
      if (!again) this.#failed(problem);
    }
  }

  giveUp(): void {
    this.#ask(null, null);
  }

  #ask(room: Channel | null, problem: Problem | null): void {
    this.#room = room;
    this.#problem = problem;
    this.#changed();
  }
}
