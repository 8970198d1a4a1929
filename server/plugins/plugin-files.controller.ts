import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Header, Param, Req, Res } from '@nestjs/common';
import { SwitchboardError, type PluginCatalogue } from '@switchboard/protocol';
import { callerAddress } from '../api/caller-address.ts';
import { Clock } from '../common/clock.ts';
import { NetworkLimits } from '../common/network-limits.ts';
import { remoteNetwork } from '../common/remote-network.ts';
import { ServerConfig } from '../config/server-config.ts';
import { SettingsService } from '../settings/settings.service.ts';
import { CATALOGUE_POLICY, cataloguePage } from './catalogue-page.ts';
import { OfferedPackages } from './offered-packages.ts';
import { PluginCatalogueService } from './plugin-catalogue.service.ts';
import { ZIP } from './plugin-upload.ts';

/** From one network; as many plugins as there may be, and some more. */
const DOWNLOADS_PER_MINUTE = 120;
const FILE = /^([0-9a-f]{64})\.zip$/;

/** What the server offers, open to everyone: whoever comes in is told of it anyway, and editors come from elsewhere. */
@Controller('plugins')
export class PluginFilesController {
  readonly #catalogue: PluginCatalogueService;
  readonly #packages: OfferedPackages;
  readonly #settings: SettingsService;
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #limits = new NetworkLimits(DOWNLOADS_PER_MINUTE);

  constructor(
    catalogue: PluginCatalogueService,
    packages: OfferedPackages,
    settings: SettingsService,
    config: ServerConfig,
    clock: Clock,
  ) {
    this.#catalogue = catalogue;
    this.#packages = packages;
    this.#settings = settings;
    this.#config = config;
    this.#clock = clock;
  }

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', CATALOGUE_POLICY)
  @Header('Cache-Control', 'no-cache')
  @Header('X-Frame-Options', 'DENY')
  @Header('Cross-Origin-Opener-Policy', 'same-origin')
  page(): string {
    return cataloguePage(this.#settings.get().name, this.#catalogue.offered);
  }

  @Get('catalogue.json')
  @Header('Access-Control-Allow-Origin', '*')
  @Header('Cache-Control', 'no-cache')
  catalogue(): PluginCatalogue {
    return this.#catalogue.current;
  }

  @Get(':file')
  async download(
    @Param('file') name: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    const network = remoteNetwork(callerAddress(request, this.#config.trustedProxies));
    if (network !== undefined && !this.#limits.take(network, this.#clock.nowMs())) {
      throw new SwitchboardError('server.rate_limited', undefined, { retryAfterMs: this.#limits.retryAfterMs });
    }
    const sha256 = FILE.exec(name)?.[1];
    if (sha256 === undefined) throw new SwitchboardError('plugin.not_found');
    const bytes = await this.#packages.read(sha256);
    const etag = `"${sha256}"`;
    response.setHeader('ETag', etag);
    // What is there under this name is this, for ever.
    response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': ZIP,
      'Content-Length': bytes.length,
      'Content-Disposition': `attachment; filename="${sha256}.zip"`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}
