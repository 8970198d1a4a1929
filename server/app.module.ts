import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ChatModule } from './chat/chat.module.ts';
import { Clock, SystemClock } from './common/clock.ts';
import { Randomness, SystemRandomness } from './common/randomness.ts';
import { ServerConfig } from './config/server-config.ts';
import { DatabaseModule } from './database/database.module.ts';
import { RelayModule } from './relay/relay.module.ts';
import { ServerCertificate } from './tls/server-certificate.ts';
import { OriginPolicy } from './web/origin-policy.ts';
import { WebModule } from './web/web.module.ts';

/** What every part may ask for: how this server is set up, the time, chance, the voice relay. */
@Global()
@Module({})
class SurroundingsModule {
  static with(config: ServerConfig, certificate: ServerCertificate): DynamicModule {
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
        { provide: Clock, useClass: SystemClock },
        { provide: Randomness, useClass: SystemRandomness },
        OriginPolicy,
      ],
      exports: [ServerConfig, ServerCertificate, Clock, Randomness, OriginPolicy, RelayModule],
    };
  }
}

@Module({})
export class AppModule {
  static with(config: ServerConfig, certificate: ServerCertificate): DynamicModule {
    return {
      module: AppModule,
      imports: [SurroundingsModule.with(config, certificate), DatabaseModule, ChatModule, WebModule],
    };
  }
}
