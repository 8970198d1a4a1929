import { stat } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { Counter, Histogram, type Registry } from 'prom-client';
import { ServerConfig } from '../config/server-config.ts';
import { databaseFile } from '../database/database.module.ts';
import { gauge, type MetricSource } from './figures.ts';
import { QueryTimes } from './query-times.ts';

/** In seconds. A commit waits for the disk: some ms on a good one. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

@Injectable()
export class DatabaseMetrics implements MetricSource {
  readonly #file: string;
  readonly #times: QueryTimes;

  constructor(config: ServerConfig, times: QueryTimes) {
    this.#file = databaseFile(config);
    this.#times = times;
  }

  register(registry: Registry): void {
    gauge(registry, 'switchboard_database_size_bytes', 'The database file.', () => sizeOf(this.#file));
    gauge(registry, 'switchboard_database_wal_bytes', 'Its write-ahead log.', () => sizeOf(`${this.#file}-wal`));
    const durations = new Histogram({
      name: 'switchboard_database_query_duration_seconds',
      help: 'How long statements took, with their wait for the database.',
      labelNames: ['operation'],
      buckets: BUCKETS,
      registers: [registry],
    });
    const failures = new Counter({
      name: 'switchboard_database_query_failures_total',
      help: 'Statements that failed.',
      registers: [registry],
    });
    this.#times.onQuery((operation, seconds, succeeded) => {
      if (succeeded) durations.observe({ operation }, seconds);
      else failures.inc();
    });
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}
