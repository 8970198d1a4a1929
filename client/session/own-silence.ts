import type { Member } from '@switchboard/protocol';
import type { EngineCommand } from '../engine/engine-messages.ts';
import type { SelfAccount } from './self-account.ts';
import { isMuted } from './self-audio.ts';

/**
 * Whether the engine sends and plays: as one wants it oneself, and as a moderator has it. Nothing is sent that nobody is to hear.
 */
export class OwnSilence {
  readonly #account: Pick<SelfAccount, 'audio'>;
  readonly #self: () => Member | undefined;
  readonly #send: (command: EngineCommand) => void;
  /** What the engine was told of a moderator's word. */
  #muted = false;
  #deafened = false;

  constructor(
    account: Pick<SelfAccount, 'audio'>,
    self: () => Member | undefined,
    send: (command: EngineCommand) => void,
  ) {
    this.#account = account;
    this.#self = self;
    this.#send = send;
  }

  /** Who is muted, by whomever, whispers to nobody either. */
  get muted(): boolean {
    return isMuted(this.#account.audio) || this.#muted;
  }

  /** For an engine that is about to enter a room. */
  command(): Extract<EngineCommand, { type: 'self' }> {
    const { serverMuted = false, serverDeafened = false } = this.#self() ?? {};
    this.#muted = serverMuted;
    this.#deafened = serverDeafened;
    const { audio } = this.#account;
    return { type: 'self', muted: isMuted(audio) || serverMuted, deafened: audio.deafened || serverDeafened };
  }

  /** One has muted or unmuted oneself. */
  tell(): void {
    this.#send(this.command());
  }

  /** What is known of oneself may have changed. */
  follow(): void {
    const { serverMuted = false, serverDeafened = false } = this.#self() ?? {};
    if (serverMuted !== this.#muted || serverDeafened !== this.#deafened) this.tell();
  }
}
