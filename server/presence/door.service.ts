import { Injectable } from '@nestjs/common';
import { SwitchboardError, type VoiceGrant } from '@switchboard/protocol';
import { AccessService } from '../access/access.service.ts';
import { Passwords } from '../auth/passwords/passwords.ts';
import type { Channel } from '../channels/channel.entity.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { Clock } from '../common/clock.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import { PlacingService } from './placing.service.ts';
import { RoomsService } from './rooms.service.ts';
import type { Session } from './session.ts';

/** From one network, or by one person: each costs 0.1 s of a core, and guessing is to be hopeless. */
const PASSWORDS_PER_MINUTE = 10;

/** Has a say in who comes in, after everything else has let them. */
export interface Doorkeeper {
  /** Whether anybody is to be asked just now. */
  readonly isNeeded: boolean;
  /** @throws SwitchboardError `channel.refused` */
  admit(session: Session, channelId: string): Promise<Admission>;
}

/** Somebody was admitted; one of the two follows. */
export interface Admission {
  /** Puts them in. */
  letIn<T>(enter: () => T): T;
  /** They do not come in after all: what else they need, they have no longer. */
  turnAway(): void;
}

/**
 * Lets people into rooms by their own request: who may see and join, has the role that is required, knows the password, finds room. Comparing a
 * password takes time, and so does asking a doorkeeper, in which anything may change: what was asked before is asked again after it.
 */
@Injectable()
export class DoorService {
  readonly #access: AccessService;
  readonly #channels: ChannelsService;
  readonly #rooms: RoomsService;
  readonly #placing: PlacingService;
  readonly #passwords: Passwords;
  readonly #clock: Clock;
  readonly #guesses = new NetworkLimits(PASSWORDS_PER_MINUTE);
  #keeper: Doorkeeper | undefined;

  constructor(
    access: AccessService,
    channels: ChannelsService,
    rooms: RoomsService,
    placing: PlacingService,
    passwords: Passwords,
    clock: Clock,
  ) {
    this.#access = access;
    this.#channels = channels;
    this.#rooms = rooms;
    this.#placing = placing;
    this.#passwords = passwords;
    this.#clock = clock;
  }

  /** There is a doorkeeper. */
  keptBy(keeper: Doorkeeper): void {
    this.#keeper = keeper;
  }

  /**
   * @throws SwitchboardError `channel.not_found`, `access.denied`, `channel.role_required`, `channel.full`, `channel.password_required`,
   * `channel.password_wrong`, `channel.refused`, `server.rate_limited`, `session.expired` if it ended meanwhile, or lives on another socket
   */
  async join(session: Session, channelId: string, password: string | undefined): Promise<VoiceGrant> {
    const admitted: Admission[] = [];
    try {
      return await this.#join(session, channelId, password, admitted);
    } catch (error) {
      for (const admission of admitted) admission.turnAway();
      throw error;
    }
  }

  /** @param admitted takes what was admitted */
  async #join(
    session: Session,
    channelId: string,
    password: string | undefined,
    admitted: Admission[],
  ): Promise<VoiceGrant> {
    const { attachment } = session;
    let opened: string | null = null;
    for (;;) {
      if (session.attachment !== attachment) throw new SwitchboardError('session.expired');
      const hash = this.#passwordAt(session, channelId);
      if (hash !== null && hash !== opened) {
        await this.#demandPassword(session, password, hash);
        opened = hash;
        continue;
      }
      const [admission] = admitted;
      const keeper = admission === undefined ? this.#keeperAt(session, channelId) : undefined;
      if (keeper === undefined) {
        // Nothing else happens between these checks and the join.
        const enter = (): VoiceGrant => this.#placing.join(session, channelId);
        return admission === undefined ? enter() : admission.letIn(enter);
      }
      admitted.push(await keeper.admit(session, channelId));
    }
  }

  /** Who is to be asked. A room that somebody makes for themself is theirs; who is in may have a fresh voice session there. */
  #keeperAt(session: Session, channelId: string): Doorkeeper | undefined {
    if (this.#keeper?.isNeeded !== true || session.member.channelId === channelId) return undefined;
    return this.#channels.stored(channelId)?.temporary === true ? undefined : this.#keeper;
  }

  /** The hash of the password that is asked for, if one is; refuses whom no password helps. */
  #passwordAt(session: Session, channelId: string): string | null {
    const channel = this.#channels.stored(channelId);
    if (channel === undefined) throw new SwitchboardError('channel.not_found');
    // Who is in may have a fresh voice session there.
    if (session.member.channelId === channelId) return null;
    const refusal = this.#access.refusalAt(session.identity, channelId);
    if (refusal !== undefined) throw new SwitchboardError(refusal);
    if (this.#access.may(session.identity, 'channel.manage', channelId)) return null;
    if (this.#isFull(channel)) throw new SwitchboardError('channel.full');
    return channel.passwordHash;
  }

  #isFull({ id, memberLimit }: Readonly<Channel>): boolean {
    return memberLimit !== null && [...this.#rooms.members(id)].length >= memberLimit;
  }

  async #demandPassword({ network, identity }: Session, password: string | undefined, hash: string): Promise<void> {
    if (password === undefined)
      throw new SwitchboardError('channel.password_required', undefined, { field: 'password' });
    if (!this.#guesses.take(network ?? identity.userId, this.#clock.nowMs())) {
      throw new SwitchboardError('server.rate_limited');
    }
    if (await this.#passwords.verify(password, hash)) return;
    throw new SwitchboardError('channel.password_wrong', undefined, { field: 'password' });
  }
}
