import type { Member } from '@switchboard/protocol';
import type { EngineCommand } from '../engine/engine-messages.ts';
import type { Settings } from './settings.ts';

/** How loud users are heard: kept by user, told to the engine by member. */
export class MemberVolumes {
  readonly #settings: Pick<Settings, 'volumes' | 'setVolume'>;
  readonly #members: () => readonly Member[];
  readonly #send: (command: EngineCommand) => void;

  /** @param members everyone on the server: those in other rooms may whisper. */
  constructor(
    settings: Pick<Settings, 'volumes' | 'setVolume'>,
    members: () => readonly Member[],
    send: (command: EngineCommand) => void,
  ) {
    this.#settings = settings;
    this.#members = members;
    this.#send = send;
  }

  set(userId: string, gain: number): void {
    const volume = this.#settings.setVolume(userId, gain);
    for (const member of this.#members()) {
      if (member.userId === userId) this.#send({ type: 'volume', memberId: member.id, gain: volume });
    }
  }

  /** For members whom the engine has not heard of before. */
  tell(memberIds: readonly string[]): void {
    for (const memberId of memberIds) {
      const { userId = '' } = this.#members().find(({ id }) => id === memberId) ?? {};
      const gain = Object.hasOwn(this.#settings.volumes, userId) ? this.#settings.volumes[userId] : undefined;
      if (gain !== undefined) this.#send({ type: 'volume', memberId, gain });
    }
  }
}
