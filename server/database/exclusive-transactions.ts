import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { SqliteDriver } from 'typeorm/driver/sqlite/SqliteDriver.js';
import { SqliteQueryRunner } from 'typeorm/driver/sqlite/SqliteQueryRunner.js';

/** Who goes in while nobody is alone; who is to be alone waits until all are out, and lets nobody else in meanwhile. */
class Gate {
  #inside = 0;
  /** Who is alone, or waits to be; each lets the next on when it is over. */
  #alone: Promise<unknown> | undefined;
  #lastOut: (() => void) | undefined;

  async together<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    this.#inside++;
    try {
      return await work();
    } finally {
      this.#inside--;
      if (this.#inside === 0) this.#lastOut?.();
    }
  }

  /** Resolves when nobody else is inside, with what opens the gate again. */
  async alone(): Promise<() => void> {
    while (this.#alone !== undefined) await this.#alone;
    const over = Promise.withResolvers<undefined>();
    this.#alone = over.promise;
    if (this.#inside > 0) {
      await new Promise<void>((lastOut) => {
        this.#lastOut = lastOut;
      });
      this.#lastOut = undefined;
    }
    return () => {
      this.#alone = undefined;
      over.resolve(undefined);
    };
  }
}

const inTransaction = new AsyncLocalStorage<boolean>();

/** A runner for each transaction, so that its statements are told from those of everyone else. */
class ExclusiveQueryRunner extends SqliteQueryRunner {
  readonly #gate: Gate;
  #open: (() => void) | undefined;

  constructor(driver: SqliteDriver, gate: Gate) {
    super(driver);
    this.#gate = gate;
  }

  override async startTransaction(...isolation: Parameters<SqliteQueryRunner['startTransaction']>): Promise<void> {
    if (this.transactionDepth > 0) return super.startTransaction(...isolation);
    this.#open = await this.#gate.alone();
    try {
      await super.startTransaction(...isolation);
    } catch (error) {
      this.#letOthersIn();
      throw error;
    }
  }

  override async commitTransaction(): Promise<void> {
    await super.commitTransaction();
    if (this.transactionDepth === 0) this.#letOthersIn();
  }

  override async rollbackTransaction(): Promise<void> {
    const outermost = this.transactionDepth <= 1;
    try {
      await super.rollbackTransaction();
    } finally {
      if (outermost) this.#letOthersIn();
    }
  }

  override query(...statement: Parameters<SqliteQueryRunner['query']>): ReturnType<SqliteQueryRunner['query']> {
    if (this.#open !== undefined) return super.query(...statement);
    if (inTransaction.getStore() === true) {
      throw new Error('within a transaction its own manager is used: this statement would wait for itself');
    }
    return this.#gate.together(() => super.query(...statement));
  }

  #letOthersIn(): void {
    this.#open?.();
    this.#open = undefined;
  }
}

/**
 * Makes transactions safe on the one connection that there is to SQLite: each is alone while it lasts. Otherwise TypeORM runs what
 * comes meanwhile inside it, as all share one query runner, and a roll-back takes along what somebody else was told is stored.
 */
export function makeTransactionsExclusive(database: DataSource): void {
  const { driver, manager } = database;
  if (!(driver instanceof SqliteDriver)) throw new Error('this is for SQLite');
  const gate = new Gate();
  driver.createQueryRunner = (): QueryRunner => new ExclusiveQueryRunner(driver, gate);
  const transaction = manager.transaction.bind(manager) as (...work: unknown[]) => Promise<unknown>;
  manager.transaction = (...work: unknown[]) => inTransaction.run(true, () => transaction(...work));
}
