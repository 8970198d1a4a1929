import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';

const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: String(length) });
const long = (name: string): TableColumnOptions => ({ name, type: 'text' });
const flag = (name: string): TableColumnOptions => ({ name, type: 'boolean', default: '0' });
const time = (name: string): TableColumnOptions => ({ name, type: 'bigint' });

const TABLES = [
  new Table({
    name: 'plugin',
    columns: [
      { ...text('id', 64), isPrimary: true },
      text('version', 64),
      { ...text('publisher', 64), isNullable: true },
      long('manifest'),
      long('package'),
      text('packageSha256', 64),
      { name: 'packageBytes', type: 'integer' },
      long('icon'),
      flag('enabled'),
      flag('offered'),
      { name: 'position', type: 'integer' },
      long('config'),
      long('consents'),
      time('installedAt'),
      time('updatedAt'),
    ],
  }),
  new Table({
    name: 'plugin_value',
    columns: [{ ...text('pluginId', 64), isPrimary: true }, { ...text('key', 64), isPrimary: true }, long('value')],
    foreignKeys: [
      { columnNames: ['pluginId'], referencedTableName: 'plugin', referencedColumnNames: ['id'], onDelete: 'CASCADE' },
    ],
  }),
];

/**
 * Plugins with what they keep; of a message, which plugin wrote it, and the hash of the text as it was sent, where a plugin has changed that.
 *
 * The columns in SQL: on SQLite the query runner's own `addColumn` copies the table and drops the first one.
 */
export class Plugins1764200000000 implements MigrationInterface {
  readonly name = 'Plugins1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.createTable(table);
    await runner.query('ALTER TABLE "message" ADD COLUMN "plugin" varchar(64)');
    await runner.query('ALTER TABLE "message" ADD COLUMN "sentHash" varchar(64)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "message" DROP COLUMN "sentHash"');
    await runner.query('ALTER TABLE "message" DROP COLUMN "plugin"');
    for (const table of TABLES.toReversed()) await runner.dropTable(table.name);
  }
}
