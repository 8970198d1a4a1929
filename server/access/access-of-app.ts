import { NestFactory } from '@nestjs/core';
import type { Permission } from '@switchboard/protocol';
import { AppModule } from '../app.module.ts';
import { ChannelsService } from '../channels/channels.service.ts';
import { ServerConfig } from '../config/server-config.ts';
import { ServerCertificate } from '../tls/server-certificate.ts';
import { AccessService } from './access.service.ts';
import { accountActor, type Person } from './actor.ts';

/** The permission checks of a server with its database, and with no port open: for measuring what one costs. */
export interface AccessOfApp extends AsyncDisposable {
  readonly channelIds: readonly string[];
  /** Two who are asked about: a guest, and somebody with an account. */
  readonly people: readonly Person[];
  may(person: Person, permission: Permission, channelId: string): boolean;
}

/** @param dataDir where the database is, or is made. */
export async function accessOfApp(dataDir: string): Promise<AccessOfApp> {
  const config = ServerConfig.from({ SWITCHBOARD_DATA_DIR: dataDir });
  const certificate = await ServerCertificate.load(config, 0);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, certificate), {
    logger: false,
    abortOnError: false,
  });
  const access = app.get(AccessService);
  return {
    channelIds: app.get(ChannelsService).channels.map(({ id }) => id),
    people: [{ userId: 'guest', access: { type: 'guest' } }, accountActor('account', 'Account')],
    may: (person, permission, channelId) => access.may(person, permission, channelId),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
