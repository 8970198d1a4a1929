import { beforeEach, describe, expect, it } from 'vitest';
import { SwitchboardError } from '@switchboard/protocol';
import { LogInAttempts, type Attempt } from './log-in-attempts.ts';

const HOUR_MS = 3_600_000;

describe('LogInAttempts', () => {
  let sut: LogInAttempts;

  beforeEach(() => {
    sut = new LogInAttempts();
  });

  /** How long one is told to wait; 0 for an attempt that was let through, and failed. */
  function fail(account: string, network: string | undefined, nowMs: number): number {
    try {
      sut.begin(account, network, nowMs);
      return 0;
    } catch (error) {
      if (SwitchboardError.is(error, 'auth.too_many_attempts')) return error.retryAfterMs ?? -1;
      throw error;
    }
  }

  function failTimes(times: number, account: string, network?: string): void {
    for (let i = 0; i < times; i++) expect(fail(account, network, 0)).toBe(0);
  }

  it('doubles the wait with each failure, up to a quarter of an hour', () => {
    failTimes(5, 'ada');
    const waits: number[] = [];
    let nowMs = 0;
    for (let i = 0; i < 13; i++) {
      waits.push(fail('ada', undefined, nowMs));
      nowMs += waits.at(-1) ?? 0;
      expect(fail('ada', undefined, nowMs)).toBe(0);
    }
    expect(waits.map((ms) => ms / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('says how much of the wait is left, and refusals do not make it longer', () => {
    failTimes(5, 'ada');
    expect(fail('ada', undefined, 400)).toBe(600);
    expect(fail('ada', undefined, 999)).toBe(1);
    expect(fail('ada', undefined, 1_000)).toBe(0);
  });

  it('counts one account apart from others', () => {
    failTimes(5, 'ada');
    expect(fail('bob', undefined, 0)).toBe(0);
  });

  it('counts an address across accounts', () => {
    for (let i = 0; i < 20; i++) failTimes(1, `account ${i}`, '192.0.2.1');
    expect(fail('ada', '192.0.2.1', 0)).toBe(1_000);
    expect(fail('ada', '192.0.2.2', 0)).toBe(0);
  });

  it('forgets the account’s failures at a success, and the address only this attempt', () => {
    for (let i = 0; i < 19; i++) failTimes(1, `account ${i}`, '192.0.2.1');
    for (let i = 0; i < 5; i++) sut.begin('ada', '192.0.2.1', 0).succeeded();
    failTimes(1, 'ada', '192.0.2.1');
    expect(fail('bob', '192.0.2.1', 0)).toBe(1_000);
  });

  it('takes back what was not put to the test', () => {
    const attempts: Attempt[] = [];
    for (let i = 0; i < 5; i++) attempts.push(sut.begin('ada', '192.0.2.1', 0));
    expect(fail('ada', '192.0.2.1', 0)).toBe(1_000);
    attempts.pop()?.withdrawn();
    expect(fail('ada', '192.0.2.1', 0)).toBe(0);
    expect(fail('ada', '192.0.2.1', 0)).toBe(1_000);
    for (const attempt of attempts) attempt.withdrawn();
  });

  it('forgets after an hour without a failure', () => {
    failTimes(4, 'ada', '192.0.2.1');
    fail('bob', '192.0.2.2', HOUR_MS);
    expect(sut.size).toBe(2);
    for (let i = 0; i < 5; i++) expect(fail('ada', undefined, HOUR_MS)).toBe(0);
  });

  it('keeps a bounded number, and those that failed last', () => {
    for (let i = 0; i < 10_050; i++) fail(`account ${i}`, `network ${i}`, 0);
    expect(sut.size).toBe(20_000);
    for (let i = 0; i < 4; i++) fail('account 10049', undefined, 1);
    expect(fail('account 10049', undefined, 1)).toBe(1_000);
  });
});
