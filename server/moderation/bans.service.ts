import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MAX_ROLE_RANK, SwitchboardError } from '@switchboard/protocol';
import { Repository, type EntityManager } from 'typeorm';
import { AccessService } from '../access/access.service.ts';
import { accountActor, type Person } from '../access/actor.ts';
import { RoleDirectory } from '../access/role-directory.ts';
import { Clock } from '../common/clock.ts';
import { AccountNames } from '../users/account-names.ts';
import { Ban } from './ban.entity.ts';

/**
 * Who is kept out: asked at each hello, resume and log-in. All bans in force are in memory, so that the answer is the one of that
 * moment; one that is over is let go when somebody it named comes.
 */
@Injectable()
export class BansService implements OnModuleInit {
  readonly #stored: Repository<Ban>;
  readonly #access: AccessService;
  readonly #names: AccountNames;
  readonly #clock: Clock;
  readonly #bans = new Map<string, Readonly<Ban>>();
  readonly #byUser = new Map<string, Set<Readonly<Ban>>>();
  readonly #byAddress = new Map<string, Set<Readonly<Ban>>>();

  constructor(
    @InjectRepository(Ban) stored: Repository<Ban>,
    access: AccessService,
    directory: RoleDirectory,
    names: AccountNames,
    clock: Clock,
  ) {
    this.#stored = stored;
    this.#access = access;
    this.#names = names;
    this.#clock = clock;
    directory.askWhoIsKeptOut((userId) => this.find(accountActor(userId, ''), undefined) !== undefined);
  }

  async onModuleInit(): Promise<void> {
    for (const ban of await this.#stored.find()) if (this.#isInForce(ban)) this.keep(ban);
  }

  /**
   * Refuses who is banned, by who they are or where they come from, and whom somebody sends who is banned.
   * @param network as `remoteNetwork` has it.
   * @throws SwitchboardError `access.banned`, with the reason and the end in its sentence; `auth.token_invalid` where it is the minter of a
   * join token who is banned: that is nothing to tell its bearer.
   */
  check(person: Person | undefined, network: string | undefined): void {
    const ban = this.find(person, network);
    if (ban !== undefined) throw new SwitchboardError('access.banned', sentenceOf(ban));
    if (person?.access.type !== 'token') return;
    const minter = accountActor(person.access.mintedBy, '');
    if (this.find(minter, undefined) !== undefined) throw new SwitchboardError('auth.token_invalid');
  }

  /** The ban that keeps them out longest. */
  find(person: Person | undefined, network: string | undefined): Readonly<Ban> | undefined {
    const named = person === undefined ? [] : this.#inForce(this.#byUser, person.userId);
    const fromThere = network === undefined ? [] : this.#inForce(this.#byAddress, network);
    const there = fromThere.filter((ban) => person === undefined || !this.#spares(ban, person));
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

  /**
   * The ban of an address leaves those alone who may ban, as they would lock themselves out, and whom its maker could not ban in person. One
   * whose maker is gone stands as an Admin's.
   */
  #spares({ createdBy }: Readonly<Ban>, person: Person): boolean {
    if (this.#access.may(person, 'member.ban')) return true;
    const rank = this.#names.has(createdBy) ? this.#access.rankOf(accountActor(createdBy, '')) : MAX_ROLE_RANK;
    return person.access.type === 'account' && this.#access.rankOf(person) >= rank;
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

/** The end in UTC: the server does not know where its people are. One that is no date is as good as none. */
function sentenceOf({ reason, until }: Readonly<Ban>): string {
  const date = new Date(until ?? NaN);
  const hasEnd = !Number.isNaN(date.getTime());
  const end = hasEnd ? ` until ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
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
