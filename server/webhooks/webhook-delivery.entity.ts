import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';
import { Webhook } from './webhook.entity.ts';

/** One event for one address, until it is delivered or given up, and then for people to see. */
@Entity()
@Index('webhook_delivery_due', ['status', 'nextAttemptAt'])
@Index('webhook_delivery_of', ['webhookId', 'id'])
export class WebhookDelivery {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @ForeignKey(() => Webhook, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  webhookId!: string;

  @Column('varchar', { length: 32 })
  event!: string;

  /** The JSON that is sent, to the byte. */
  @Column('text')
  body!: string;

  @Column('varchar', { length: 16 })
  status!: 'waiting' | 'delivered' | 'failed';

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  nextAttemptAt!: number | null;

  /** The HTTP status of the last answer; null where there was none. */
  @Column('integer', { nullable: true })
  responseStatus!: number | null;

  /** Why the last attempt failed, in a sentence. */
  @Column('varchar', { length: 256, nullable: true })
  failure!: string | null;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  deliveredAt!: number | null;
}
