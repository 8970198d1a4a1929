import { describe, expect, it } from 'vitest';
import { ALL_PERMISSIONS, CHANNEL_PERMISSIONS, setOf, type Permission } from '@switchboard/protocol';
import { aChannel, PresenceHarness } from '../presence/testing/presence-harness.ts';
import { accountActor, type Person } from './actor.ts';

const GUEST: readonly Permission[] = ['see', 'join', 'speak', 'whisper', 'chat.send'];
const MEMBER: readonly Permission[] = [...GUEST, 'channel.temporary'];
const MODERATOR: readonly Permission[] = [
  ...MEMBER,
  'chat.delete',
  'member.mute',
  'member.move',
  'member.kick',
  'member.ban',
  'audit.read',
  'invite.create',
  'token.mint',
];

const guest: Person = { userId: 'guest', access: { type: 'guest' } };
const PEOPLE: readonly (readonly [string, Person, readonly Permission[]])[] = [
  ['guest', guest, GUEST],
  ['member', accountActor('member', 'Member'), MEMBER],
  ['moderator', accountActor('moderator', 'Moderator'), MODERATOR],
  ['admin', accountActor('admin', 'Admin'), ALL_PERMISSIONS],
];

/** The closed channel denies everybody everything, the open one below it allows it again; the pair is as the server is. */
function setUp(): PresenceHarness {
  const at = new PresenceHarness();
  at.channels.put([
    aChannel('closed'),
    aChannel('open', { parentId: 'closed' }),
    aChannel('deep', { parentId: 'open' }),
  ]);
  const all = setOf(CHANNEL_PERMISSIONS);
  at.directory.apply(({ given, rules }) => {
    given.set('moderator', new Set(['moderator'])).set('admin', new Set(['admin']));
    const each = (rule: { allow: number; deny: number }) => new Map(PEOPLE.map(([role]) => [role, rule]));
    rules.set('closed', each({ allow: 0, deny: all })).set('open', each({ allow: all, deny: 0 }));
  });
  return at;
}

