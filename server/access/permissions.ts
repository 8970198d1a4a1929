import type { PermissionSet } from '@switchboard/protocol';

/** What one level of the channel tree takes from and gives to roles, by their ids. */
export type RulesOfChannel = ReadonlyMap<string, { readonly allow: PermissionSet; readonly deny: PermissionSet }>;

/** What a role brings to whoever has it. */
export interface RoleGrant {
  readonly id: string;
  readonly permissions: PermissionSet;
}

/**
 * What someone with these roles may do. `levels` leads from the root of the tree down to the channel; none for the server itself.
 * At each level first what it denies to any of the roles is taken away, then what it allows to any of them is given: the nearest
 * level has the last word, and on one level allowing wins. See ADR 015.
 */
export function permissionsIn(roles: readonly RoleGrant[], levels: readonly RulesOfChannel[]): PermissionSet {
  let set = 0;
  for (const { permissions } of roles) set |= permissions;
  for (const rules of levels) {
    let denied = 0;
    let allowed = 0;
    for (const { id } of roles) {
      const rule = rules.get(id);
      if (rule === undefined) continue;
      denied |= rule.deny;
      allowed |= rule.allow;
    }
    set = (set & ~denied) | allowed;
  }
  return set >>> 0;
}
