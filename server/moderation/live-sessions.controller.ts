import { Get } from '@nestjs/common';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { LiveSessionsService } from './live-sessions.service.ts';
import { liveSession, type LiveSessionView } from './moderation.schemas.ts';

/** Who is here now. */
@ApiController('sessions', 'Moderation')
export class LiveSessionsController {
  readonly #sessions: LiveSessionsService;

  constructor(sessions: LiveSessionsService) {
    this.#sessions = sessions;
  }

  @Get()
  @Requires('member.kick')
  @Answers(paged(liveSession), { summary: 'List who is connected now, all on one page' })
  listSessions(@CurrentCaller() caller: Caller): Page<LiveSessionView> {
    return { items: this.#sessions.list(caller), next: null };
  }
}
