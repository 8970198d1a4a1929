import { Get } from '@nestjs/common';
import type * as v from 'valibot';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { ValidQuery } from '../api/valid.ts';
import { historyQuery, statsHistoryView, statsView, type StatsHistoryView, type StatsView } from './stats.schemas.ts';
import { StatsService } from './stats.service.ts';

/** How the server is doing, for the dashboard. Prometheus has more: `/metrics`. */
@ApiController('stats', 'Operation')
export class StatsController {
  readonly #stats: StatsService;

  constructor(stats: StatsService) {
    this.#stats = stats;
  }

  @Get()
  @Requires('server.manage')
  @Answers(statsView, { summary: 'See how the server is doing' })
  getStats(): StatsView {
    return this.#stats.now;
  }

  @Get('history')
  @Requires('server.manage')
  @Answers(statsHistoryView, { summary: 'See how the server did in the last minutes, a sample every 5 s' })
  getStatsHistory(@ValidQuery(historyQuery) { minutes }: v.InferOutput<typeof historyQuery>): StatsHistoryView {
    return this.#stats.history(minutes);
  }
}
