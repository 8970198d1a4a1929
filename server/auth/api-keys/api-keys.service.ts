import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { namesOf, setOf, SwitchboardError, type Permission } from '@switchboard/protocol';
import { LessThan, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AccessService } from '../../access/access.service.ts';
import type { Actor } from '../../access/actor.ts';
import { AuditService } from '../../audit/audit.service.ts';
import { Clock } from '../../common/clock.ts';
import { Randomness } from '../../common/randomness.ts';
import { UsersService, type Account } from '../../users/users.service.ts';
import { ApiKey } from '../api-key.entity.ts';

const PREFIX = 'sbk_';
const KEY_BYTES = 32;
/** When it was last used is written down this often at most. */
const LAST_USED_STEP_MS = 60_000;

export interface NewApiKey {
  readonly name: string;
  readonly permissions: readonly Permission[];
  readonly expiresAt: number | null;
}

export function isApiKey(bearer: string): boolean {
  return bearer.startsWith(PREFIX);
}

/** The keys of scripts and of sites' back ends. A key is told once; its hash is what is stored. */
@Injectable()
export class ApiKeysService {
  readonly #keys: Repository<ApiKey>;
  readonly #users: UsersService;
  readonly #access: AccessService;
  readonly #audit: AuditService;
  readonly #clock: Clock;
  readonly #random: Randomness;

  constructor(
    @InjectRepository(ApiKey) keys: Repository<ApiKey>,
    users: UsersService,
    access: AccessService,
    audit: AuditService,
    clock: Clock,
    random: Randomness,
  ) {
    this.#keys = keys;
    this.#users = users;
    this.#access = access;
    this.#audit = audit;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * The key is told once. A key makes none: what it made would outlive it.
   * @throws SwitchboardError `access.denied`, `access.not_yours_to_give`
   */
  async create(actor: Actor, { name, permissions, expiresAt }: NewApiKey): Promise<{ key: ApiKey; secret: string }> {
    if (actor.limit !== undefined) {
      throw new SwitchboardError('access.denied', 'An API key makes no API keys: log in with an account.');
    }
    const set = setOf(permissions);
    if ((set & ~this.#access.permissionsOf(actor)) !== 0) {
      throw new SwitchboardError('access.not_yours_to_give', undefined, { field: 'permissions' });
    }
    const secret = `${PREFIX}${Buffer.from(this.#random.bytes(KEY_BYTES)).toString('base64url')}`;
    const key: ApiKey = {
      id: uuidv7(),
      name,
      keyHash: hashOf(secret),
      permissions: set,
      createdBy: actor.userId,
      createdAt: this.#clock.epochMs(),
      expiresAt,
      lastUsedAt: null,
    };
    await this.#keys.manager.transaction(async (manager) => {
      await manager.insert(ApiKey, key);
      const detail = { permissions: namesOf(set), expiresAt };
      await this.#audit.record({ actor, action: 'api_key.create', target: { id: key.id, name }, detail }, manager);
    });
    return { key, secret };
  }

  /** The newest first: up to `limit` of those before the one with this id. */
  list(limit: number, beforeId?: string): Promise<ApiKey[]> {
    return this.#keys.find({
      where: beforeId === undefined ? {} : { id: LessThan(beforeId) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** @throws SwitchboardError `api_key.not_found` */
  async revoke(actor: Actor, id: string): Promise<void> {
    await this.#keys.manager.transaction(async (manager) => {
      const key = await manager.findOneBy(ApiKey, { id });
      if (key === null) throw new SwitchboardError('api_key.not_found');
      await manager.delete(ApiKey, { id });
      await this.#audit.record({ actor, action: 'api_key.revoke', target: { id, name: key.name } }, manager);
    });
  }

  /**
   * The key, and the account that made it.
   * @throws SwitchboardError `auth.token_invalid`, `auth.token_expired`
   */
  async use(secret: string): Promise<{ key: ApiKey; maker: Account }> {
    const key = await this.#keys.findOneBy({ keyHash: hashOf(secret) });
    if (key === null) throw new SwitchboardError('auth.token_invalid');
    const nowMs = this.#clock.epochMs();
    if (key.expiresAt !== null && key.expiresAt <= nowMs) {
      throw new SwitchboardError('auth.token_expired', 'The API key has expired.');
    }
    const maker = await this.#users.account(key.createdBy);
    if (maker === undefined) throw new SwitchboardError('auth.token_invalid');
    if (nowMs - (key.lastUsedAt ?? 0) >= LAST_USED_STEP_MS)
      await this.#keys.update({ id: key.id }, { lastUsedAt: nowMs });
    return { key, maker };
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
