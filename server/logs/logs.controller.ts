import { Get } from '@nestjs/common';
import * as v from 'valibot';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { named } from '../api/named.ts';
import { ValidQuery } from '../api/valid.ts';
import { LOG_LEVELS, ServerLogger, type LogLine } from '../common/server-logger.ts';

const level = v.picklist(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`);
const logLine = named(
  'LogLine',
  v.object({
    time: v.pipe(v.number(), v.description('Milliseconds since 1970.')),
    level,
    context: v.pipe(v.string(), v.description('The part of the server that says it; empty where it does not say.')),
    message: v.string(),
    stack: v.optional(v.string()),
  }),
);
const logLines = v.object({ items: v.array(logLine) });
const logsQuery = v.strictObject({
  level: v.pipe(v.optional(level, 'debug'), v.description('This one and those that are more serious.')),
});

/** The end of the log, for the dashboard. */
@ApiController('logs', 'Operation')
export class LogsController {
  readonly #logger: ServerLogger;

  constructor(logger: ServerLogger) {
    this.#logger = logger;
  }

  @Get()
  @Requires('server.manage')
  @Answers(logLines, {
    summary: 'Read the last lines of the log, oldest first',
    description: 'The last 500 lines since the start, of the levels that are logged.',
    example: {
      items: [
        { time: 1_764_000_000_000, level: 'warn', context: 'DeliveryQueue', message: 'The queue of webhooks failed' },
      ],
    },
  })
  listLogs(@ValidQuery(logsQuery) query: v.InferOutput<typeof logsQuery>): { items: LogLine[] } {
    const wanted = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(query.level) + 1);
    return { items: this.#logger.lines.filter(({ level }) => wanted.includes(level)) };
  }
}
