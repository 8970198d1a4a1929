import { Column, Entity, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** Someone who can be told from others over time. Today: a guest who keeps a key. */
@Entity()
export class User {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** SHA-256 of the guest's key, hexadecimal. */
  @Column('varchar', { length: 64, nullable: true, unique: true })
  guestKeyHash!: string | null;

  /** As it was at the first visit. */
  @Column('varchar', { length: 32 })
  nickname!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;
}
