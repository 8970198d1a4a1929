import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { pageOf, type Page } from '../api/page.ts';
import { AuditEntry } from './audit-entry.entity.ts';
import type { AuditEntryView, AuditQuery } from './audit.schemas.ts';

/** Reads what has been done; nothing here writes. */
@Injectable()
export class AuditLogService {
  readonly #entries: Repository<AuditEntry>;

  constructor(@InjectRepository(AuditEntry) entries: Repository<AuditEntry>) {
    this.#entries = entries;
  }

  /** The newest first. */
  async list({ action, actorId, targetId, from, to, limit, after }: AuditQuery): Promise<Page<AuditEntryView>> {
    const query = this.#entries.createQueryBuilder('entry');
    if (after !== undefined) query.andWhere('entry.id < :after', { after: after[0] });
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
    if (targetId !== undefined) query.andWhere('entry.targetId = :targetId', { targetId });
    if (from !== undefined) query.andWhere('entry.at >= :from', { from });
    if (to !== undefined) query.andWhere('entry.at < :to', { to });
    const rows = await query
      .orderBy('entry.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    return pageOf(rows, limit, ({ id }) => [id], viewOf);
  }
}

function viewOf({ id, at, actorId, actorName, action, targetId, targetName, detail }: AuditEntry): AuditEntryView {
  return { id, at, actorId, actorName, action, targetId, targetName, detail };
}
