import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, ForbiddenException, Get, Header, Req, Res } from '@nestjs/common';
import {
  DISCOVERY_PATH,
  ERROR_SENTENCES,
  PROTOCOL_VERSION,
  type Discovery,
  type DiscoveryRefusal,
  type ErrorCode,
} from '@switchboard/protocol';
import { ServerConfig } from '../config/server-config.ts';
import { ControlServer } from '../control/control-server.ts';
import { SettingsService } from '../settings/settings.service.ts';
import { VERSION } from '../version.ts';
import { OriginPolicy } from './origin-policy.ts';

/** Says who this server is and where its control lane is. */
@Controller()
export class DiscoveryController {
  readonly #config: ServerConfig;
  readonly #settings: SettingsService;
  readonly #control: ControlServer;
  readonly #origins: OriginPolicy;

  constructor(config: ServerConfig, settings: SettingsService, control: ControlServer, origins: OriginPolicy) {
    this.#config = config;
    this.#settings = settings;
    this.#control = control;
    this.#origins = origins;
  }

  @Get(DISCOVERY_PATH)
  @Header('Cache-Control', 'no-store')
  @Header('Vary', 'Origin')
  discover(@Req() request: IncomingMessage, @Res({ passthrough: true }) response: ServerResponse): Discovery {
    const { origin, host } = request.headers;
    // Also where it is refused: a page that may not read the answer could not say why it failed.
    if (origin !== undefined) response.setHeader('Access-Control-Allow-Origin', origin);
    if (!this.#origins.allows(origin, host)) {
      const code: ErrorCode = 'auth.origin_refused';
      throw new ForbiddenException({ error: { code, message: ERROR_SENTENCES[code] } } satisfies DiscoveryRefusal);
    }
    const url = this.#config.publicLanes.controlUrl;
    const { name, guests } = this.#settings.get();
    return {
      switchboard: { protocol: PROTOCOL_VERSION, version: VERSION },
      name,
      control: { port: this.#control.port, ...(url === undefined ? {} : { url }) },
      guests,
    };
  }
}
