import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** Keeps a person, an address, or both out. */
@Entity()
@Index('ban_user', ['userId'])
@Index('ban_address', ['address'])
export class Ban {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** An account, or a guest who keeps a key; it may be gone by now. */
  @Column('varchar', { length: 36, nullable: true })
  userId!: string | null;

  /** As the person was called. */
  @Column('varchar', { length: 32 })
  nickname!: string;

  /** As `remoteNetwork` counts it: an IPv4 address, or the /64 of an IPv6 one. */
  @Column('varchar', { length: 64, nullable: true })
  address!: string | null;

  @Column('varchar', { length: 256, default: '' })
  reason!: string;

  @Column('varchar', { length: 36 })
  createdBy!: string;

  @Column('varchar', { length: 32 })
  createdByName!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  /** Null for ever. */
  @Column('bigint', { nullable: true, transformer: millis })
  until!: number | null;
}
