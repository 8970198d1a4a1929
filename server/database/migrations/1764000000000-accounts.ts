import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';

const id = (name = 'id'): TableColumnOptions => ({ ...text(name, 36), isPrimary: true });
const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: String(length) });
const name = text('name', 64);
const time = (column: string): TableColumnOptions => ({ name: column, type: 'bigint' });
const number = (column: string): TableColumnOptions => ({ name: column, type: 'integer' });
const json = (column: string): TableColumnOptions => ({ name: column, type: 'text' });
const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
const unique = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isUnique: true });

const references = (column: string, table: string) => ({
  columnNames: [column],
  referencedTableName: table,
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
});
const index = (indexName: string, ...columnNames: string[]) => ({ name: indexName, columnNames });

const TABLES = [
  new Table({
    name: 'role',
    columns: [
      id(),
      unique(optional(text('builtIn', 16))),
      name,
      number('rank'),
      optional(text('colour', 7)),
      number('permissions'),
      time('createdAt'),
    ],
  }),
  new Table({
    name: 'channel_rule',
    columns: [id('channelId'), id('roleId'), number('allow'), number('deny')],
    foreignKeys: [references('channelId', 'channel'), references('roleId', 'role')],
  }),
  new Table({
    name: 'user_role',
    columns: [id('userId'), id('roleId')],
    foreignKeys: [references('userId', 'user'), references('roleId', 'role')],
  }),
  new Table({
    name: 'log_in',
    columns: [
      id(),
      text('userId', 36),
      text('tokenHash', 64),
      optional(text('previousTokenHash', 64)),
      time('rotatedAt'),
      text('device', 128),
      text('address', 45),
      time('createdAt'),
      time('expiresAt'),
    ],
    foreignKeys: [references('userId', 'user')],
    indices: [index('log_in_user', 'userId')],
  }),
  new Table({
    name: 'api_key',
    columns: [
      id(),
      name,
      unique(text('keyHash', 64)),
      number('permissions'),
      text('createdBy', 36),
      time('createdAt'),
      optional(time('expiresAt')),
      optional(time('lastUsedAt')),
    ],
    foreignKeys: [references('createdBy', 'user')],
  }),
  new Table({
    name: 'invite',
    columns: [
      id(),
      unique(text('codeHash', 64)),
      { ...text('note', 64), default: "''" },
      json('roleIds'),
      optional(number('maxUses')),
      { ...number('uses'), default: 0 },
      text('createdBy', 36),
      time('createdAt'),
      optional(time('expiresAt')),
    ],
    foreignKeys: [references('createdBy', 'user')],
  }),
  new Table({
    name: 'ban',
    columns: [
      id(),
      optional(text('userId', 36)),
      text('nickname', 32),
      optional(text('address', 64)),
      { ...text('reason', 256), default: "''" },
      text('createdBy', 36),
      text('createdByName', 32),
      time('createdAt'),
      optional(time('until')),
    ],
    indices: [index('ban_user', 'userId'), index('ban_address', 'address')],
  }),
  new Table({
    name: 'audit_entry',
    columns: [
      id(),
      time('at'),
      optional(text('actorId', 36)),
      text('actorName', 64),
      text('action', 64),
      optional(text('targetId', 64)),
      { ...text('targetName', 128), default: "''" },
      json('detail'),
    ],
    indices: [index('audit_entry_action', 'action', 'id')],
  }),
  new Table({ name: 'setting', columns: [{ ...text('key', 64), isPrimary: true }, json('value')] }),
  new Table({
    name: 'webhook',
    columns: [
      id(),
      name,
      text('url', 2048),
      text('secret', 64),
      json('events'),
      { name: 'enabled', type: 'boolean', default: 1 },
      time('createdAt'),
    ],
  }),
  new Table({
    name: 'webhook_delivery',
    columns: [
      id(),
      text('webhookId', 36),
      text('event', 32),
      json('body'),
      text('status', 16),
      { ...number('attempts'), default: 0 },
      optional(time('nextAttemptAt')),
      optional(number('responseStatus')),
      optional(text('failure', 256)),
      time('createdAt'),
      optional(time('deliveredAt')),
    ],
    foreignKeys: [references('webhookId', 'webhook')],
    indices: [
      index('webhook_delivery_due', 'status', 'nextAttemptAt'),
      index('webhook_delivery_of', 'webhookId', 'id'),
    ],
  }),
];

/** In SQL: on SQLite the query runner's own `addColumn` copies the table and drops the first one. */
const COLUMNS = {
  user: {
    username: 'varchar(32)',
    usernameKey: 'varchar(64)',
    passwordHash: 'varchar(128)',
    serverMuted: 'boolean NOT NULL DEFAULT (0)',
    serverDeafened: 'boolean NOT NULL DEFAULT (0)',
    lastSeenAt: 'bigint',
  },
  channel: {
    passwordHash: 'varchar(128)',
    requiredRoleId: 'varchar(36)',
    slowModeS: 'integer NOT NULL DEFAULT (0)',
    temporary: 'boolean NOT NULL DEFAULT (0)',
  },
};

/** Accounts with their log-ins, roles, keys and invites; rules of channels; bans, the audit log, settings, webhooks. */
export class Accounts1764000000000 implements MigrationInterface {
  readonly name = 'Accounts1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
    for (const [table, columns] of Object.entries(COLUMNS)) {
      for (const [column, type] of Object.entries(columns)) {
        await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${type}`);
      }
    }
    await runner.query('CREATE UNIQUE INDEX "user_username" ON "user" ("usernameKey")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "user_username"');
    for (const [table, columns] of Object.entries(COLUMNS).toReversed()) {
      for (const column of Object.keys(columns).toReversed()) {
        await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
      }
    }
    for (const table of TABLES.toReversed()) await runner.dropTable(table.name);
  }
}
