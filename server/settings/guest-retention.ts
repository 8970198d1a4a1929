import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository } from 'typeorm';
import { Clock } from '../common/clock.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { User } from '../users/user.entity.ts';
import { SettingsService } from './settings.service.ts';

const DAY_MS = 24 * 3_600_000;
/** After the start, when those who were here have come back. */
const FIRST_MS = 10 * 60_000;

/**
 * Forgets guests who were not here for long: the key that they kept means nothing any more, and they come back as somebody new. What
 * they wrote stays, under the name that they had.
 */
@Injectable()
export class GuestRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #users: Repository<User>;
  readonly #settings: SettingsService;
  readonly #sessions: SessionsService;
  readonly #clock: Clock;
  readonly #logger = new Logger(GuestRetention.name);
  #cancelTimer = (): void => undefined;
  #forgetting: Promise<void> = Promise.resolve();

  constructor(
    @InjectRepository(User) users: Repository<User>,
    settings: SettingsService,
    sessions: SessionsService,
    clock: Clock,
  ) {
    this.#users = users;
    this.#settings = settings;
    this.#sessions = sessions;
    this.#clock = clock;
  }

  onApplicationBootstrap(): void {
    this.#later(FIRST_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#cancelTimer();
    await this.#forgetting;
  }

  #later(delayMs: number): void {
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#forgetting = this.forget().catch((error: unknown) => {
        this.#logger.error('Guests could not be forgotten', error instanceof Error ? error.stack : String(error));
      });
      this.#later(DAY_MS);
    });
  }

  /** Once, now. */
  async forget(): Promise<void> {
    const { guestRetentionDays } = this.#settings.get();
    if (guestRetentionDays === 0) return;
    const before = this.#clock.epochMs() - guestRetentionDays * DAY_MS;
    const here = [...this.#sessions.all].map(({ identity: { userId } }) => userId);
    const { affected } = await this.#users
      .createQueryBuilder()
      .delete()
      .where({ username: IsNull() })
      .andWhere('COALESCE("lastSeenAt", "createdAt") < :before', { before })
      // As JSON: a statement takes a limited number of parameters.
      .andWhere('"id" NOT IN (SELECT value FROM json_each(:here))', { here: JSON.stringify(here) })
      .execute();
    if (affected)
      this.#logger.log(`Guests who were not here for ${guestRetentionDays} days were forgotten: ${affected}.`);
  }
}
