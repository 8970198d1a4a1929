import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of which language the text of a message is, and from which lines of which file, as JSON; null for words, as all are at first.
 *
 * In SQL: on SQLite the query runner's own `addColumn` copies the table and drops the first one.
 */
export class MessageCode1764100000000 implements MigrationInterface {
  readonly name = 'MessageCode1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "message" ADD COLUMN "code" text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "message" DROP COLUMN "code"');
  }
}
