import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoredMessage } from '../chat/message.entity.ts';
import { ServerConfig } from '../config/server-config.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import type { Session } from '../presence/session.ts';
import type { SessionsService } from '../presence/sessions.service.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { User } from '../users/user.entity.ts';
import { UsersService } from '../users/users.service.ts';
import { GuestRetention } from './guest-retention.ts';
import { Setting } from './setting.entity.ts';
import { SettingsService } from './settings.service.ts';

const DAY_MS = 24 * 3_600_000;

describe('GuestRetention', () => {
  let database: DataSource;
  let clock: ManualClock;
  let settings: SettingsService;
  let here: string[];
  let sut: GuestRetention;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await openDatabase(new DataSource(databaseOptions(':memory:')));
    clock = new ManualClock();
    settings = new SettingsService(database.getRepository(Setting), ServerConfig.from({}));
    here = [];
    const sessions = {
      get all() {
        return here.map((userId) => ({ identity: { userId } }) as Session);
      },
    };
    sut = new GuestRetention(database.getRepository(User), settings, sessions as unknown as SessionsService, clock);
  });
  afterEach(async () => {
    await database.destroy();
    Logger.overrideLogger(['error']);
  });

  /** Someone who came so many days ago, and was here last so many days ago. */
  async function user(id: string, cameDaysAgo: number, seenDaysAgo: number | null, username: string | null = null) {
    await database.getRepository(User).insert({
      id,
      username,
      usernameKey: username,
      guestKeyHash: username === null ? id : null,
      nickname: id,
      createdAt: clock.epochMs() - cameDaysAgo * DAY_MS,
      lastSeenAt: seenDaysAgo === null ? null : clock.epochMs() - seenDaysAgo * DAY_MS,
    });
  }

  const left = async (): Promise<string[]> =>
    (await database.getRepository(User).find({ order: { id: 'ASC' } })).map(({ id }) => id);

  it('forgets guests who were not here for ninety days, and nobody else', async () => {
    await user('account', 500, 400, 'ada');
    await user('never-again', 91, null);
    await user('new', 89, null);
    await user('regular', 500, 89);
    await user('stranger', 500, 91);
    await user('here', 500, 400);
    here = ['here'];
    await sut.forget();
    expect(await left()).toEqual(['account', 'here', 'new', 'regular']);
  });

  it('sees a guest who comes back', async () => {
    const users = new UsersService(database.getRepository(User), clock);
    const key = '5a'.repeat(32);
    const { id } = await users.guestByKey(key, 'Ada');
    for (let month = 0; month < 12; month++) {
      clock.advance(30 * DAY_MS);
      expect((await users.guestByKey(key, 'Ada')).id).toBe(id);
      await sut.forget();
    }
    expect(await left()).toEqual([id]);
    clock.advance(91 * DAY_MS);
    await sut.forget();
    expect((await users.guestByKey(key, 'Ada')).id).not.toBe(id);
  });

  it('leaves what they wrote', async () => {
    await database.query(`INSERT INTO virtual_server VALUES ('server', 'Ours', 1)`);
    await database.query(
      `INSERT INTO channel (id, serverId, name, position, bitrateBps, createdAt) VALUES ('lobby', 'server', 'Lobby', 0, 48000, 1)`,
    );
    await user('stranger', 500, 400);
    await database.query(
      `INSERT INTO message (id, channelId, authorId, authorNickname, nonce, text, createdAt) VALUES ('1', 'lobby', 'stranger', 'Zoë', 'n', 'Hello', 1)`,
    );
    await sut.forget();
    expect(await left()).toEqual([]);
    expect(await database.getRepository(StoredMessage).find()).toMatchObject([
      { authorNickname: 'Zoë', text: 'Hello' },
    ]);
  });

  it('does it by itself, each day, as the setting is then', async () => {
    sut.onApplicationBootstrap();
    await user('a', 20, null);
    clock.advance(DAY_MS);
    await sut.beforeApplicationShutdown();
    expect(await left()).toEqual(['a']);

    await settings.change({ guestRetentionDays: 7 });
    sut.onApplicationBootstrap();
    clock.advance(DAY_MS);
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 20_000 });
    await user('b', 20, null);
    clock.advance(DAY_MS);
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 20_000 });
    await sut.beforeApplicationShutdown();
  });

  it('forgets nobody where that is the setting', async () => {
    await settings.change({ guestRetentionDays: 0 });
    await user('old', 3_000, null);
    await sut.forget();
    expect(await left()).toEqual(['old']);
  });

  it('spares everyone who is here, however many they are', async () => {
    here = Array.from({ length: 40_000 }, (_, i) => `guest ${i}`);
    await user('guest 39999', 500, 400);
    await sut.forget();
    expect(await left()).toEqual(['guest 39999']);
  });
});
