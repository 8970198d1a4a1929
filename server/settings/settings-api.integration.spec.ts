import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';
import type { Settings } from './settings.ts';

describe('/api/settings', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ SWITCHBOARD_NAME: 'Ours' });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const settings = async (): Promise<Settings> => (await world.admin.rest.get('/settings')).as<Settings>();

  async function discovered(): Promise<{ name: string; guests: boolean }> {
    return (await fetch(`${world.at.server.url}/.well-known/switchboard.json`)).json() as never;
  }

  it('are read and changed, each by itself', async () => {
    expect(await settings()).toMatchObject({
      name: 'Ours',
      registration: 'invite',
      guests: true,
      guestRetentionDays: 90,
    });
    const answer = await world.admin.rest.patch('/settings', { welcome: 'Hello', guestRetentionDays: 0 });
    expect(answer.status).toBe(200);
    expect(answer.as<Settings>()).toEqual(await settings());
    expect(await settings()).toMatchObject({ name: 'Ours', welcome: 'Hello', guestRetentionDays: 0 });
  });

  it('take effect at once', async () => {
    await world.admin.rest.patch('/settings', { name: 'Theirs', guests: false });
    expect(await discovered()).toMatchObject({ name: 'Theirs', guests: false });
    await expect(world.at.guest()).rejects.toMatchObject({ code: 'auth.guests_disabled' });
    await world.admin.rest.patch('/settings', { guests: true });
    await world.at.guest();
  });

  it('set how much is logged from then on', async () => {
    const logger = new Logger('Settings');
    const messages = async (): Promise<string[]> =>
      (await world.admin.rest.get('/logs')).as<{ items: { message: string }[] }>().items.map(({ message }) => message);
    logger.debug('too small a thing');
    await world.admin.rest.patch('/settings', { logLevel: 'debug' });
    logger.debug('a small thing');
    await world.admin.rest.patch('/settings', { logLevel: 'error' });
    logger.debug('again too small a thing');
    expect(await messages()).toContain('a small thing');
    expect(await messages()).not.toEqual(expect.arrayContaining([expect.stringContaining('too small')]));
  });

  it('are in the audit log with what they were', async () => {
    const before = await settings();
    await world.admin.rest.patch('/settings', { registration: 'open', name: before.name });
    await world.admin.rest.patch('/settings', { registration: 'open' });
    const { items } = (await world.admin.rest.get('/audit?action=settings.change')).as<{
      items: { actorName: string; detail: unknown }[];
    }>();
    expect(items[0]).toMatchObject({ actorName: 'root', detail: { registration: { from: 'invite', to: 'open' } } });
    expect(Object.keys(items[0]!.detail as object)).toEqual(['registration']);
    expect(items.filter(({ detail }) => 'registration' in (detail as object))).toHaveLength(1);
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ registration: 'always' }, 'registration'],
    [{ guestRetentionDays: -1 }, 'guestRetentionDays'],
    [{ logLevel: 'verbose' }, 'logLevel'],
    [{ colour: 'blue' }, 'colour'],
    [{ guests: null }, 'guests'],
  ])('refuse %j', async (body, field) => {
    const before = await settings();
    const answer = await world.admin.rest.patch('/settings', body);
    expect(answer.said).toBe('400 protocol.invalid');
    expect(answer.as<{ error: { field: string } }>().error.field).toBe(field);
    expect(await settings()).toEqual(before);
  });

  it('are for who may manage the server', async () => {
    const moderator = await world.moderator();
    expect((await moderator.rest.get('/settings')).said).toBe('403 access.denied');
    expect((await moderator.rest.patch('/settings', { name: 'Mine' })).said).toBe('403 access.denied');
  });
});
