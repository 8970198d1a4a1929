import type { PermissionSet } from '@switchboard/protocol';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';

/** The roles that every server has; they cannot be deleted. */
export type BuiltInRole = 'guest' | 'member' | 'moderator' | 'admin';

@Entity()
export class Role {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 16, nullable: true, unique: true })
  builtIn!: BuiltInRole | null;

  @Column('varchar', { length: 64 })
  name!: string;

  /** 0 to 1,000; nobody acts on who has as much. */
  @Column('integer')
  rank!: number;

  /** `#rrggbb`, or null. */
  @Column('varchar', { length: 7, nullable: true })
  colour!: string | null;

  @Column('integer')
  permissions!: PermissionSet;

  @Column('bigint', { transformer: millis })
  createdAt!: number;
}
