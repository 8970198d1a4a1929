import { ServiceUnavailableException } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ControlServer } from '../control/control-server.ts';
import type { VoiceRelay } from '../relay/voice-relay.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { HealthController } from './health.controller.ts';

describe('HealthController', () => {
  let clock: ManualClock;

  /** Of a database and a relay that cannot be made to hang. */
  function ready(database: Promise<unknown>, relay: Promise<unknown>, isListening = true): Promise<unknown> {
    const query = { query: () => database } as unknown as DataSource;
    const report = { report: () => relay } as unknown as VoiceRelay;
    const control = { isListening } as unknown as ControlServer;
    return new HealthController(query, report, control, clock).ready();
  }

  async function checksOf(answer: Promise<unknown>): Promise<unknown> {
    const error: unknown = await answer.catch((cause: unknown) => cause);
    return error instanceof ServiceUnavailableException ? error.getResponse() : error;
  }

  const never = new Promise(() => {});

  beforeEach(() => {
    clock = new ManualClock();
  });

  it('is ready when all answer, and waits for nothing more', async () => {
    expect(await ready(Promise.resolve(), Promise.resolve())).toMatchObject({ status: 'ok' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('says which of them failed', async () => {
    const checks = await checksOf(ready(Promise.reject(new Error('no')), Promise.resolve()));
    expect(checks).toEqual({ status: 'failed', checks: { database: 'failed', relay: 'ok', control: 'ok' } });
    const closed = await checksOf(ready(Promise.resolve(), Promise.resolve(), false));
    expect(closed).toEqual({ status: 'failed', checks: { database: 'ok', relay: 'ok', control: 'failed' } });
  });

  it('takes one that does not answer for failed after two seconds, both at once', async () => {
    const checks = checksOf(ready(never, never));
    clock.advance(2_000);
    expect(await checks).toEqual({ status: 'failed', checks: { database: 'failed', relay: 'failed', control: 'ok' } });
  });
});
