import type { PermissionSet } from '@switchboard/protocol';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Channel } from '../channels/channel.entity.ts';
import { Role } from './role.entity.ts';

/** What a channel, and those below it, allow and deny to a role. */
@Entity()
export class ChannelRule {
  @ForeignKey(() => Channel, { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { length: 36 })
  channelId!: string;

  @ForeignKey(() => Role, { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { length: 36 })
  roleId!: string;

  @Column('integer')
  allow!: PermissionSet;

  @Column('integer')
  deny!: PermissionSet;
}
