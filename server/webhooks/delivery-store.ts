import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, LessThanOrEqual, Not, Repository } from 'typeorm';
import { WebhookDelivery } from './webhook-delivery.entity.ts';

/** So many finished ones of each webhook are kept for people to see. */
export const KEPT_DELIVERIES = 200;

/** What a query leaves out: what is on its way already, and webhooks that have enough on their way. */
export interface Except {
  readonly ids: readonly string[];
  readonly webhookIds: readonly string[];
}

/** Deliveries as they are stored. Each method is one statement (ADR 008). */
@Injectable()
export class DeliveryStore {
  readonly #rows: Repository<WebhookDelivery>;

  constructor(@InjectRepository(WebhookDelivery) rows: Repository<WebhookDelivery>) {
    this.#rows = rows;
  }

  async add(deliveries: readonly WebhookDelivery[]): Promise<void> {
    await this.#rows.insert([...deliveries]);
  }

  /** Those whose time has come, the one that waits longest first. */
  due(epochMs: number, except: Except, limit: number): Promise<WebhookDelivery[]> {
    return this.#rows.find({
      where: { ...waiting(except), nextAttemptAt: LessThanOrEqual(epochMs) },
      order: { nextAttemptAt: 'ASC', id: 'ASC' },
      take: limit,
    });
  }

  /** When the next one's time comes; undefined where none waits. */
  async nextAttemptAt(except: Except): Promise<number | undefined> {
    const [next] = await this.#rows.find({
      where: waiting(except),
      order: { nextAttemptAt: 'ASC' },
      take: 1,
    });
    return next?.nextAttemptAt ?? undefined;
  }

  /** Of those that wait: what was given up or deleted meanwhile stays so. */
  async change(id: string, changes: Partial<Omit<WebhookDelivery, 'id'>>): Promise<void> {
    await this.#rows.update({ id, status: 'waiting' }, changes);
  }

  async countWaiting(): Promise<Map<string, number>> {
    const rows = await this.#rows
      .createQueryBuilder('delivery')
      .select('delivery.webhookId', 'webhookId')
      .addSelect('COUNT(*)', 'count')
      .where({ status: 'waiting' })
      .groupBy('delivery.webhookId')
      .getRawMany<{ webhookId: string; count: number | string }>();
    return new Map(rows.map(({ webhookId, count }) => [webhookId, Number(count)]));
  }

  /** The newest first; `before` is the id of the last of the page before. */
  list(webhookId: string, limit: number, before: string | undefined): Promise<WebhookDelivery[]> {
    return this.#rows.find({
      where: { webhookId, ...(before === undefined ? {} : { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Forgets the finished ones of a webhook but for the last. */
  async prune(webhookId: string): Promise<void> {
    const [last] = await this.#rows.find({
      where: { webhookId, status: Not('waiting') },
      order: { id: 'DESC' },
      skip: KEPT_DELIVERIES - 1,
      take: 1,
    });
    if (last !== undefined) await this.#rows.delete({ webhookId, status: Not('waiting'), id: LessThan(last.id) });
  }
}

function waiting({ ids, webhookIds }: Except) {
  return { status: 'waiting' as const, id: Not(In(ids)), webhookId: Not(In(webhookIds)) };
}
