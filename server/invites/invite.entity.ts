import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';
import { User } from '../users/user.entity.ts';

/** A link that lets people register. */
@Entity()
export class Invite {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  /** SHA-256 of the code in the link, hexadecimal. */
  @Column('varchar', { length: 64, unique: true })
  codeHash!: string;

  /** For whoever made it to know it again. */
  @Column('varchar', { length: 64, default: '' })
  note!: string;

  /** What who comes by it gets besides Member. */
  @Column('simple-json')
  roleIds!: string[];

  @Column('integer', { nullable: true })
  maxUses!: number | null;

  @Column('integer', { default: 0 })
  uses!: number;

  @ForeignKey(() => User, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  createdBy!: string;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  expiresAt!: number | null;
}
