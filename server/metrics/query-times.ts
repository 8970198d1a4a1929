import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource, type AfterQueryEvent, type EntitySubscriberInterface } from 'typeorm';

const OPERATIONS = ['select', 'insert', 'update', 'delete'] as const;
type QueryOperation = (typeof OPERATIONS)[number] | 'other';

/** Told of each statement, with how long it took and whether it succeeded. */
export type QueryListener = (operation: QueryOperation, seconds: number, succeeded: boolean) => void;

/** Hears of every statement that the database is given. */
@Injectable()
export class QueryTimes implements EntitySubscriberInterface, OnModuleInit, OnModuleDestroy {
  readonly #database: DataSource;
  readonly #listeners: QueryListener[] = [];

  constructor(database: DataSource) {
    this.#database = database;
  }

  onModuleInit(): void {
    this.#database.subscribers.push(this);
  }

  onModuleDestroy(): void {
    this.#database.subscribers.splice(this.#database.subscribers.indexOf(this), 1);
  }

  onQuery(listener: QueryListener): void {
    this.#listeners.push(listener);
  }

  afterQuery({ query, executionTime = 0, success }: AfterQueryEvent<unknown>): void {
    const word = /^\s*(\w+)/.exec(query)?.[1]?.toLowerCase();
    const operation = OPERATIONS.find((known) => known === word) ?? 'other';
    for (const listener of this.#listeners) listener(operation, executionTime / 1_000, success);
  }
}
