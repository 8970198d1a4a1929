import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';
import { User } from '../users/user.entity.ts';

/** One log-in of an account, from one device: the family of refresh tokens that follow each other. */
@Entity()
@Index('log_in_user', ['userId'])
export class LogIn {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  userId!: string;

  /** SHA-256 of the refresh token that is good now, hexadecimal. */
  @Column('varchar', { length: 64 })
  tokenHash!: string;

  /** Of the one before: it is good until the one that is good now was shown. */
  @Column('varchar', { length: 64, nullable: true })
  previousTokenHash!: string | null;

  @Column('bigint', { transformer: millis })
  rotatedAt!: number;

  /** What the browser or program says it is. */
  @Column('varchar', { length: 128 })
  device!: string;

  @Column('varchar', { length: 45 })
  address!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { transformer: millis })
  expiresAt!: number;
}
