import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';

const id = { name: 'id', type: 'varchar', length: '36', isPrimary: true };

/** Virtual servers with their channel trees, users, messages. Times are milliseconds since 1970. */
export class Initial1763700000000 implements MigrationInterface {
  readonly name = 'Initial1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'virtual_server',
        columns: [id, { name: 'name', type: 'varchar', length: '64' }, { name: 'createdAt', type: 'bigint' }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'channel',
        columns: [
          id,
          { name: 'serverId', type: 'varchar', length: '36' },
          { name: 'parentId', type: 'varchar', length: '36', isNullable: true },
          { name: 'name', type: 'varchar', length: '64' },
          { name: 'topic', type: 'varchar', length: '256', default: "''" },
          { name: 'position', type: 'integer' },
          { name: 'memberLimit', type: 'integer', isNullable: true },
          { name: 'bitrateBps', type: 'integer' },
          { name: 'createdAt', type: 'bigint' },
        ],
        foreignKeys: [
          {
            columnNames: ['serverId'],
            referencedTableName: 'virtual_server',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
          {
            columnNames: ['parentId'],
            referencedTableName: 'channel',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'user',
        columns: [
          id,
          { name: 'guestKeyHash', type: 'varchar', length: '64', isNullable: true, isUnique: true },
          { name: 'nickname', type: 'varchar', length: '32' },
          { name: 'createdAt', type: 'bigint' },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'message',
        columns: [
          id,
          { name: 'channelId', type: 'varchar', length: '36' },
          { name: 'authorId', type: 'varchar', length: '36' },
          { name: 'authorNickname', type: 'varchar', length: '32' },
          { name: 'nonce', type: 'varchar', length: '64' },
          { name: 'text', type: 'text' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'editedAt', type: 'bigint', isNullable: true },
          { name: 'deletedAt', type: 'bigint', isNullable: true },
        ],
        foreignKeys: [
          {
            columnNames: ['channelId'],
            referencedTableName: 'channel',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
        // Here, as `createIndices` makes them side by side, and on SQLite one reads what the other is just changing.
        indices: [
          { name: 'message_nonce', columnNames: ['authorId', 'nonce'], isUnique: true },
          { name: 'message_history', columnNames: ['channelId', 'id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['message', 'user', 'channel', 'virtual_server']) await runner.dropTable(table);
  }
}
