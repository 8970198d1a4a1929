import { Get } from '@nestjs/common';
import { Requires } from '../api/access.ts';
import { ApiController } from '../api/api-controller.ts';
import { Answers } from '../api/api-response.ts';
import { CurrentCaller, type Caller } from '../api/caller.ts';
import { paged, type Page } from '../api/page.ts';
import { ValidQuery } from '../api/valid.ts';
import { AuditLogService } from './audit-log.service.ts';
import { auditEntry, auditQuery, type AuditEntryView, type AuditQuery } from './audit.schemas.ts';

/** Who has done what. Nothing changes or deletes an entry. */
@ApiController('audit', 'Audit log')
export class AuditController {
  readonly #log: AuditLogService;

  constructor(log: AuditLogService) {
    this.#log = log;
  }

  @Get()
  @Requires('audit.read')
  @Answers(paged(auditEntry), {
    summary: 'List what moderators and administrators have done, the newest first',
    description: 'Addresses are for who may ban as well, and channels for who sees them: to others these are null.',
    example: {
      items: [
        {
          id: '01977b2e-4a10-7c3e-9d2f-6b8e1f0a5c11',
          at: 1_764_000_000_000,
          actorId: '01977b2e-0000-7aaa-8bbb-0c0c0c0c0c0c',
          actorName: 'Ada',
          action: 'member.kick',
          targetId: '01977b2e-1111-7aaa-8bbb-0c0c0c0c0c0c',
          targetName: 'Mallory',
          detail: { reason: 'Spam' },
        },
      ],
      next: null,
    },
  })
  listAudit(@ValidQuery(auditQuery) query: AuditQuery, @CurrentCaller() reader: Caller): Promise<Page<AuditEntryView>> {
    return this.#log.list(query, reader);
  }
}
