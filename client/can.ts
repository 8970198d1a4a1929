import type { Permission } from '@switchboard/protocol';
import type { ClientState } from './client-state.ts';

/**
 * Whether one may do this, as far as the server has told: in a channel, or on the server for want of one. The server has the last
 * word; this is for showing what is worth trying.
 */
export function can(
  { permissions, channelPermissions }: Pick<ClientState, 'permissions' | 'channelPermissions'>,
  permission: Permission,
  channelId: string | null = null,
): boolean {
  const differs = channelId !== null && Object.hasOwn(channelPermissions, channelId);
  const held = differs ? channelPermissions[channelId] : permissions;
  return held?.includes(permission) ?? false;
}
