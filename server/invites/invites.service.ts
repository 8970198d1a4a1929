import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { LessThan, Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../access/access.service.ts';
import { accountActor, type Actor } from '../access/actor.ts';
import { RolesService } from '../access/roles.service.ts';
import { AuditService } from '../audit/audit.service.ts';
import { Clock } from '../common/clock.ts';
import { Randomness } from '../common/randomness.ts';
import { BansService } from '../moderation/bans.service.ts';
import { Invite } from './invite.entity.ts';

const CODE_BYTES = 24;

export interface NewInvite {
  readonly note: string;
  readonly roleIds: readonly string[];
  readonly maxUses: number | null;
  readonly expiresAt: number | null;
}

/** Invitations: codes in links, which let people register. A code is a secret; its hash is what is stored. */
@Injectable()
export class InvitesService {
  readonly #invites: Repository<Invite>;
  readonly #roles: RolesService;
  readonly #access: AccessService;
  readonly #bans: BansService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #random: Randomness;

  constructor(
    @InjectRepository(Invite) invites: Repository<Invite>,
    roles: RolesService,
    access: AccessService,
    bans: BansService,
    audit: AuditService,
    clock: Clock,
    random: Randomness,
  ) {
    this.#invites = invites;
    this.#roles = roles;
    this.#access = access;
    this.#bans = bans;
    this.#audit = audit;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * The code is told once.
   * @throws SwitchboardError `role.not_found`, `access.rank`, `access.not_yours_to_give`
   */
  async create(actor: Actor, wanted: NewInvite): Promise<{ invite: Invite; code: string }> {
    // It gives away what its maker could give in person, and nothing else.
    this.#roles.refuseUngivable(actor, wanted.roleIds);
    const code = Buffer.from(this.#random.bytes(CODE_BYTES)).toString('base64url');
    const invite: Invite = {
      ...wanted,
      id: uuidv7(),
      codeHash: hashOf(code),
      roleIds: [...new Set(wanted.roleIds)],
      uses: 0,
      createdBy: actor.userId,
      createdAt: this.#clock.epochMs(),
    };
    const { id, note, roleIds, maxUses, expiresAt } = invite;
    await this.#invites.manager.transaction(async (manager) => {
      await manager.insert(Invite, invite);
      const detail = { roleIds, maxUses, expiresAt };
      await this.#audit.record({ actor, action: 'invite.create', target: { id, name: note }, detail }, manager);
    });
    return { invite, code };
  }

  /** The newest first: up to `limit` of those before the one with this id. */
  list(limit: number, beforeId?: string): Promise<Invite[]> {
    return this.#invites.find({
      where: beforeId === undefined ? {} : { id: LessThan(beforeId) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** @throws SwitchboardError `invite.not_found` */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.#invites.manager.transaction(async (manager) => {
      const invite = await manager.findOneBy(Invite, { id });
      if (invite === null) throw new SwitchboardError('invite.not_found');
      await manager.delete(Invite, { id });
      await this.#audit.record({ actor, action: 'invite.revoke', target: { id, name: invite.note } }, manager);
    });
  }

  /**
   * The invitation with this code, if it is good.
   * @throws SwitchboardError `auth.invite_invalid`, whatever the reason: a stranger learns nothing.
   */
  async preview(code: string): Promise<Invite> {
    const invite = await this.#invites.findOneBy({ codeHash: hashOf(code) });
    const isGood =
      invite !== null &&
      (invite.expiresAt === null || invite.expiresAt > this.#clock.epochMs()) &&
      (invite.maxUses === null || invite.uses < invite.maxUses);
    if (!isGood || !this.#isMeant(invite)) throw invalid();
    return invite;
  }

  /** What it brings besides Member: what its maker could give in person now. */
  rolesOf({ createdBy, roleIds }: Invite): string[] {
    return this.#roles.givable(accountActor(createdBy, ''), roleIds);
  }

  /**
   * Takes one use, in the transaction that makes the account, which is undone where this throws. One statement counts and checks: however many come at once, no more get in
   * than it is for.
   * @throws SwitchboardError `auth.invite_invalid`
   */
  async redeem(code: string, manager: EntityManager): Promise<Invite> {
    const codeHash = hashOf(code);
    const { affected } = await manager
      .createQueryBuilder()
      .update(Invite)
      .set({ uses: () => 'uses + 1' })
      .where({ codeHash })
      .andWhere('("maxUses" IS NULL OR "uses" < "maxUses")')
      .andWhere('("expiresAt" IS NULL OR "expiresAt" > :nowMs)', { nowMs: this.#clock.epochMs() })
      .execute();
    if (affected !== 1) throw invalid();
    const invite = await manager.findOneByOrFail(Invite, { codeHash });
    if (!this.#isMeant(invite)) throw invalid();
    return invite;
  }

  /** An invitation is its maker's word, and as good as that is now. It is gone with their account. */
  #isMeant({ createdBy }: Invite): boolean {
    const maker = accountActor(createdBy, '');
    return this.#access.may(maker, 'invite.create') && this.#bans.find(maker, undefined) === undefined;
  }
}

function invalid(): SwitchboardError {
  return new SwitchboardError('auth.invite_invalid', undefined, { field: 'invite' });
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
