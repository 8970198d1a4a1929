import { Logger } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerConfig } from '../config/server-config.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { Setting } from './setting.entity.ts';
import { SettingsService } from './settings.service.ts';
import type { Settings } from './settings.ts';

describe('SettingsService', () => {
  let database: DataSource;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await openDatabase(new DataSource(databaseOptions(':memory:')));
  });
  afterEach(async () => {
    await database.destroy();
    Logger.overrideLogger(['error']);
  });

  async function started(environment: Record<string, string> = {}): Promise<SettingsService> {
    const sut = new SettingsService(database.getRepository(Setting), ServerConfig.from(environment));
    await sut.onModuleInit();
    return sut;
  }

  it('has its defaults from the configuration', async () => {
    const sut = await started({ SWITCHBOARD_NAME: 'Ours', SWITCHBOARD_GUESTS: 'off', SWITCHBOARD_LOG_LEVEL: 'warn' });
    expect(sut.get()).toEqual({
      name: 'Ours',
      welcome: '',
      registration: 'invite',
      guests: false,
      logLevel: 'warn',
      guestRetentionDays: 90,
    });
  });

  it('keeps what was changed over a restart, and takes the rest from the configuration as it is then', async () => {
    await (
      await started({ SWITCHBOARD_NAME: 'Before' })
    ).change({
      guests: false,
      guestRetentionDays: 0,
      welcome: 'Hello',
    });
    const again = await started({ SWITCHBOARD_NAME: 'After', SWITCHBOARD_GUESTS: 'on' });
    expect(again.get()).toMatchObject({ name: 'After', guests: false, guestRetentionDays: 0, welcome: 'Hello' });
    await again.change({ welcome: 'Welcome' });
    expect((await started()).get()).toMatchObject({ welcome: 'Welcome', guests: false });
  });

  it('tells what is the case now and what was before, and only of what differs', async () => {
    const sut = await started();
    const told: [Settings, Settings][] = [];
    sut.onChanged(() => {
      throw new Error('broken');
    });
    const stop = sut.onChanged((now, before) => told.push([now, before]));
    expect(await sut.change({ registration: 'open', guests: true })).toEqual(['registration']);
    expect(await sut.change({ registration: 'open' })).toEqual([]);
    stop();
    await sut.change({ registration: 'closed' });
    expect(told.map(([now, before]) => [before.registration, now.registration])).toEqual([['invite', 'open']]);
  });

  it.each([
    ['name', '   '],
    ['name', 'x'.repeat(65)],
    ['welcome', 'x'.repeat(1_001)],
    ['registration', 'sometimes'],
    ['guests', 'on'],
    ['logLevel', 'verbose'],
    ['guestRetentionDays', -1],
    ['guestRetentionDays', 1.5],
    ['colour', 'blue'],
    ['constructor', 'x'],
  ])('refuses a %s that is none, and what comes with it', async (key, value) => {
    const sut = await started();
    const refused = sut.change({ welcome: 'Hi', [key]: value });
    await expect(refused).rejects.toSatisfy((error) => SwitchboardError.is(error, 'protocol.invalid'));
    await expect(refused).rejects.toMatchObject({ field: key });
    expect(sut.get().welcome).toBe('');
    expect(await database.getRepository(Setting).count()).toBe(0);
  });

  it('starts with what it can use of what is stored', async () => {
    await database.getRepository(Setting).insert([
      { key: 'welcome', value: 'Hello' },
      { key: 'guests', value: 'perhaps' },
      { key: 'of a later version', value: 1 },
    ]);
    expect((await started()).get()).toMatchObject({ welcome: 'Hello', guests: true });
  });

  it('makes changes that come at once one after the other', async () => {
    const sut = await started();
    await Promise.all(Array.from({ length: 20 }, (_, i) => sut.change({ welcome: `${i}`, guests: i % 2 === 0 })));
    expect(sut.get()).toMatchObject({ welcome: '19', guests: false });
    expect((await started()).get()).toEqual(sut.get());
  });
});
