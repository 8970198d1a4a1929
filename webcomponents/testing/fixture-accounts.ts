import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { Accounts, type Me, type Registration } from '../accounts/accounts.ts';

/** What the server says to who is banned. */
export const BANNED = 'You are banned from this server until 2026-11-24 12:00 UTC: Spam.';

/** A server's accounts, by a script: what it is asked, and whom it knows. */
export class FixtureAccounts extends Accounts {
  readonly asked: { readonly path: string; readonly body: unknown }[];

  /**
   * @param registration null for a server without accounts
   * @param who whom a password of `right`, or the cookie, lets in; one of `banned` is right, too, and refused
   */
  constructor(registration: Registration | null, who: Me, changed: () => void) {
    const asked: { path: string; body: unknown }[] = [];
    const answer = (path: string, body: unknown): Response => {
      if (path === 'registration') return registration === null ? notFound() : Response.json(registration);
      if (path === 'logout' || path === 'password') return new Response(null, { status: 204 });
      const { password } = (body ?? { password: 'right' }) as { password?: string };
      if (password === 'banned') return refusal('access.banned', BANNED, 403);
      if (password !== undefined && password !== 'right') return refusal('auth.credentials_invalid');
      if (path === 'me' && password !== undefined) return new Response(null, { status: 204 });
      const user = { ...who, ...(body as Partial<Me> | undefined) };
      return Response.json(path === 'me' ? user : { accessToken: 'token', expiresAt: Date.now() + 900_000, user: who });
    };
    super(new URL('https://voice.example.org'), changed, ((url: URL, init: RequestInit = {}) => {
      const path = url.pathname.replace('/api/auth/', '');
      const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      asked.push({ path, body });
      return Promise.resolve(answer(path, body));
    }) as typeof fetch);
    this.asked = asked;
  }
}

function refusal(code: ErrorCode, message: string = ERROR_SENTENCES[code], status = 401): Response {
  return Response.json({ error: { code, message } }, { status });
}

function notFound(): Response {
  return new Response('<!doctype html>', { status: 404 });
}
