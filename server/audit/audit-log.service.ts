import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { pageOf, type Page } from '../api/page.ts';
import type { Caller } from '../api/caller.ts';
import { AuditEntry } from './audit-entry.entity.ts';
import { AuditViews } from './audit-views.ts';
import type { AuditEntryView, AuditQuery } from './audit.schemas.ts';

/** Reads what has been done; nothing here writes. */
@Injectable()
export class AuditLogService {
  readonly #entries: Repository<AuditEntry>;
  readonly #views: AuditViews;

  constructor(@InjectRepository(AuditEntry) entries: Repository<AuditEntry>, views: AuditViews) {
    this.#entries = entries;
    this.#views = views;
  }

  /** The newest first. */
  async list(query: AuditQuery, reader: Caller): Promise<Page<AuditEntryView>> {
    const { limit } = query;
    const rows = await this.#selected(query)
      .orderBy('entry.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    return pageOf(rows, limit, ({ id }) => [id], this.#views.for(reader));
  }

  #selected({ action, actorId, targetId, from, to, after }: AuditQuery): SelectQueryBuilder<AuditEntry> {
    const query = this.#entries.createQueryBuilder('entry');
    if (after !== undefined) query.andWhere('entry.id < :after', { after: after[0] });
    if (action !== undefined) query.andWhere('entry.action = :action', { action });
    if (actorId !== undefined) query.andWhere('entry.actorId = :actorId', { actorId });
    if (targetId !== undefined) query.andWhere('entry.targetId = :targetId', { targetId });
    if (from !== undefined) query.andWhere('entry.at >= :from', { from });
    if (to !== undefined) query.andWhere('entry.at < :to', { to });
    return query;
  }
}
