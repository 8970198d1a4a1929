import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ServerLogger } from '../common/server-logger.ts';
import { SettingsService } from './settings.service.ts';

/** The log level is the one of the settings, from the moment that it is set. */
@Injectable()
export class LogLevelSetting implements OnApplicationBootstrap {
  readonly #settings: SettingsService;
  readonly #logger: ServerLogger;

  constructor(settings: SettingsService, logger: ServerLogger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  onApplicationBootstrap(): void {
    this.#logger.setLevel(this.#settings.get().logLevel);
    this.#settings.onChanged(({ logLevel }) => {
      this.#logger.setLevel(logLevel);
    });
  }
}
