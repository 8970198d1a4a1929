import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { namesOf, SwitchboardError, type ErrorCode, type Permission } from '@switchboard/protocol';
import type { Actor } from './actor.ts';
import { Administration, keyOf } from './testing/administration.ts';

const refusal = (code: ErrorCode): unknown => expect.objectContaining({ name: SwitchboardError.name, code });

/** Manages everything, and has nothing else that is worth having. */
const OF_MEMBERS: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send', 'channel.temporary'];
const MANAGER: readonly Permission[] = ['role.manage', 'user.manage', 'channel.manage', 'member.mute'];

describe('roles, rules and channels', () => {
  let at: Administration;
  let admin: Actor;
  let manager: Actor;
  let member: Actor;
  let lobby: string;
  let ownRole: string;
  let peerRole: string;
  let lowRole: string;

  beforeEach(async () => {
    at = await Administration.start();
    manager = await at.ranked('manager', 600, ...MANAGER);
    admin = await at.person('admin', at.roleId('admin'));
    member = await at.person('member');
    [ownRole = ''] = at.directory.roleIdsOf('manager');
    const made = { colour: null, permissions: [] };
    peerRole = (await at.roles.create(admin, { ...made, name: 'Peer', rank: 600 })).id;
    lowRole = (await at.roles.create(admin, { ...made, name: 'Low', rank: 200, permissions: ['member.mute'] })).id;
    lobby = at.channelId('Lobby');
  });
  afterEach(() => at[Symbol.asyncDispose]());

  const draft = (rank: number, ...permissions: Permission[]) => ({ name: 'New', rank, colour: null, permissions });
  const user = (actor: Actor) => ({ id: actor.userId, nickname: actor.nickname });
  const rule = (roleId: string, allow: Permission[], deny: Permission[] = []) => [{ roleId, allow, deny }];

  const ATTEMPTS: readonly (readonly [string, ErrorCode, () => Promise<unknown>])[] = [
    ['a role, made by who may not', 'access.denied', () => at.roles.create(member, draft(10))],
    ['a role of one’s own rank', 'access.rank', () => at.roles.create(manager, draft(600))],
    ['a role of a higher rank', 'access.rank', () => at.roles.create(manager, draft(700))],
    [
      'a role with what one has not',
      'access.not_yours_to_give',
      () => at.roles.create(manager, draft(10, 'member.kick')),
    ],
    ['more for one’s own role', 'access.rank', () => at.roles.update(manager, ownRole, { permissions: MANAGER })],
    ['a new name for a role of one’s rank', 'access.rank', () => at.roles.update(manager, peerRole, { name: 'Mine' })],
    ['a role lifted to one’s rank', 'access.rank', () => at.roles.update(manager, lowRole, { rank: 600 })],
    [
      'a low role with what one has not',
      'access.not_yours_to_give',
      () => at.roles.update(manager, lowRole, { permissions: ['member.kick'] }),
    ],
    [
      'everyone’s role with what one has not',
      'access.not_yours_to_give',
      () => at.roles.update(manager, at.roleId('member'), { permissions: ['see', 'server.manage'] }),
    ],
    ['another rank of a built-in role', 'role.built_in', () => at.roles.update(admin, at.roleId('guest'), { rank: 5 })],
    ['less for the Admin', 'role.built_in', () => at.roles.update(admin, at.roleId('admin'), { permissions: ['see'] })],
    ['a built-in role away', 'role.built_in', () => at.roles.delete(admin, at.roleId('moderator'))],
    ['a role of one’s rank away', 'access.rank', () => at.roles.delete(manager, peerRole)],
    ['one’s own role away', 'access.rank', () => at.roles.delete(manager, ownRole)],
    ['a role away, by who may not', 'access.denied', () => at.roles.delete(member, lowRole)],
    [
      'the Admin for oneself',
      'access.rank',
      () => at.roles.assign(manager, user(manager), [ownRole, at.roleId('admin')]),
    ],
    [
      'a role of one’s rank for oneself',
      'access.rank',
      () => at.roles.assign(manager, user(manager), [ownRole, peerRole]),
    ],
    [
      'a lower role for oneself with what one has not',
      'access.not_yours_to_give',
      () => at.roles.assign(manager, user(manager), [ownRole, at.roleId('moderator')]),
    ],
    [
      'a lower role for another with what one has not',
      'access.not_yours_to_give',
      () => at.roles.assign(manager, user(member), [at.roleId('moderator')]),
    ],
    ['a role of one’s rank for another', 'access.rank', () => at.roles.assign(manager, user(member), [peerRole])],
    ['another role for a higher one', 'access.rank', () => at.roles.assign(manager, user(admin), [lowRole])],
    ['one’s own role away from oneself', 'access.rank', () => at.roles.assign(manager, user(manager), [])],
    ['a role, given by who may not', 'access.denied', () => at.roles.assign(member, user(member), [lowRole])],
    ['Member, which everyone has', 'role.built_in', () => at.roles.assign(admin, user(member), [at.roleId('member')])],
    ['a role that is not there', 'role.not_found', () => at.roles.assign(admin, user(member), ['nothing'])],
    [
      'the Admin through a key that may less',
      'access.rank',
      () => at.roles.assign(keyOf(admin, 'user.manage', ...OF_MEMBERS), user(member), [at.roleId('admin')]),
    ],
    [
      'a role through a key that may less',
      'access.not_yours_to_give',
      () => at.roles.assign(keyOf(admin, 'user.manage', ...OF_MEMBERS), user(member), [lowRole]),
    ],
    [
      'the roles of who may more than the key',
      'access.denied',
      () => at.roles.assign(keyOf(admin, 'user.manage', 'see'), user(member), []),
    ],
    [
      'rules through a key that may less',
      'access.not_yours_to_give',
      () => at.rules.setRules(keyOf(admin, 'see', 'channel.manage'), lobby, rule(lowRole, ['member.kick'])),
    ],
    ['rules, set by who may not', 'access.denied', () => at.rules.setRules(member, lobby, rule(lowRole, []))],
    [
      'a channel’s permission for one’s own role that one has not',
      'access.not_yours_to_give',
      () => at.rules.setRules(manager, lobby, rule(ownRole, ['member.kick'])),
    ],
    [
      'a denial for who has one’s rank',
      'access.rank',
      () => at.rules.setRules(manager, lobby, rule(peerRole, [], ['join'])),
    ],
    [
      'rules for a role that is not there',
      'role.not_found',
      () => at.rules.setRules(admin, lobby, rule('nothing', ['see'])),
    ],
    [
      'a channel, made by who may not',
      'access.denied',
      () => at.management.create(member, { ...channel(), name: 'Mine' }),
    ],
    [
      'a channel that asks for no role that is there',
      'role.not_found',
      () => at.management.create(admin, { ...channel(), requiredRoleId: 'x' }),
    ],
    ['a channel on no server', 'server.not_found', () => at.management.create(admin, { ...channel(), serverId: 'x' })],
    ['a channel below none', 'channel.not_found', () => at.management.create(admin, { ...channel(), parentId: 'x' })],
    ['a channel’s change by who may not', 'access.denied', () => at.management.update(member, lobby, { name: 'Mine' })],
    ['a channel away, by who may not', 'access.denied', () => at.management.delete(member, lobby)],
    [
      'a channel below itself',
      'channel.cycle',
      () => at.management.update(admin, at.channelId('Pair programming'), { parentId: at.channelId('Desk 1') }),
    ],
    [
      'a channel away with those below',
      'channel.has_children',
      () => at.management.delete(admin, at.channelId('Pair programming')),
    ],
  ];
  const channel = () => ({ serverId: at.channels.servers[0]!.id, name: 'New' });

  it.each(ATTEMPTS)('refuse %s: %s', async (_, code, attempt) => {
    const before = { given: at.directory.roleIdsOf('manager'), roles: at.directory.roles, audited: await at.audited() };
    await expect(attempt()).rejects.toEqual(refusal(code));
    expect(at.directory.roleIdsOf('manager')).toEqual(before.given);
    expect(at.directory.roles).toEqual(before.roles);
    expect(await at.audited()).toEqual(before.audited);
  });

  it('let nobody take a denial back that is for themselves', async () => {
    await at.rules.setRules(admin, lobby, rule(ownRole, [], ['member.mute']));
    await expect(at.rules.setRules(manager, lobby, [])).rejects.toEqual(refusal('access.not_yours_to_give'));
  });

  it('let nobody gain by moving a channel out of what denies it to them, or what is below', async () => {
    const [pair, inner] = [at.channelId('Pair programming'), at.channelId('Desk 1')];
    await at.rules.setRules(admin, pair, rule(ownRole, [], ['member.mute']));
    await expect(at.management.update(manager, inner, { parentId: null })).rejects.toEqual(
      refusal('access.not_yours_to_give'),
    );
    expect(at.channels.get(inner).parentId).toBe(pair);
    await at.management.update(admin, inner, { parentId: null });
    expect(at.channels.get(inner).parentId).toBeNull();
  });

  it('let a manager do what is below their rank', async () => {
    const { id } = await at.roles.create(manager, draft(500, 'member.mute'));
    await at.roles.update(manager, id, { name: 'Other', colour: '#112233', permissions: [] });
    await at.roles.assign(manager, user(member), [id, lowRole]);
    expect(at.directory.rolesOf('member').map(({ name }) => name)).toEqual(['Other', 'Low']);
    await at.rules.setRules(manager, lobby, rule(lowRole, ['member.mute'], ['join']));
    expect(at.access.may(member, 'join', lobby)).toBe(false);
    await at.roles.delete(manager, lowRole);
    expect(at.access.may(member, 'join', lobby)).toBe(true);
    expect(at.directory.roleIdsOf('member')).toEqual(new Set([id]));
    expect((await at.audited()).slice(-5)).toEqual([
      'role.create',
      'role.update',
      'user.roles',
      'channel.rules',
      'role.delete',
    ]);
  });

  it('keep the last administrator, also of two who depose each other at once', async () => {
    await at.roles.assign(admin, { id: 'admin for manager', nickname: '' }, []);
    expect(at.directory.isLastAdmin('admin')).toBe(true);
    await expect(at.roles.assign(admin, user(admin), [])).rejects.toEqual(refusal('access.last_admin'));
    const other = await at.person('other', at.roleId('admin'));
    const outcomes = await Promise.allSettled([
      at.roles.assign(admin, user(other), []),
      at.roles.assign(other, user(admin), []),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(at.directory.hasAdmin).toBe(true);
  });

  it('let admins act on each other, and make others', async () => {
    await at.roles.assign(admin, user(member), [at.roleId('admin')]);
    await at.roles.assign(member, user(admin), []);
    expect(at.access.may(admin, 'server.manage')).toBe(false);
  });

  it('are the same after a restart', async () => {
    await at.rules.setRules(admin, lobby, rule(lowRole, ['member.kick'], ['speak']));
    await at.roles.assign(admin, user(member), [lowRole]);
    await at.management.update(admin, lobby, { password: 'plum', requiredRoleId: lowRole, slowModeS: 5, position: 2 });
    await at.management.createTemporary(admin, { ...channel(), name: 'Soon gone' });
    const picture = (of: Administration) => ({
      roles: of.directory.roles.map(({ name, rank, permissions }) => [name, rank, namesOf(permissions)]),
      may: of.access.permissionsOf(member, lobby),
      channels: of.channels.channels.filter(({ temporary }) => !temporary),
    });
    const before = picture(at);
    expect(before.channels.find(({ id }) => id === lobby)).toMatchObject({ locked: true, slowModeS: 5, position: 2 });
    await at.stop();
    const again = await Administration.start(at.folder);
    expect(picture(again)).toEqual(before);
    expect(again.channels.channels.some(({ temporary }) => temporary)).toBe(false);
    await again.stop();
    at = await Administration.start(at.folder);
    // A role that is gone is asked for no more.
    await at.roles.delete(admin, lowRole);
    expect(at.channels.stored(lobby)?.requiredRoleId).toBeNull();
  });

  it('keep channels in the order that is asked for', async () => {
    const names = () => at.channels.childrenOf(at.channels.servers[0]!.id, null).map(({ name }) => name);
    await at.management.update(admin, at.channelId('Quiet corner'), { position: 0 });
    expect(names()).toEqual(['Quiet corner', 'Lobby', 'Pair programming', 'Stand-up']);
    await at.management.create(admin, { ...channel(), name: 'Second', position: 1 });
    await at.management.update(admin, at.channelId('Desk 2'), { parentId: null });
    expect(names()).toEqual(['Quiet corner', 'Second', 'Lobby', 'Pair programming', 'Stand-up', 'Desk 2']);
    expect(at.channels.childrenOf(at.channels.servers[0]!.id, null).map(({ position }) => position)).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });
});
