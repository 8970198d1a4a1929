import { Get, Patch } from '@nestjs/common';
import * as v from 'valibot';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { named } from '../api/named.ts';
import { ValidBody } from '../api/valid.ts';
import { AuditService } from '../audit/audit.service.ts';
import { SETTING_SCHEMAS, type Settings } from './settings.ts';
import { SettingsService } from './settings.service.ts';

const settingsView = named('Settings', v.object(SETTING_SCHEMAS));
const settingsChanges = named('SettingsChanges', v.partial(v.strictObject(SETTING_SCHEMAS)));

const EXAMPLE: Settings = {
  name: 'Our voice chat',
  welcome: 'Welcome! Please use headphones.',
  registration: 'invite',
  guests: true,
  logLevel: 'log',
  guestRetentionDays: 90,
};

/** What the operator decides while the server runs. */
@ApiController('settings', 'Operation')
export class SettingsController {
  readonly #settings: SettingsService;
  readonly #audit: AuditService;

  constructor(settings: SettingsService, audit: AuditService) {
    this.#settings = settings;
    this.#audit = audit;
  }

  @Get()
  @Requires('server.manage')
  @Answers(settingsView, { summary: 'Read the settings', example: EXAMPLE })
  getSettings(): Settings {
    return this.#settings.get();
  }

  @Patch()
  @Requires('server.manage')
  @Answers(settingsView, { summary: 'Change some of the settings', example: EXAMPLE })
  async changeSettings(
    @ValidBody(settingsChanges) body: v.InferOutput<typeof settingsChanges>,
    @CurrentCaller() actor: Caller,
  ): Promise<Settings> {
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    await this.#settings.change(given, (manager, detail) =>
      this.#audit.record({ actor, action: 'settings.change', detail }, manager),
    );
    return this.#settings.get();
  }
}
