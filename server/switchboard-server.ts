import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ApiFront } from './api/api-front.ts';
import { serveDocument } from './api/openapi.ts';
import { AppModule } from './app.module.ts';
import { removeTemporary } from './backups/data-files.ts';
import { replaceDatabase } from './backups/replace-database.ts';
import { Restores } from './backups/restores.ts';
import { SetupService } from './auth/setup/setup.service.ts';
import { listen, portOf } from './common/listen.ts';
import { ServerLogger } from './common/server-logger.ts';
import type { ServerConfig } from './config/server-config.ts';
import { ControlServer } from './control/control-server.ts';
import { databaseFile } from './database/database.module.ts';
import { VoiceRelay, type VoiceSocketInUse } from './relay/voice-relay.ts';
import { ServerCertificate } from './tls/server-certificate.ts';
import { servePage } from './web/page.ts';
import { limitConnections } from './web/web-connections.ts';

/** The whole server: opens its database, then its three ports; closes them in the reverse order. */
export class SwitchboardServer {
  #app: NestExpressApplication;
  readonly config: ServerConfig;
  readonly certificate: ServerCertificate;
  #setupCode: string | undefined;
  readonly #failed = Promise.withResolvers<unknown>();
  readonly #reopenListeners: (() => void)[] = [];
  #restoring: Promise<void> | undefined;

  private constructor(app: NestExpressApplication, config: ServerConfig, certificate: ServerCertificate) {
    this.#app = app;
    this.config = config;
    this.certificate = certificate;
    this.#opened();
  }

  /** Resolves once people can join. Whatever fails before is closed again. */
  static async start(config: ServerConfig): Promise<SwitchboardServer> {
    const certificate = await ServerCertificate.load(config, Date.now());
    return new SwitchboardServer(await openApp(config, certificate), config, certificate);
  }

  get ports(): { web: number; control: number; voice: number } {
    return {
      web: portOf(this.#app.getHttpServer()),
      control: this.#app.get(ControlServer).port,
      voice: this.#app.get(VoiceRelay).port,
    };
  }

  /** How voice travels by UDP. */
  get voiceSocket(): VoiceSocketInUse {
    return this.#app.get(VoiceRelay).socket;
  }

  /** The address that people open. */
  get url(): string {
    const { host } = this.config;
    const everywhere = host === '0.0.0.0' || host === '::';
    const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `${this.certificate.keyPair === undefined ? 'http' : 'https'}://${name}:${String(this.ports.web)}`;
  }

  /** Where the first administrator is made; undefined if there was one when it opened. In the fragment, so that no log has the code. */
  get setupUrl(): string | undefined {
    return this.#setupCode === undefined ? undefined : `${this.url}/admin/#setup=${this.#setupCode}`;
  }

  /** Says goodbye on the control lane, closes the ports, and the database last: what was acknowledged is in it. */
  async stop(): Promise<void> {
    await this.#restoring;
    await this.#app.close();
  }

  /** Resolves with the reason when the server has ended by itself. */
  get failed(): Promise<unknown> {
    return this.#failed.promise;
  }

  /** Told when it has opened again on a database that was restored, or on the one of before. */
  onReopened(listener: () => void): void {
    this.#reopenListeners.push(listener);
  }

  #opened(): void {
    this.#setupCode = this.#app.get(SetupService).open();
    this.#app.get(Restores).onChecked((file) => {
      this.#restoring = this.#reopenWith(file)
        .catch(this.#failed.resolve)
        .finally(() => removeTemporary(file));
    });
  }

  /** In this process, so that it needs no supervisor to come back (ADR 017). Whatever fails, the database of before is there. */
  async #reopenWith(replacement: string): Promise<void> {
    const config = this.config.listeningOn(this.ports);
    const file = databaseFile(config);
    await this.#app.close();
    let undo: (() => Promise<void>) | undefined;
    try {
      undo = await replaceDatabase(file, replacement);
      this.#app = await openApp(config, this.certificate);
    } catch (error) {
      await undo?.();
      this.#app = await openApp(config, this.certificate);
      const reason = error instanceof Error ? error.message : String(error);
      new Logger(SwitchboardServer.name).error(`The backup was not restored: ${reason}`);
    }
    this.#opened();
    for (const listener of this.#reopenListeners) listener();
  }
}

/** Resolves once people can join. Whatever fails before is closed again. */
async function openApp(config: ServerConfig, certificate: ServerCertificate): Promise<NestExpressApplication> {
  const logger = new ServerLogger(config.logLevel, config.logFormat);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, certificate, logger), {
    logger,
    abortOnError: false,
    forceCloseConnections: true,
    // The API has its own, with its limit.
    bodyParser: false,
    ...(certificate.keyPair === undefined ? {} : { httpsOptions: certificate.keyPair }),
  });
  try {
    limitConnections(app.getHttpServer());
    app.get(ApiFront).install(app);
    servePage(app, config.webRoot ?? builtPage(), config.allowedOrigins);
    serveDocument(app);
    await app.init();
    const relay = app.get(VoiceRelay);
    await relay.start();
    relay.on('failed', ({ message }) => {
      new Logger(SwitchboardServer.name).error(message);
    });
    await app.get(ControlServer).start();
    await listen(app.getHttpServer(), config.webPort, config.host, 'SWITCHBOARD_WEB_PORT');
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** The built page lies in its own package; where it has not been built there is none to serve. */
function builtPage(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@switchboard/webcomponents/package.json')), 'dist', 'web');
}
