import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AuthService } from '../auth/auth.service.ts';
import { SessionsService } from '../presence/sessions.service.ts';

/** Ends the sessions that stand on a log-in which is over, or on an account which is gone. */
@Injectable()
export class RevokedSessions implements OnModuleInit {
  readonly #auth: AuthService;
  readonly #sessions: SessionsService;

  constructor(auth: AuthService, sessions: SessionsService) {
    this.#auth = auth;
    this.#sessions = sessions;
  }

  onModuleInit(): void {
    this.#auth.onRevoked(({ userId, logInIds }) => {
      for (const session of this.#sessions.ofUser(userId)) {
        const { logInId } = session.identity;
        const isOver = logInIds === undefined || (logInId !== undefined && logInIds.includes(logInId));
        if (isOver) this.#sessions.logOut(session);
      }
      // Who came in the name of an account goes with it.
      if (logInIds === undefined)
        for (const visitor of this.#sessions.visitorsOf(userId)) this.#sessions.logOut(visitor);
    });
  }
}
