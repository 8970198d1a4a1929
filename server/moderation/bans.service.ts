import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { Repository, type EntityManager } from 'typeorm';
import { AccessService } from '../access/access.service.ts';
import type { Person } from '../access/actor.ts';
import { Clock } from '../common/clock.ts';
import { Ban } from './ban.entity.ts';

/**
 * Who is kept out: asked at each hello, resume and log-in. All bans in force are in memory, so that the answer is the one of that
 * moment; one that is over is let go when somebody it named comes.
 */
@Injectable()
export class BansService implements OnModuleInit {
  readonly #stored: Repository<Ban>;
  readonly #access: AccessService;
  readonly #clock: Clock;
  readonly #bans = new Map<string, Readonly<Ban>>();
  readonly #byUser = new Map<string, Set<Readonly<Ban>>>();
  readonly #byAddress = new Map<string, Set<Readonly<Ban>>>();

  constructor(@InjectRepository(Ban) stored: Repository<Ban>, access: AccessService, clock: Clock) {
    this.#stored = stored;
    this.#access = access;
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    for (const ban of await this.#stored.find()) if (this.#isInForce(ban)) this.keep(ban);
  }

  /**
   * Refuses who is banned, by who they are or where they come from. The ban of an address leaves those alone who may ban: they
   * would lock themselves out.
   * @param network as `remoteNetwork` has it.
   * @throws SwitchboardError `access.banned`, with the reason and the end in its sentence
   */
  check(person: Person | undefined, network: string | undefined): void {
    const ban = this.find(person, network);
    if (ban !== undefined) throw new SwitchboardError('access.banned', sentenceOf(ban));
  }

  /** The ban that keeps them out longest. */
  find(person: Person | undefined, network: string | undefined): Readonly<Ban> | undefined {
    const named = person === undefined ? [] : this.#inForce(this.#byUser, person.userId);
    const isExempt = person !== undefined && this.#access.may(person, 'member.ban');
    const there = network === undefined || isExempt ? [] : this.#inForce(this.#byAddress, network);
    const [longest] = [...named, ...there].sort((a, b) => endOf(b) - endOf(a));
    return longest;
  }

  get(banId: string): Readonly<Ban> {
    const ban = this.#bans.get(banId);
    if (ban === undefined || !this.#isInForce(ban)) throw new SwitchboardError('ban.not_found');
    return ban;
  }

  /** Within a transaction; `keep` follows when it is over. */
  async store(ban: Ban, manager: EntityManager): Promise<void> {
    await manager.insert(Ban, ban);
  }

  keep(ban: Readonly<Ban>): void {
    this.#bans.set(ban.id, ban);
    if (ban.userId !== null) addTo(this.#byUser, ban.userId, ban);
    if (ban.address !== null) addTo(this.#byAddress, ban.address, ban);
  }

  /** As `store`; `forget` follows. */
  async unstore({ id }: Readonly<Ban>, manager: EntityManager): Promise<void> {
    await manager.delete(Ban, { id });
  }

  forget(ban: Readonly<Ban>): void {
    this.#bans.delete(ban.id);
    if (ban.userId !== null) removeFrom(this.#byUser, ban.userId, ban);
    if (ban.address !== null) removeFrom(this.#byAddress, ban.address, ban);
  }

  #inForce(index: Map<string, Set<Readonly<Ban>>>, key: string): Readonly<Ban>[] {
    const bans = [...(index.get(key) ?? [])];
    for (const ban of bans) if (!this.#isInForce(ban)) this.forget(ban);
    return bans.filter((ban) => this.#isInForce(ban));
  }

  #isInForce({ until }: Readonly<Ban>): boolean {
    return until === null || until > this.#clock.epochMs();
  }
}

function endOf({ until }: Readonly<Ban>): number {
  return until ?? Infinity;
}

/** The end in UTC: the server does not know where its people are. */
function sentenceOf({ reason, until }: Readonly<Ban>): string {
  const end = until === null ? '' : ` until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `You are banned from this server${end}${reason === '' ? '' : `: ${reason}`}${/[.!?]$/.test(reason) ? '' : '.'}`;
}

function addTo(index: Map<string, Set<Readonly<Ban>>>, key: string, ban: Readonly<Ban>): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, new Set([ban]));
  else known.add(ban);
}

function removeFrom(index: Map<string, Set<Readonly<Ban>>>, key: string, ban: Readonly<Ban>): void {
  const known = index.get(key);
  if (known?.delete(ban) === true && known.size === 0) index.delete(key);
}
