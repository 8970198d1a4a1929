import { id, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, nickname, permission, timeMs } from '@switchboard/protocol';
import * as v from 'valibot';
import { roleBrief } from '../../access/role.schemas.ts';
import { named } from '../../api/named.ts';

/** Room for characters of several units; what a new one must be is said by the rules for passwords. */
const MAX_PASSWORD_UNITS = 4 * MAX_PASSWORD_LENGTH;
const MAX_NAME_UNITS = 128;
const MAX_TOKEN_LENGTH = 256;

const username = v.pipe(
  v.string(),
  v.minLength(1, 'not empty'),
  v.maxLength(MAX_NAME_UNITS, 'at most 32 characters'),
  v.description('2 to 32 letters, digits, dots, hyphens and underscores. Upper and lower case are the same.'),
);
const password = v.pipe(
  v.string(),
  v.minLength(1, 'not empty'),
  v.maxLength(MAX_PASSWORD_UNITS, `at most ${MAX_PASSWORD_LENGTH} characters`),
);
const newPassword = v.pipe(
  password,
  v.description(
    `${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters; not the user name, and none that everyone would guess.`,
  ),
);
const cookie = v.pipe(
  v.optional(v.boolean(), true),
  v.description(
    'Whether the refresh token goes into a cookie, which is right for browsers. Programs say false, and get it in the answer.',
  ),
);
const refreshToken = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TOKEN_LENGTH));
const code = v.pipe(v.string(), v.minLength(1, 'not empty'), v.maxLength(MAX_TOKEN_LENGTH, 'at most 256 characters'));

export const logInBody = named('LogIn', v.strictObject({ username, password, cookie }));
export type LogInBody = v.InferOutput<typeof logInBody>;

export const registerBody = named(
  'Registration',
  v.strictObject({
    username,
    password: newPassword,
    nickname: v.pipe(v.optional(nickname), v.description('What others see; the user name if absent.')),
    invite: v.pipe(v.optional(code), v.description('The code of an invitation.')),
    cookie,
  }),
);
export type RegisterBody = v.InferOutput<typeof registerBody>;

/** Without a body the cookie says it. */
export const refreshBody = v.optional(
  named(
    'RefreshToken',
    v.strictObject({
      refreshToken: v.pipe(v.optional(refreshToken), v.description('For programs; browsers have it in the cookie.')),
    }),
  ),
  {},
);
export type RefreshBody = v.InferOutput<typeof refreshBody>;

export const setupBody = named(
  'Setup',
  v.strictObject({
    code: v.pipe(code, v.description('From the link that the start of the server prints.')),
    username,
    password: newPassword,
    cookie,
  }),
);
export type SetupBody = v.InferOutput<typeof setupBody>;

export const passwordBody = named('PasswordChange', v.strictObject({ current: password, next: newPassword }));
export type PasswordBody = v.InferOutput<typeof passwordBody>;

export const confirmBody = named('Confirmation', v.strictObject({ password }));
export type ConfirmBody = v.InferOutput<typeof confirmBody>;

export const meChanges = named('MeChanges', v.strictObject({ nickname }));
export type MeChanges = v.InferOutput<typeof meChanges>;

export const me = named(
  'Me',
  v.object({
    id,
    username: v.string(),
    nickname: v.string(),
    roles: v.pipe(v.array(roleBrief), v.description('Those that were given; Member goes without saying.')),
    rank: v.number(),
    permissions: v.pipe(v.array(permission), v.description('On the server; channels may differ.')),
    createdAt: timeMs,
  }),
);
export type MeView = v.InferOutput<typeof me>;

export const loggedIn = named(
  'LoggedIn',
  v.object({
    accessToken: v.pipe(v.string(), v.description('For `Authorization: Bearer`.')),
    expiresAt: timeMs,
    refreshToken: v.pipe(
      v.optional(v.string()),
      v.description(
        'For the next refresh, once. Absent where it is in the cookie, or where the token shown was replaced a moment ago by another window.',
      ),
    ),
    user: me,
  }),
);
export type LoggedInView = v.InferOutput<typeof loggedIn>;

export const setupState = named('SetupState', v.object({ open: v.boolean() }));

export const registrationInfo = named(
  'RegistrationInfo',
  v.object({
    mode: v.pipe(v.picklist(['open', 'invite', 'closed']), v.description('Who may make an account.')),
    guests: v.pipe(v.boolean(), v.description('Whether people may come in by a nickname alone.')),
    name: v.pipe(v.string(), v.description('What people call this server.')),
  }),
);

const ownLogIn = v.object({
  id,
  device: v.string(),
  address: v.string(),
  createdAt: timeMs,
  lastUsedAt: timeMs,
  current: v.pipe(v.boolean(), v.description('The one that asks.')),
});
export const ownLogIns = named('LogIns', v.object({ items: v.array(ownLogIn), next: v.null() }));
export type OwnLogInsView = v.InferOutput<typeof ownLogIns>;
