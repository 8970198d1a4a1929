import { SwitchboardError } from '@switchboard/protocol';

/** So many failures are free; each one after them doubles the wait. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 15 * 60_000;
/** What has been quiet for so long is forgotten. */
const FORGET_MS = 3_600_000;
/** Above this the one that was quiet longest is forgotten sooner. */
const MAX_KEPT = 10_000;

interface Failures {
  count: number;
  blockedUntilMs: number;
  lastAtMs: number;
}

/** One attempt that is being made. It counts as failed unless it is told otherwise. */
export interface Attempt {
  /** It was who it said: the account's failures are forgotten, the address has one fewer. */
  succeeded(): void;
  /** It was not put to the test: as if it had never been made. */
  withdrawn(): void;
}

/**
 * Failed attempts to show a password, per account and per address, with a wait that grows. An attempt counts from its beginning, so that many at
 * once are no way round it. Kept in memory: a restart forgives. Time comes in.
 */
export class LogInAttempts {
  readonly #accounts = new FailureCounts(FREE_FAILURES);
  readonly #addresses: FailureCounts;

  /** @param freePerAddress failures of one address that are free: many people may share it. */
  constructor(freePerAddress = 4 * FREE_FAILURES) {
    this.#addresses = new FailureCounts(freePerAddress);
  }

  get size(): number {
    return this.#accounts.size + this.#addresses.size;
  }

  /**
   * @param network as limits per address count it; undefined where none applies.
   * @throws SwitchboardError `auth.too_many_attempts` with `retryAfterMs`
   */
  begin(account: string, network: string | undefined, nowMs: number): Attempt {
    const waitMs = Math.max(
      this.#accounts.waitMs(account, nowMs),
      network === undefined ? 0 : this.#addresses.waitMs(network, nowMs),
    );
    if (waitMs > 0) throw new SwitchboardError('auth.too_many_attempts', undefined, { retryAfterMs: waitMs });
    this.#accounts.add(account, nowMs);
    if (network !== undefined) this.#addresses.add(network, nowMs);
    const takeBack = (): void => {
      if (network !== undefined) this.#addresses.takeBack(network);
    };
    return {
      succeeded: () => {
        this.#accounts.forget(account);
        takeBack();
      },
      withdrawn: () => {
        this.#accounts.takeBack(account);
        takeBack();
      },
    };
  }
}

class FailureCounts {
  readonly #free: number;
  /** The one that was quiet longest comes first. */
  readonly #kept = new Map<string, Failures>();

  constructor(free: number) {
    this.#free = free;
  }

  get size(): number {
    return this.#kept.size;
  }

  waitMs(key: string, nowMs: number): number {
    const failures = this.#kept.get(key);
    return failures === undefined ? 0 : Math.max(0, failures.blockedUntilMs - nowMs);
  }

  add(key: string, nowMs: number): void {
    this.#forgetQuiet(nowMs);
    const count = (this.#kept.get(key)?.count ?? 0) + 1;
    const delayMs = count < this.#free ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - this.#free));
    this.#kept.delete(key);
    this.#kept.set(key, { count, blockedUntilMs: nowMs + delayMs, lastAtMs: nowMs });
  }

  takeBack(key: string): void {
    const failures = this.#kept.get(key);
    if (failures === undefined) return;
    failures.count--;
    // What others have failed meanwhile still counts, and their wait with it.
    if (failures.count < this.#free) failures.blockedUntilMs = 0;
    if (failures.count <= 0) this.#kept.delete(key);
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }

  #forgetQuiet(nowMs: number): void {
    for (const [key, { lastAtMs }] of this.#kept) {
      if (nowMs - lastAtMs < FORGET_MS && this.#kept.size < MAX_KEPT) return;
      this.#kept.delete(key);
    }
  }
}
