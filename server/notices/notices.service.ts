import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Actor } from '../access/actor.ts';
import { AuditService } from '../audit/audit.service.ts';
import type { Session } from '../presence/session.ts';
import { SessionsService } from '../presence/sessions.service.ts';
import { SettingsService } from '../settings/settings.service.ts';

/** What the operator says to people: to each who comes in, and to everyone who is here. */
@Injectable()
export class NoticesService implements OnApplicationBootstrap {
  readonly #sessions: SessionsService;
  readonly #settings: SettingsService;
  readonly #audit: AuditService;

  constructor(sessions: SessionsService, settings: SettingsService, audit: AuditService) {
    this.#sessions = sessions;
    this.#settings = settings;
    this.#audit = audit;
  }

  onApplicationBootstrap(): void {
    this.#sessions.onCaughtUp((session, isNew) => {
      // Who takes a session up again has read it.
      if (isNew) this.#welcome(session);
    });
  }

  /** Whoever is away for a moment reads it on coming back. */
  async tellEveryone(actor: Actor, text: string): Promise<void> {
    await this.#audit.record({ actor, action: 'server.notice', detail: { text } });
    this.#sessions.broadcast({ type: 'server.notice', data: { text } });
  }

  #welcome(session: Session): void {
    const text = this.#settings.get().welcome.trim();
    if (text !== '') session.tell({ type: 'server.notice', data: { text } });
  }
}
