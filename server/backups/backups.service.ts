import type { ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.ts';
import { ServerConfig } from '../config/server-config.ts';
import { databaseFile } from '../database/database.module.ts';
import { removeLeftOvers, removeTemporary, temporaryFile } from './data-files.ts';

/** Each is a copy of the database on the disk until it is read to its end. */
const MAX_AT_ONCE = 2;
const BUSY_TIMEOUT_MS = 5_000;

/** A copy of the database as it was at one moment. Its file goes when the stream is closed, read or not. */
export interface Backup {
  readonly name: string;
  readonly bytes: number;
  readonly stream: ReadStream;
}

/** Copies the database while it is in use. */
@Injectable()
export class BackupsService implements OnModuleInit {
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #logger = new Logger(BackupsService.name);
  #underWay = 0;

  constructor(config: ServerConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  async onModuleInit(): Promise<void> {
    await removeLeftOvers(this.#config.dataDir);
  }

  /** @throws SwitchboardError `server.rate_limited` while others are being downloaded */
  async make(): Promise<Backup> {
    if (this.#underWay >= MAX_AT_ONCE) throw new SwitchboardError('server.rate_limited');
    this.#underWay++;
    const file = temporaryFile(this.#config.dataDir, 'backup');
    const done = async (): Promise<void> => {
      await removeTemporary(file);
      this.#underWay--;
    };
    try {
      await this.#copyTo(file);
      const { size } = await stat(file);
      const stream = (await open(file)).createReadStream();
      stream.once('close', () => void done());
      // Whoever reads it is told too; until somebody does, a failing disk must not end the process.
      stream.on('error', (error) => {
        this.#logger.error(`a backup could not be read: ${error.message}`);
      });
      return { name: nameAt(this.#clock.epochMs()), bytes: size, stream };
    } catch (error) {
      await done();
      throw error;
    }
  }

  /**
   * By a connection of its own: it sees one moment of the database, whatever is written meanwhile, and what others are doing
   * on the server's connection neither waits nor is in the way.
   */
  async #copyTo(file: string): Promise<void> {
    // SQLite fills an empty file, and leaves it as private as it is.
    await (await open(file, 'wx', 0o600)).close();
    const source = new DataSource({
      type: 'sqlite',
      database: databaseFile(this.#config),
      busyTimeout: BUSY_TIMEOUT_MS,
    });
    await source.initialize();
    try {
      await source.query('VACUUM INTO ?', [file]);
    } finally {
      await source.destroy();
    }
  }
}

/** `switchboard-2026-11-21T17-05-09Z.sqlite`, in UTC; Windows takes no colon. */
function nameAt(epochMs: number): string {
  return `switchboard-${new Date(epochMs).toISOString().slice(0, 19).replaceAll(':', '-')}Z.sqlite`;
}
