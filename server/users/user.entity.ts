import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** Someone who can be told from others over time: an account, which has a user name, or a guest who keeps a key. */
@Entity()
@Index('user_username', ['usernameKey'], { unique: true })
export class User {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** SHA-256 of the guest's key, hexadecimal. */
  @Column('varchar', { length: 64, nullable: true, unique: true })
  guestKeyHash!: string | null;

  /** An account logs in by it; null for a guest. */
  @Column('varchar', { length: 32, nullable: true })
  username!: string | null;

  /** The user name as it is compared: two that look alike have one key. */
  @Column('varchar', { length: 64, nullable: true })
  usernameKey!: string | null;

  /** Argon2id, with its parameters; null for a guest. */
  @Column('varchar', { length: 128, nullable: true })
  passwordHash!: string | null;

  /** What others call this person: an account's own choice, a guest's as it was at the first visit. */
  @Column('varchar', { length: 32 })
  nickname!: string;

  /** By a moderator, until one takes it back. */
  @Column('boolean', { default: false })
  serverMuted!: boolean;

  @Column('boolean', { default: false })
  serverDeafened!: boolean;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  lastSeenAt!: number | null;
}
