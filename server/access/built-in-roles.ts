import { EVERYTHING, MAX_ROLE_RANK, setOf, type Permission, type PermissionSet } from '@switchboard/protocol';
import type { BuiltInRole } from './role.entity.ts';

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

/** As they are made at the first start. All but the Admin's permissions may be changed later; the ranks stay. */
export const BUILT_IN_ROLES: readonly {
  readonly builtIn: BuiltInRole;
  readonly name: string;
  readonly rank: number;
  readonly permissions: PermissionSet;
}[] = [
  { builtIn: 'guest', name: 'Guest', rank: 0, permissions: setOf(GUEST) },
  { builtIn: 'member', name: 'Member', rank: 100, permissions: setOf(MEMBER) },
  { builtIn: 'moderator', name: 'Moderator', rank: 500, permissions: setOf(MODERATOR) },
  { builtIn: 'admin', name: 'Admin', rank: MAX_ROLE_RANK, permissions: EVERYTHING },
];
