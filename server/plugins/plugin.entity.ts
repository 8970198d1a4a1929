import type { PluginConfig, PluginConsent, PluginManifest } from '@switchboard/protocol';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bytes } from '../database/bytes.ts';
import { millis } from '../database/millis.ts';

/** A plugin that is installed here: runs in the server, is offered to everyone, or both. */
@Entity('plugin')
export class InstalledPlugin {
  /** As the manifest has it. */
  @PrimaryColumn('varchar', { length: 64 })
  id!: string;

  @Column('varchar', { length: 64 })
  version!: string;

  /** The publisher's key, which an update has to have too. */
  @Column('varchar', { length: 64, nullable: true })
  publisher!: string | null;

  @Column('simple-json')
  manifest!: PluginManifest;

  /** The file as it came; read on its own, as it is large. */
  @Column('text', { select: false, transformer: bytes })
  package?: Uint8Array;

  @Column('varchar', { length: 64 })
  packageSha256!: string;

  @Column('integer')
  packageBytes!: number;

  /** Base64 of a PNG; empty for none. */
  @Column('text')
  icon!: string;

  /** Runs in the server. */
  @Column('boolean', { default: false })
  enabled!: boolean;

  /** Everyone is offered it. */
  @Column('boolean', { default: false })
  offered!: boolean;

  /** Those of a lower one are asked first. */
  @Column('integer')
  position!: number;

  @Column('simple-json')
  config!: PluginConfig;

  /** What has been agreed to. */
  @Column('simple-json')
  consents!: PluginConsent[];

  @Column('bigint', { transformer: millis })
  installedAt!: number;

  @Column('bigint', { transformer: millis })
  updatedAt!: number;
}
