import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { bytes } from '../database/bytes.ts';
import { InstalledPlugin } from './plugin.entity.ts';

/** What a plugin keeps under a key. */
@Entity('plugin_value')
export class PluginValue {
  @ForeignKey(() => InstalledPlugin, { onDelete: 'CASCADE' })
  @PrimaryColumn('varchar', { length: 64 })
  pluginId!: string;

  @PrimaryColumn('varchar', { length: 64 })
  key!: string;

  @Column('text', { transformer: bytes })
  value!: Uint8Array;
}
