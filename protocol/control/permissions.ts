import * as v from 'valibot';

/**
 * What someone may do, by name, each a bit of a u32. Names are the contract (`docs/protocol.md`); a bit is never given another meaning,
 * as it is stored.
 */
export const PERMISSIONS = {
  /** Know that a channel exists, and who is in it. */
  see: 1 << 0,
  /** Go into it. */
  join: 1 << 1,
  speak: 1 << 2,
  whisper: 1 << 3,
  'chat.send': 1 << 4,
  /** Delete what others wrote; no slow mode for oneself. */
  'chat.delete': 1 << 5,
  /** Mute and deafen others for everyone. */
  'member.mute': 1 << 6,
  'member.move': 1 << 7,
  'member.kick': 1 << 8,
  'member.ban': 1 << 9,
  /** Make a channel that goes when the last one leaves it. */
  'channel.temporary': 1 << 10,
  /** Make, change, order and delete channels. */
  'channel.manage': 1 << 11,
  /** Invite people to register. */
  'invite.create': 1 << 12,
  /** Mint join tokens for a channel. */
  'token.mint': 1 << 13,
  'user.manage': 1 << 14,
  'role.manage': 1 << 15,
  'audit.read': 1 << 16,
  'plugin.manage': 1 << 17,
  /** Settings, API keys, webhooks, back-ups, the stress test. */
  'server.manage': 1 << 18,
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Several permissions: a u32 of their bits. */
export type PermissionSet = number;

export const ALL_PERMISSIONS: readonly Permission[] = Object.keys(PERMISSIONS) as Permission[];

/** Those that mean something within a channel, so that a channel can allow and deny them; the others are the server's. */
export const CHANNEL_PERMISSIONS = [
  'see',
  'join',
  'speak',
  'whisper',
  'chat.send',
  'chat.delete',
  'member.mute',
  'member.move',
  'member.kick',
  'channel.temporary',
  'channel.manage',
  'token.mint',
] as const satisfies readonly Permission[];

export const permission = v.picklist(ALL_PERMISSIONS);
export const channelPermission = v.picklist(CHANNEL_PERMISSIONS);

export function setOf(names: readonly Permission[]): PermissionSet {
  return names.reduce((set, name) => set | PERMISSIONS[name], 0) >>> 0;
}

export function namesOf(set: PermissionSet): Permission[] {
  return ALL_PERMISSIONS.filter((name) => holds(set, name));
}

export function holds(set: PermissionSet, name: Permission): boolean {
  return (set & PERMISSIONS[name]) !== 0;
}

export const EVERYTHING: PermissionSet = setOf(ALL_PERMISSIONS);
