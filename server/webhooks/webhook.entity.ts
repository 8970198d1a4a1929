import { Column, Entity, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** An address that is told of events. */
@Entity()
export class Webhook {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('varchar', { length: 2048 })
  url!: string;

  /** The key of the signature: shown once, and kept as it is, for every delivery is signed with it. */
  @Column('varchar', { length: 64 })
  secret!: string;

  @Column('simple-json')
  events!: string[];

  @Column('boolean', { default: true })
  enabled!: boolean;

  @Column('bigint', { transformer: millis })
  createdAt!: number;
}
