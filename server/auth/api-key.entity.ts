import type { PermissionSet } from '@switchboard/protocol';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';
import { User } from '../users/user.entity.ts';

/** A key of a script or a site's back end. It may never do more than who made it may do now. */
@Entity()
export class ApiKey {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 64 })
  name!: string;

  /** SHA-256 of the key, hexadecimal. */
  @Column('varchar', { length: 64, unique: true })
  keyHash!: string;

  @Column('integer')
  permissions!: PermissionSet;

  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  createdBy!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  expiresAt!: number | null;

  @Column('bigint', { nullable: true, transformer: millis })
  lastUsedAt!: number | null;
}
