import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.ts';
import { listen, portOf } from './common/listen.ts';
import { ServerLogger } from './common/server-logger.ts';
import type { ServerConfig } from './config/server-config.ts';
import { ControlServer } from './control/control-server.ts';
import { VoiceRelay, type VoiceSocketInUse } from './relay/voice-relay.ts';
import { ServerCertificate } from './tls/server-certificate.ts';
import { servePage } from './web/page.ts';

/** The whole server: opens its database, then its three ports; closes them in the reverse order. */
export class SwitchboardServer {
  readonly #app: NestExpressApplication;
  readonly config: ServerConfig;
  readonly certificate: ServerCertificate;

  private constructor(app: NestExpressApplication, config: ServerConfig, certificate: ServerCertificate) {
    this.#app = app;
    this.config = config;
    this.certificate = certificate;
  }

  /** Resolves once people can join. Whatever fails before is closed again. */
  static async start(config: ServerConfig): Promise<SwitchboardServer> {
    const certificate = await ServerCertificate.load(config, Date.now());
    const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config, certificate), {
      logger: new ServerLogger(config.logLevel),
      abortOnError: false,
      forceCloseConnections: true,
      ...(certificate.keyPair === undefined ? {} : { httpsOptions: certificate.keyPair }),
    });
    const server = new SwitchboardServer(app, config, certificate);
    try {
      servePage(app, config.webRoot ?? builtPage(), config.allowedOrigins);
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
    return server;
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

  /** Says goodbye on the control lane, closes the ports, and the database last: what was acknowledged is in it. */
  async stop(): Promise<void> {
    await this.#app.close();
  }
}

/** The built page lies in its own package; where it has not been built there is none to serve. */
function builtPage(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@switchboard/webcomponents/package.json')), 'dist', 'web');
}
