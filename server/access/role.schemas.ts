import { MAX_ROLE_RANK, channelPermission, id, permission } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';

const MAX_ROLE_NAME_LENGTH = 64;

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'not empty'),
  v.maxLength(MAX_ROLE_NAME_LENGTH, `at most ${MAX_ROLE_NAME_LENGTH} characters`),
);
const rank = v.pipe(
  v.number(),
  v.integer('a whole number'),
  v.minValue(0, `from 0 to ${MAX_ROLE_RANK}`),
  v.maxValue(MAX_ROLE_RANK, `from 0 to ${MAX_ROLE_RANK}`),
  v.description('0 to 1000. Nobody acts on people and roles whose rank is not below their own.'),
);
const colour = v.pipe(
  v.nullable(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/, 'a colour such as #3366cc'))),
  v.description('`#rrggbb` in lower case; null for none.'),
);
const permissions = v.pipe(v.array(permission), v.maxLength(64), v.description('What the role lets people do.'));

/** What others see of a role. */
export const roleBrief = named(
  'RoleBrief',
  v.object({ id, name: v.string(), rank: v.number(), colour: v.nullable(v.string()) }),
);

export const role = named(
  'Role',
  v.object({
    id,
    builtIn: v.pipe(
      v.nullable(v.picklist(['guest', 'member', 'moderator', 'admin'])),
      v.description('Which of the roles that every server has; null for one that was made here.'),
    ),
    name: v.string(),
    rank: v.number(),
    colour: v.nullable(v.string()),
    permissions: v.array(permission),
    memberCount: v.pipe(v.number(), v.description('Accounts that were given it.')),
  }),
);
export type RoleView = v.InferOutput<typeof role>;

export const newRole = named(
  'NewRole',
  v.strictObject({ name, rank, colour: v.optional(colour, null), permissions: v.optional(permissions, []) }),
);
export const roleChanges = named(
  'RoleChanges',
  v.strictObject({
    name: v.optional(name),
    rank: v.optional(rank),
    colour: v.optional(colour),
    permissions: v.optional(permissions),
  }),
);

export const permissionInfo = named(
  'PermissionInfo',
  v.object({
    name: permission,
    scope: v.pipe(
      v.picklist(['server', 'channel']),
      v.description('`channel`: a channel can allow and deny it to a role.'),
    ),
    description: v.string(),
  }),
);
export type PermissionInfoView = v.InferOutput<typeof permissionInfo>;

const inChannel = v.pipe(v.array(channelPermission), v.maxLength(64));
const MAX_RULES = 1_000;

/** What one role is allowed and denied in a channel and below it. */
const channelRule = named('ChannelRule', v.strictObject({ roleId: id, allow: inChannel, deny: inChannel }));
export const channelRules = named(
  'ChannelRules',
  v.strictObject({
    items: v.pipe(
      v.array(channelRule),
      v.maxLength(MAX_RULES, `at most ${MAX_RULES} rules`),
      v.check((rules) => new Set(rules.map(({ roleId }) => roleId)).size === rules.length, 'one rule for each role'),
      v.check(
        (rules) => rules.every(({ allow, deny }) => !allow.some((allowed) => deny.includes(allowed))),
        'rules that do not both allow and deny the same',
      ),
    ),
  }),
);
export type ChannelRulesView = v.InferOutput<typeof channelRules>;
