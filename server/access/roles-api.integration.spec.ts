import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS, CHANNEL_PERMISSIONS } from '@switchboard/protocol';
import { World } from '../security/testing/world.ts';
import type { PermissionInfoView, RoleView } from './role.schemas.ts';

describe('roles by the API', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const list = async (): Promise<RoleView[]> =>
    (await world.nobody.made<{ items: RoleView[] }>(world.admin.rest.get('/roles'))).items;

  it('are the four that every server has, at first, the highest first', async () => {
    const roles = (await list()).map(({ builtIn, rank }) => [builtIn, rank]);
    expect(roles).toEqual([
      ['admin', 1_000],
      ['moderator', 500],
      ['member', 100],
      ['guest', 0],
    ]);
    expect((await list())[0]).toMatchObject({ permissions: ALL_PERMISSIONS, memberCount: 1 });
  });

  it('are made, changed and deleted, which is audited', async () => {
    const body = { name: ' Host ', rank: 300, colour: '#3366cc', permissions: ['member.mute'] };
    const answer = await world.admin.rest.post('/roles', body);
    expect(answer.status).toBe(201);
    const made = answer.as<RoleView>();
    expect(made).toEqual({ ...body, id: made.id, name: 'Host', builtIn: null, memberCount: 0 });
    expect(await list()).toContainEqual(made);

    const person = await world.person(made.id);
    const changes = { name: 'Stage', colour: null, permissions: ['member.mute', 'member.kick'] };
    const changed = (await world.admin.rest.patch(`/roles/${made.id}`, changes)).as<RoleView>();
    expect(changed).toEqual({ ...made, ...changes, memberCount: 1 });
    expect((await person.rest.get('/sessions')).status).toBe(200);

    expect((await world.admin.rest.delete(`/roles/${made.id}`)).status).toBe(204);
    expect((await person.rest.get('/sessions')).said).toBe('403 access.denied');
    expect((await world.admin.rest.patch(`/roles/${made.id}`, {})).said).toBe('404 role.not_found');
    const { items } = (await world.admin.rest.get(`/audit?targetId=${made.id}`)).as<{ items: { action: string }[] }>();
    expect(items.map(({ action }) => action)).toEqual(['role.delete', 'role.update', 'role.create']);
  });

  it.each([
    [{ name: '', rank: 1 }, 'name'],
    [{ name: 'x'.repeat(65), rank: 1 }, 'name'],
    [{ name: 'x', rank: 1, colour: 'red' }, 'colour'],
    [{ name: 'x', rank: 1, permissions: ['everything'] }, 'permissions.0'],
    [{ name: 'x' }, 'rank'],
  ])('are refused where they are not as expected: %o', async (body, field) => {
    const answer = await world.admin.rest.post('/roles', body);
    expect(answer.code).toBe('protocol.invalid');
    expect(answer.as<{ error: { field: string } }>().error.field).toBe(field);
  });

  it('come with what there is to be allowed', async () => {
    const { rest } = await world.person();
    const { items } = (await rest.get('/permissions')).as<{ items: PermissionInfoView[] }>();
    expect(items.map(({ name }) => name)).toEqual(ALL_PERMISSIONS);
    expect(items.filter(({ scope }) => scope === 'channel').map(({ name }) => name)).toEqual([...CHANNEL_PERMISSIONS]);
    expect(new Set(items.map(({ description }) => description)).size).toBe(items.length);
  });
});
