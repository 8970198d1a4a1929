import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Brackets, Repository } from 'typeorm';
import { pageOf, type Page } from '../api/page.ts';
import { Clock } from '../common/clock.ts';
import { containing } from '../common/search-text.ts';
import { Ban } from './ban.entity.ts';
import type { BanQuery, BanView } from './moderation.schemas.ts';

/** Reads the bans that are in force. */
@Injectable()
export class BanListService {
  readonly #bans: Repository<Ban>;
  readonly #clock: Clock;

  constructor(@InjectRepository(Ban) bans: Repository<Ban>, clock: Clock) {
    this.#bans = bans;
    this.#clock = clock;
  }

  /** The newest first. */
  async list({ search, limit, after }: BanQuery): Promise<Page<BanView>> {
    const query = this.#bans
      .createQueryBuilder('ban')
      .where('(ban.until IS NULL OR ban.until > :now)', { now: this.#clock.epochMs() });
    if (after !== undefined) query.andWhere('ban.id < :after', { after: after[0] });
    if (search !== undefined && search !== '') {
      const pattern = { pattern: containing(search) };
      const matches = new Brackets((where) => {
        for (const column of ['nickname', 'address', 'reason']) {
          where.orWhere(String.raw`ban.${column} LIKE :pattern ESCAPE '\'`, pattern);
        }
      });
      query.andWhere(matches);
    }
    const rows = await query
      .orderBy('ban.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    return pageOf(rows, limit, ({ id }) => [id], banView);
  }
}

function banView(ban: Ban): BanView {
  const { id, userId, nickname, address, reason, createdBy, createdByName, createdAt, until } = ban;
  return { id, userId, nickname, address, reason, createdBy, createdByName, createdAt, until };
}
