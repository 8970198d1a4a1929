import { MAX_CHANNEL_NAME_LENGTH, MAX_NOTICE_LENGTH } from '@switchboard/protocol';
import * as v from 'valibot';
import { LOG_LEVELS } from '../common/server-logger.ts';

/** Ten years. */
const MAX_RETENTION_DAYS = 3_650;

const name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'not empty'),
  v.maxLength(MAX_CHANNEL_NAME_LENGTH, `at most ${MAX_CHANNEL_NAME_LENGTH} characters`),
);
const days = v.pipe(
  v.number(),
  v.integer('a whole number of days'),
  v.minValue(0, 'at least 0 days'),
  v.maxValue(MAX_RETENTION_DAYS, `at most ${MAX_RETENTION_DAYS} days`),
);

/** What each setting may be, as it is stored and as the API takes it. */
export const SETTING_SCHEMAS = {
  /** What people call this server. */
  name,
  /** What whoever comes in is told as a notice; empty for nothing. */
  welcome: v.pipe(v.string(), v.maxLength(MAX_NOTICE_LENGTH, `at most ${MAX_NOTICE_LENGTH} characters`)),
  /** Who may make an account: everyone, who has an invite, nobody. */
  registration: v.picklist(['open', 'invite', 'closed'], 'one of open, invite, closed'),
  /** Whether people may come in by a nickname alone. */
  guests: v.boolean('true or false'),
  logLevel: v.picklist(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`),
  /** A guest who was not here for so long is forgotten. 0 for never. */
  guestRetentionDays: days,
} as const;

type Schemas = typeof SETTING_SCHEMAS;

export type SettingKey = keyof Schemas;

/** What the operator decides while the server runs. */
export type Settings = { readonly [K in SettingKey]: v.InferOutput<Schemas[K]> };

export type RegistrationMode = Settings['registration'];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTING_SCHEMAS, key);
}
