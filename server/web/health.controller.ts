import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../common/clock.ts';
import { within } from '../common/deadline.ts';
import { ControlServer } from '../control/control-server.ts';
import { VoiceRelay } from '../relay/voice-relay.ts';

/** What has not answered by then is not up: a check that hangs must not hang who asks. */
const CHECK_LIMIT_MS = 2_000;

/** For supervisors and load balancers: `live` says that the process answers, `ready` that people can talk. */
@Controller('health')
export class HealthController {
  readonly #database: DataSource;
  readonly #relay: VoiceRelay;
  readonly #control: ControlServer;
  readonly #clock: Clock;

  constructor(database: DataSource, relay: VoiceRelay, control: ControlServer, clock: Clock) {
    this.#database = database;
    this.#relay = relay;
    this.#control = control;
    this.#clock = clock;
  }

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(): Promise<{ status: 'ok'; checks: Record<string, 'ok'> }> {
    const [database, relay, control] = await Promise.all([
      this.#isUp(this.#database.query('SELECT 1')),
      this.#isUp(this.#relay.report()),
      Promise.resolve(this.#control.isListening),
    ]);
    const checks = { database, relay, control };
    const failed = Object.entries(checks).filter(([, up]) => !up);
    if (failed.length > 0) {
      throw new ServiceUnavailableException({
        status: 'failed',
        checks: Object.fromEntries(Object.entries(checks).map(([name, up]) => [name, up ? 'ok' : 'failed'])),
      });
    }
    return { status: 'ok', checks: { database: 'ok', relay: 'ok', control: 'ok' } };
  }

  async #isUp(check: Promise<unknown>): Promise<boolean> {
    const answered = check.then(() => true);
    return (await within(this.#clock, CHECK_LIMIT_MS, answered)) ?? false;
  }
}