describe('AccessService', () => {
  describe.each(PEOPLE)('of a %s', (name, person, own) => {
    const { access } = setUp();
    const isOfChannels = (permission: Permission) =>
      (CHANNEL_PERMISSIONS as readonly Permission[]).includes(permission);

    it.each(ALL_PERMISSIONS)('knows whether it may %s', (permission) => {
      const has = own.includes(permission);
      expect(access.may(person, permission)).toBe(has);
      expect(access.may(person, permission, 'pair')).toBe(has);
      expect(access.may(person, permission, 'closed')).toBe(name === 'admin' || (has && !isOfChannels(permission)));
      for (const below of ['open', 'deep']) {
        expect(access.may(person, permission, below)).toBe(has || isOfChannels(permission));
      }
      expect(access.may(person, permission, 'no such channel')).toBe(false);
    });
  });

  it.each(ALL_PERMISSIONS)(
    'lets a join token %s just where it is for, and no more than is written in it',
    (permission) => {
      const { access } = setUp();
      const token = (permissions: number): Person => ({
        userId: 'jt',
        access: { type: 'token', channelId: 'open', permissions, mintedBy: 'admin' },
      });
      const isOfChannels = (CHANNEL_PERMISSIONS as readonly Permission[]).includes(permission);
      for (const where of ['open', 'deep']) {
        expect(access.may(token(setOf([permission])), permission, where)).toBe(isOfChannels);
        expect(access.may(token(setOf(ALL_PERMISSIONS) & ~setOf([permission])), permission, where)).toBe(false);
      }
      for (const where of [undefined, 'closed', 'pair', 'no such channel']) {
        expect(access.may(token(setOf(ALL_PERMISSIONS)), permission, where)).toBe(false);
      }
    },
  );

  describe('a join token', () => {
    const all = setOf(CHANNEL_PERMISSIONS);
    const token = (mintedBy: string, channelId: string, permissions = all): Person => ({
      userId: 'jt',
      access: { type: 'token', channelId, permissions, mintedBy },
    });
    /** What the minter may in a channel and in the one below it; the denials of Guest below it, for those of an Admin. */
    const CASES: readonly (readonly [string, 'deny' | 'allow', string, Permission, boolean])[] = [
      ['a member', 'deny', 'member', 'see', false],
      ['a moderator', 'deny', 'moderator', 'see', false],
      ['a moderator who lost the role', 'allow', 'gone', 'member.kick', false],
      ['a moderator', 'allow', 'moderator', 'member.kick', true],
      ['an admin', 'deny', 'admin', 'see', false],
      ['an admin', 'allow', 'admin', 'see', true],
    ];

    it.each(CASES)('of %s, below a channel whose rules %s: %s %s is %s', (_who, rule, minter, permission, expected) => {
      const at = setUp();
      at.channels.put([aChannel('below', { parentId: 'pair' })]);
      const rules = { allow: 0, deny: rule === 'deny' ? all : 0 };
      at.directory.apply((memory) => memory.rules.set('below', new Map(PEOPLE.map(([role]) => [role, rules]))));
      expect(at.access.may(token(minter, 'pair'), permission, 'below')).toBe(expected);
    });

    it('of an Admin goes where the channel that it is for is closed to guests, and what is below opens again', () => {
      const at = setUp();
      for (const where of ['closed', 'open', 'deep']) {
        expect(at.access.may(token('admin', 'closed'), 'join', where)).toBe(true);
      }
      at.channels.put([aChannel('cellar', { parentId: 'deep' })]);
      at.rule('cellar', 'guest', [], ['join']);
      expect(at.access.may(token('admin', 'closed'), 'join', 'cellar')).toBe(false);
      expect(at.access.may(token('moderator', 'open'), 'join', 'deep')).toBe(true);
    });

    it('brings what its minter may at the moment of asking, and nothing that is not written in it', () => {
      const at = setUp();
      const bearer = token('moderator', 'pair', setOf(['see', 'chat.delete']));
      expect(at.access.permissionsOf(bearer, 'pair')).toBe(setOf(['see', 'chat.delete']));
      at.directory.apply(({ given }) => given.delete('moderator'));
      expect(at.access.permissionsOf(bearer, 'pair')).toBe(setOf(['see']));
      at.rule('pair', 'member', [], ['see']);
      expect(at.access.permissionsOf(bearer, 'pair')).toBe(0);
    });
  });

  it('says whether somebody may all that another may, everywhere', () => {
    const at = setUp();
    const [member, moderator, admin] = ['member', 'moderator', 'admin'].map((id) => accountActor(id, id));
    expect(at.access.mayAllOf(admin!, moderator!)).toBe(true);
    expect(at.access.mayAllOf(moderator!, member!)).toBe(true);
    expect(at.access.mayAllOf(member!, moderator!)).toBe(false);
    expect(at.access.mayAllOf({ ...admin!, limit: setOf(['user.manage']) }, member!)).toBe(false);
    at.rule('pair', 'moderator', [], ['see']);
    expect(at.access.mayAllOf(moderator!, member!)).toBe(false);
  });

  it('lets an API key do what is written in it and its maker may', () => {
    const { access } = setUp();
    const key = (userId: string, ...permissions: Permission[]) =>
      access.actorOf({ kind: 'key', userId, nickname: 'key', keyId: 'k', permissions });
    expect(access.may(key('admin', 'audit.read'), 'audit.read')).toBe(true);
    expect(access.may(key('admin', 'audit.read'), 'member.kick')).toBe(false);
    expect(access.may(key('member', 'audit.read'), 'audit.read')).toBe(false);
    expect(access.may(key('moderator', 'member.kick'), 'member.kick', 'closed')).toBe(false);
  });

  it('forgets what it knew when roles, rules or the tree change', () => {
    const at = setUp();
    const member = accountActor('member', 'Member');
    expect(at.access.may(member, 'join', 'deep')).toBe(true);
    at.channels.put([{ ...at.channels.stored('deep')!, parentId: 'closed' }]);
    expect(at.access.may(member, 'join', 'deep')).toBe(false);
    at.directory.apply(({ rules }) => rules.delete('closed'));
    expect(at.access.may(member, 'join', 'deep')).toBe(true);
    expect(at.access.may(member, 'member.kick')).toBe(false);
    at.directory.apply(({ given }) => given.set('member', new Set(['moderator'])));
    expect(at.access.may(member, 'member.kick')).toBe(true);
  });

  it('ranks: nobody acts on who is not below them, but admins on each other', () => {
    const at = setUp();
    at.directory.apply(({ given }) =>
      given.set('admin two', new Set(['admin'])).set('moderator two', new Set(['moderator'])),
    );
    const [member, moderator, admin] = ['member', 'moderator', 'admin'].map((id) => accountActor(id, id));
    const token: Person = {
      userId: 'jt',
      access: { type: 'token', channelId: 'pair', permissions: 1, mintedBy: 'admin' },
    };
    const mayActOn = (actor: Person | undefined, target: Person | undefined) => at.access.mayActOn(actor!, target!);
    expect(mayActOn(moderator, member)).toBe(true);
    expect(mayActOn(moderator, guest)).toBe(true);
    expect(mayActOn(moderator, token)).toBe(true);
    expect(mayActOn(moderator, accountActor('moderator two', ''))).toBe(false);
    expect(mayActOn(moderator, admin)).toBe(false);
    expect(mayActOn(guest, token)).toBe(false);
    expect(mayActOn(token, guest)).toBe(false);
    expect(mayActOn(admin, accountActor('admin two', ''))).toBe(true);
    expect(mayActOn({ ...admin!, limit: setOf(['member.kick']) }, accountActor('admin two', ''))).toBe(false);
    expect(mayActOn(admin, admin)).toBe(false);
  });

  describe('the role that a channel asks for', () => {
    it.each([
      ['guest', false],
      ['member', false],
      ['moderator', true],
      ['admin', true],
    ])('keeps a %s out: %s is whether it is in', (name, isIn) => {
      const at = setUp();
      at.channels.put([aChannel('staff', { requiredRoleId: 'moderator' })]);
      const [, person] = PEOPLE.find(([each]) => each === name)!;
      expect(at.access.refusalAt(person, 'staff')).toBe(isIn ? undefined : 'channel.role_required');
    });

    it('is had by who has another of its rank, and by no join token', () => {
      const at = setUp();
      at.channels.put([aChannel('staff', { requiredRoleId: 'moderator' })]);
      const peer = { ...at.directory.get('moderator'), id: 'peer', builtIn: null, permissions: 0 };
      at.directory.apply(({ roles, given }) => {
        roles.set('peer', peer);
        given.set('member', new Set(['peer']));
      });
      expect(at.access.hasRequiredRole(accountActor('member', ''), 'staff')).toBe(true);
      const token: Person = {
        userId: 'jt',
        access: { type: 'token', channelId: 'staff', permissions: setOf(GUEST), mintedBy: 'admin' },
      };
      expect(at.access.refusalAt(token, 'staff')).toBe('channel.role_required');
      at.channels.put([aChannel('staff', { requiredRoleId: 'guest' })]);
      expect(at.access.refusalAt(token, 'staff')).toBe('channel.role_required');
      expect(at.access.refusalAt(guest, 'staff')).toBeUndefined();
    });
  });

  it('tells what one may do on the server, and where that differs', () => {
    const { access } = setUp();
    const { permissions, channelPermissions } = access.ownPermissions(guest, ['closed', 'open', 'pair']);
    expect(permissions).toEqual(GUEST);
    expect(channelPermissions).toEqual({ closed: [], open: CHANNEL_PERMISSIONS });
    expect(access.ownPermissions(accountActor('admin', ''), ['closed', 'open']).channelPermissions).toEqual({});
  });
});
