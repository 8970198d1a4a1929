import type { ServerResponse } from 'node:http';
import { Controller, Get, Header, Res, UseGuards } from '@nestjs/common';
import { MetricsGuard } from './metrics.guard.ts';
import { MetricsService } from './metrics.service.ts';

/** For Prometheus; outside of the API, where it looks by itself. */
@Controller('metrics')
export class MetricsController {
  readonly #metrics: MetricsService;

  constructor(metrics: MetricsService) {
    this.#metrics = metrics;
  }

  @Get()
  @UseGuards(MetricsGuard)
  @Header('Cache-Control', 'no-store')
  async metrics(@Res({ passthrough: true }) response: ServerResponse): Promise<string> {
    response.setHeader('Content-Type', this.#metrics.contentType);
    return this.#metrics.text();
  }
}
