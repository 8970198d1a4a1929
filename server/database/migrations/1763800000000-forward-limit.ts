import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many speakers of a channel are forwarded at a time; null, as all have at first, for automatic.
 *
 * In SQL: on SQLite the query runner's own `addColumn` copies the table and drops the first one.
 */
export class ForwardLimit1763800000000 implements MigrationInterface {
  readonly name = 'ForwardLimit1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "channel" ADD COLUMN "forwardLimit" integer');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "channel" DROP COLUMN "forwardLimit"');
  }
}
