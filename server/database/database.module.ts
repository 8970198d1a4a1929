import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ServerConfig } from '../config/server-config.ts';
import { databaseOptions, openDatabase } from './open-database.ts';

/** Where the database of this server is. */
export function databaseFile({ dataDir }: ServerConfig): string {
  return join(dataDir, 'switchboard.sqlite');
}

/** The embedded database. It is open, checked and migrated before any provider that uses it exists, hence before any port opens. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [ServerConfig],
      useFactory: async (config: ServerConfig): Promise<TypeOrmModuleOptions> => {
        await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
        // A file that cannot be opened now cannot be in half a minute either: no trying again.
        return { ...databaseOptions(databaseFile(config)), toRetry: () => false };
      },
      dataSourceFactory: async (options) => {
        if (options === undefined) throw new Error('the database has no options');
        return openDatabase(new DataSource(options));
      },
    }),
  ],
})
export class DatabaseModule {}
