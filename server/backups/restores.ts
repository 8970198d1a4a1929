import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { Repository } from 'typeorm';
import type { Caller } from '../api/caller.ts';
import { LogIn } from '../auth/log-in.entity.ts';
import { Clock } from '../common/clock.ts';
import { ServerConfig } from '../config/server-config.ts';
import { prepareBackup } from './backup-file.ts';
import { removeTemporary, temporaryFile } from './data-files.ts';
import { storeUpload } from './store-upload.ts';

const MAX_BACKUP_BYTES = 1_024 ** 3;

/** Puts this file, checked and up to date, in the place of the database. */
export type RestoreListener = (file: string) => void;

type State = { readonly is: 'idle' | 'receiving' } | { readonly is: 'checked'; readonly file: string };

/** Takes a backup in and checks it; who runs the server then puts it in place, as that needs the database closed. */
@Injectable()
export class Restores {
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #logIns: Repository<LogIn>;
  readonly #logger = new Logger(Restores.name);
  #state: State = { is: 'idle' };
  #listener: RestoreListener | undefined;

  constructor(config: ServerConfig, clock: Clock, @InjectRepository(LogIn) logIns: Repository<LogIn>) {
    this.#config = config;
    this.#clock = clock;
    this.#logIns = logIns;
  }

  onChecked(listener: RestoreListener): void {
    this.#listener = listener;
  }

  /**
   * Resolves once the backup could be put in place: `apply` does it, or `discard` drops it.
   * @param announcedBytes as the sender says; undefined if it does not
   * @throws SwitchboardError `backup.invalid`, `backup.newer`, `backup.too_large`, `backup.in_progress`, `protocol.too_slow`
   */
  async receive(
    body: AsyncIterable<Uint8Array>,
    announcedBytes: number | undefined,
    { userId, nickname, sessionId }: Pick<Caller, 'userId' | 'nickname' | 'sessionId'>,
  ): Promise<void> {
    if (this.#state.is !== 'idle') throw new SwitchboardError('backup.in_progress');
    if (announcedBytes !== undefined && announcedBytes > MAX_BACKUP_BYTES)
      throw new SwitchboardError('backup.too_large');
    this.#state = { is: 'receiving' };
    const file = temporaryFile(this.#config.dataDir, 'restore');
    try {
      await storeUpload(body, file, MAX_BACKUP_BYTES, this.#clock);
      const logIn = sessionId === undefined ? null : await this.#logIns.findOneBy({ id: sessionId, userId });
      await prepareBackup(file, { userId, nickname, logIn, at: this.#clock.epochMs() });
      this.#state = { is: 'checked', file };
    } catch (error) {
      this.#state = { is: 'idle' };
      await removeTemporary(file);
      throw error;
    }
  }

  /** Who sent it is gone, and would not learn of it: nothing happens. */
  async discard(): Promise<void> {
    if (this.#state.is !== 'checked') return;
    const { file } = this.#state;
    this.#state = { is: 'idle' };
    await removeTemporary(file);
  }

  /** After the answer is on its way: the server closes everything now, and opens again with what was received. */
  apply(): void {
    if (this.#state.is !== 'checked') throw new Error('there is nothing to restore');
    this.#logger.warn('A backup is being restored; the server closes and opens again.');
    this.#listener?.(this.#state.file);
  }
}
