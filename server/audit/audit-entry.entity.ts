import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** One act of moderation or administration. Rows are added, never changed. The id is a UUID of version 7, so it sorts by time. */
@Entity()
@Index('audit_entry_action', ['action', 'id'])
export class AuditEntry {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('bigint', { transformer: millis })
  at!: number;

  /** Null: the server itself. */
  @Column('varchar', { length: 36, nullable: true })
  actorId!: string | null;

  @Column('varchar', { length: 64 })
  actorName!: string;

  /** Such as `member.kick`. */
  @Column('varchar', { length: 64 })
  action!: string;

  /** What it was done to: a user's, channel's, role's … id. */
  @Column('varchar', { length: 64, nullable: true })
  targetId!: string | null;

  @Column('varchar', { length: 128, default: '' })
  targetName!: string;

  /** What else there is to know; no secrets. */
  @Column('simple-json')
  detail!: Record<string, unknown>;
}
