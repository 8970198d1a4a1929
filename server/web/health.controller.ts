import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { VoiceRelay } from '../relay/voice-relay.ts';

/** For supervisors and load balancers: `live` says that the process answers, `ready` that people can talk. */
@Controller('health')
export class HealthController {
  readonly #database: DataSource;
  readonly #relay: VoiceRelay;

  constructor(database: DataSource, relay: VoiceRelay) {
    this.#database = database;
    this.#relay = relay;
  }

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(): Promise<{ status: 'ok'; checks: Record<string, 'ok'> }> {
    const checks = { database: await isUp(this.#database.query('SELECT 1')), relay: await isUp(this.#relay.report()) };
    const failed = Object.entries(checks).filter(([, up]) => !up);
    if (failed.length > 0) {
      throw new ServiceUnavailableException({
        status: 'failed',
        checks: Object.fromEntries(Object.entries(checks).map(([name, up]) => [name, up ? 'ok' : 'failed'])),
      });
    }
    return { status: 'ok', checks: { database: 'ok', relay: 'ok' } };
  }
}

async function isUp(check: Promise<unknown>): Promise<boolean> {
  return check.then(
    () => true,
    () => false,
  );
}
