import createClient from 'openapi-fetch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { paths } from '../webcomponents/admin/api/schema.d.ts';
import { PASSWORD, World } from '../server/security/testing/world.ts';

/** What is generated from the document fits the server that the document is of. */
describe('the generated client', () => {
  let world: World;
  let token: string | undefined;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  it('logs in, makes a channel and a role, invites somebody, and finds it all again', async () => {
    const api = createClient<paths>({ baseUrl: world.nobody.url });
    api.use({
      onRequest: ({ request }) => {
        if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
        return request;
      },
    });

    const refused = await api.GET('/api/users');
    expect(refused.data).toBeUndefined();
    expect(refused.error?.error.code).toBe('auth.token_missing');

    const loggedIn = await api.POST('/api/auth/login', { body: { username: 'root', password: PASSWORD } });
    token = loggedIn.data?.accessToken;
    expect(loggedIn.data?.user).toMatchObject({ username: 'root', rank: 1_000 });

    const servers = await api.GET('/api/servers');
    const serverId = servers.data?.items[0]?.id ?? '';
    const made = await api.POST('/api/channels', { body: { serverId, name: 'Typed', slowModeS: 5 } });
    const channelId = made.data?.id ?? '';
    const changed = await api.PATCH('/api/channels/{id}', {
      params: { path: { id: channelId } },
      body: { topic: 'By the book' },
    });
    expect(changed.data).toMatchObject({ id: channelId, name: 'Typed', topic: 'By the book', slowModeS: 5 });

    const role = await api.POST('/api/roles', { body: { name: 'Typist', rank: 200, permissions: ['member.mute'] } });
    const roleId = role.data?.id ?? '';
    const invited = await api.POST('/api/invites', { body: { roleIds: [roleId] } });
    const person = await api.POST('/api/auth/register', {
      body: { username: 'typist', password: PASSWORD, invite: invited.data?.code ?? '', cookie: false },
    });
    expect(person.data?.user.roles).toEqual([{ id: roleId, name: 'Typist', rank: 200, colour: null }]);

    const found = await api.GET('/api/users', { params: { query: { role: roleId, limit: 1 } } });
    expect(found.data?.items.map(({ username }) => username)).toEqual(['typist']);
    expect(found.data?.next).toBeNull();

    const gone = await api.DELETE('/api/channels/{id}', { params: { path: { id: channelId } } });
    expect(gone.response.status).toBe(204);
    const audit = await api.GET('/api/audit', { params: { query: { targetId: channelId } } });
    expect(audit.data?.items.map(({ action }) => action)).toEqual([
      'channel.delete',
      'channel.update',
      'channel.create',
    ]);
  });
});
