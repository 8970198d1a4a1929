import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { CallerPermissions } from './access/caller-permissions.ts';
import { ApiModule } from './api/api.module.ts';
import { AuthModule } from './auth/auth.module.ts';
import { BearerVerifier } from './auth/callers/bearer-verifier.ts';
import { BackupsModule } from './backups/backups.module.ts';
import { BotsModule } from './bots/bots.module.ts';
import { ChatModule } from './chat/chat.module.ts';
import { Clock, SystemClock } from './common/clock.ts';
import { DomainEvents } from './common/domain-events.ts';
import { Randomness, SystemRandomness } from './common/randomness.ts';
import { ServerLogger } from './common/server-logger.ts';
import { ServerConfig } from './config/server-config.ts';
import { DatabaseModule } from './database/database.module.ts';
import { LogsModule } from './logs/logs.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { PluginsModule } from './plugins/plugins.module.ts';
import { RelayModule } from './relay/relay.module.ts';
import { ResourcesModule } from './resources.module.ts';
import { GuestRetentionModule } from './settings/guest-retention.module.ts';
import { SettingsModule } from './settings/settings.module.ts';
import { StatsModule } from './stats/stats.module.ts';
import { ServerCertificate } from './tls/server-certificate.ts';
import { OriginPolicy } from './web/origin-policy.ts';
import { WebModule } from './web/web.module.ts';
import { WebhooksModule } from './webhooks/webhooks.module.ts';

/** What every part may ask for: how this server is set up, the time, chance, the voice relay. */
@Global()
@Module({})
class SurroundingsModule {
  static with(config: ServerConfig, certificate: ServerCertificate, logger: ServerLogger): DynamicModule {
    return {
      module: SurroundingsModule,
      imports: [
        RelayModule.register({
          useFactory: () => ({
            host: config.host,
            port: config.voicePort,
            tls: certificate.keyPair,
            socket: config.voiceSocket,
            threads: config.voiceThreads,
          }),
        }),
      ],
      providers: [
        { provide: ServerConfig, useValue: config },
        { provide: ServerCertificate, useValue: certificate },
        { provide: ServerLogger, useValue: logger },
        { provide: Clock, useClass: SystemClock },
        { provide: Randomness, useClass: SystemRandomness },
        DomainEvents,
        OriginPolicy,
      ],
      exports: [
        ServerConfig,
        ServerCertificate,
        ServerLogger,
        Clock,
        Randomness,
        DomainEvents,
        OriginPolicy,
        RelayModule,
      ],
    };
  }
}

@Module({})
export class AppModule {
  static with(
    config: ServerConfig,
    certificate: ServerCertificate,
    logger = new ServerLogger(config.logLevel, config.logFormat),
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SurroundingsModule.with(config, certificate, logger),
        ApiModule.with({
          imports: [AuthModule, AccessModule],
          callers: BearerVerifier,
          permissions: CallerPermissions,
        }),
        DatabaseModule,
        SettingsModule,
        GuestRetentionModule,
        ChatModule,
        ResourcesModule,
        WebModule,
        WebhooksModule,
        PluginsModule,
        BackupsModule,
        StatsModule,
        MetricsModule,
        LogsModule,
        BotsModule,
      ],
    };
  }
}
