import type { Permission } from '@switchboard/protocol';
import type { Session } from './api/session.ts';
import type { Role } from './api/types.ts';
import type { AdminStrings } from './strings/strings.ts';

/** Why a role cannot be changed, if so. */
export function roleLock({ roles }: AdminStrings, session: Session, role: Role): string | undefined {
  if (role.builtIn === 'admin') return roles.adminAll;
  return session.outranks(role.rank) ? undefined : roles.tooHigh;
}

/** Why a permission of a role cannot be given or taken, if so. */
export function permissionLock(
  text: AdminStrings,
  session: Session,
  role: Role | undefined,
  permission: Permission,
): string | undefined {
  const whole = role === undefined ? undefined : roleLock(text, session, role);
  if (whole !== undefined) return whole;
  return session.may(permission) ? undefined : text.roles.notYours;
}
