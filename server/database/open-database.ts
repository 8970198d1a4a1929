import type { DataSource, DataSourceOptions } from 'typeorm';
import { ChannelRule } from '../access/channel-rule.entity.ts';
import { Role } from '../access/role.entity.ts';
import { AuditEntry } from '../audit/audit-entry.entity.ts';
import { ApiKey } from '../auth/api-key.entity.ts';
import { LogIn } from '../auth/log-in.entity.ts';
import { Channel } from '../channels/channel.entity.ts';
import { StoredMessage } from '../chat/message.entity.ts';
import { Invite } from '../invites/invite.entity.ts';
import { Ban } from '../moderation/ban.entity.ts';
import { PluginValue } from '../plugins/plugin-value.entity.ts';
import { InstalledPlugin } from '../plugins/plugin.entity.ts';
import { VirtualServer } from '../servers/virtual-server.entity.ts';
import { Setting } from '../settings/setting.entity.ts';
import { UserRole } from '../users/user-role.entity.ts';
import { User } from '../users/user.entity.ts';
import { WebhookDelivery } from '../webhooks/webhook-delivery.entity.ts';
import { Webhook } from '../webhooks/webhook.entity.ts';
import { makeTransactionsExclusive } from './exclusive-transactions.ts';
import { Initial1763700000000 } from './migrations/1763700000000-initial.ts';
import { ForwardLimit1763800000000 } from './migrations/1763800000000-forward-limit.ts';
import { Accounts1764000000000 } from './migrations/1764000000000-accounts.ts';
import { MessageCode1764100000000 } from './migrations/1764100000000-message-code.ts';
import { Plugins1764200000000 } from './migrations/1764200000000-plugins.ts';

const BUSY_TIMEOUT_MS = 5_000;

export function databaseOptions(file: string): DataSourceOptions {
  return {
    type: 'sqlite',
    database: file,
    enableWAL: true,
    busyTimeout: BUSY_TIMEOUT_MS,
    entities: [
      ApiKey,
      AuditEntry,
      Ban,
      Channel,
      ChannelRule,
      InstalledPlugin,
      Invite,
      LogIn,
      PluginValue,
      Role,
      Setting,
      StoredMessage,
      User,
      UserRole,
      VirtualServer,
      Webhook,
      WebhookDelivery,
    ],
    migrations: [
      Initial1763700000000,
      ForwardLimit1763800000000,
      Accounts1764000000000,
      MessageCode1764100000000,
      Plugins1764200000000,
    ],
    migrationsTransactionMode: 'each',
    synchronize: false,
  };
}

/** A database that a newer version has written: running on it could lose what it holds. */
export class NewerDatabaseError extends Error {
  constructor(unknown: readonly string[]) {
    super(
      `The database was written by a newer version of Switchboard (it has ${unknown.join(', ')}). ` +
        'Update this one, or start it with another SWITCHBOARD_DATA_DIR.',
    );
    this.name = 'NewerDatabaseError';
  }
}

/**
 * Opens the database, refuses one that is newer than this code, and brings an older one up to date.
 *
 * `synchronous = FULL`: a message that was acknowledged has reached the disk, so it outlives a power cut as well as a
 * killed process. In WAL mode that costs one fsync a commit.
 */
export async function openDatabase(database: DataSource): Promise<DataSource> {
  await database.initialize();
  try {
    await database.query('PRAGMA synchronous = FULL');
    await refuseNewer(database);
    await database.runMigrations();
    makeTransactionsExclusive(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

async function refuseNewer(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const applied = await database.query<{ name: string }[]>('SELECT name FROM migrations');
    const known = new Set(database.migrations.map((migration) => migration.name));
    const unknown = applied.map(({ name }) => name).filter((name) => !known.has(name));
    if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  } finally {
    await runner.release();
  }
}
