import type { MessageCode } from '@switchboard/protocol';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Channel } from '../channels/channel.entity.ts';
import { millis } from '../database/millis.ts';

/** A chat message as stored. The id is a UUID of version 7, so it sorts by time. */
@Entity('message')
@Index('message_nonce', ['authorId', 'nonce'], { unique: true })
@Index('message_history', ['channelId', 'id'])
export class StoredMessage {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @ForeignKey(() => Channel, { onDelete: 'CASCADE' })
  @Column('varchar', { length: 36 })
  channelId!: string;

  @Column('varchar', { length: 36 })
  authorId!: string;

  /** As it was when the message was sent. */
  @Column('varchar', { length: 32 })
  authorNickname!: string;

  /** The author's own: sent again, it names this message. */
  @Column('varchar', { length: 64 })
  nonce!: string;

  @Column('text')
  text!: string;

  /** The text is code, and from here. */
  @Column('simple-json', { nullable: true })
  code!: MessageCode | null;

  /** Written by a plugin: its id, whether it is still here or not. */
  @Column('varchar', { length: 64, nullable: true })
  plugin!: string | null;

  /** SHA-256 of the text as it was sent, where a plugin has changed it: sent again, it names this message. */
  @Column('varchar', { length: 64, nullable: true })
  sentHash!: string | null;

  @Column('bigint', { transformer: millis })
  createdAt!: number;

  @Column('bigint', { nullable: true, transformer: millis })
  editedAt!: number | null;

  @Column('bigint', { nullable: true, transformer: millis })
  deletedAt!: number | null;
}
