import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { millis } from '../database/millis.ts';
import { VirtualServer } from '../servers/virtual-server.entity.ts';

/** A room, in the tree of its virtual server. */
@Entity()
export class Channel {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @ForeignKey(() => VirtualServer, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  serverId!: string;

  @ForeignKey(() => Channel, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36, nullable: true })
  parentId!: string | null;

  @Column('varchar', { length: 64 })
  name!: string;

  @Column('varchar', { length: 256, default: '' })
  topic!: string;

  @Column('integer')
  position!: number;

  @Column('integer', { nullable: true })
  memberLimit!: number | null;

  @Column('integer')
  bitrateBps!: number;

  /** How many speakers are forwarded at a time: null for automatic, 0 for everyone. */
  @Column('integer', { nullable: true })
  forwardLimit!: number | null;

  /** Argon2id; null for none. */
  @Column('varchar', { length: 128, nullable: true })
  passwordHash!: string | null;

  /** Who goes in has this role, or another of its rank or a higher one. Deleting the role takes it away here. */
  @Column('varchar', { length: 36, nullable: true })
  requiredRoleId!: string | null;

  /** Seconds between two messages of one person; 0 for none. */
  @Column('integer', { default: 0 })
  slowModeS!: number;

  /** Goes when the last one leaves it. */
  @Column('boolean', { default: false })
  temporary!: boolean;

  @Column('bigint', { transformer: millis })
  createdAt!: number;
}
