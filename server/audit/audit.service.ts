import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../common/clock.ts';
import type { AuditAction } from './audit-actions.ts';
import { AuditEntry } from './audit-entry.entity.ts';

/** An act, as whoever does it describes it. */
export interface AuditedAct {
  /** Null: the server itself. */
  readonly actor: { readonly userId: string; readonly nickname: string } | null;
  readonly action: AuditAction;
  /** What it was done to. */
  readonly target?: { readonly id: string; readonly name?: string };
  /** What else there is to know; no secrets. */
  readonly detail?: Record<string, unknown>;
}

const SERVER_NAME = 'Server';

/** The log of moderation and administration: rows are added, never changed. */
@Injectable()
export class AuditService {
  readonly #entries: Repository<AuditEntry>;
  readonly #clock: Clock;

  constructor(@InjectRepository(AuditEntry) entries: Repository<AuditEntry>, clock: Clock) {
    this.#entries = entries;
    this.#clock = clock;
  }

  /** @param manager of the transaction that the act is stored in. */
  async record({ actor, action, target, detail = {} }: AuditedAct, manager?: EntityManager): Promise<void> {
    await (manager ?? this.#entries.manager).insert(AuditEntry, {
      id: uuidv7(),
      at: this.#clock.epochMs(),
      actorId: actor?.userId ?? null,
      actorName: actor?.nickname ?? SERVER_NAME,
      action,
      targetId: target?.id ?? null,
      targetName: target?.name ?? '',
      // TypeORM's type of what goes into a column takes no unknown.
      detail: detail as Record<string, never>,
    });
  }
}
