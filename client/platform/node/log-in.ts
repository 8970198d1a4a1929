import { SwitchboardError } from '@switchboard/protocol';
import { postJson } from './fetch-json.ts';
import type { ServerTrust } from './server-trust.ts';

/** What a log-in is answered with. */
export interface Tokens {
  readonly accessToken: string;
  /** Of the access token, in ms since 1970. */
  readonly expiresAt: number;
  /** Absent where the one shown was replaced a moment ago, by an answer that was lost: that one goes on. */
  readonly refreshToken: string | undefined;
}

/** A token that ends sooner than this is replaced first: the way to the server takes its time. */
const MARGIN_MS = 30_000;

/** An account's log-in on one server, without cookies: the tokens are in this object and nowhere else. */
export class LogIn {
  readonly #server: URL;
  readonly #trust: ServerTrust | undefined;
  readonly #nowMs: () => number;
  #tokens: Tokens;
  #refreshing: Promise<Tokens> | null = null;

  private constructor(server: URL, trust: ServerTrust | undefined, nowMs: () => number, tokens: Tokens) {
    this.#server = server;
    this.#trust = trust;
    this.#nowMs = nowMs;
    this.#tokens = tokens;
  }

  /**
   * @param nowMs since 1970
   * @throws SwitchboardError the server's refusal, `client.unreachable`, `client.not_a_switchboard`, `client.certificate_untrusted`
   */
  static async start(
    server: URL,
    { username, password }: { readonly username: string; readonly password: string },
    trust?: ServerTrust,
    nowMs: () => number = Date.now,
  ): Promise<LogIn> {
    const body = { username, password, cookie: false };
    return new LogIn(server, trust, nowMs, await askForTokens(new URL('/api/auth/login', server), body, trust));
  }

  /** One that still lasts; a new one where the last is about to end. */
  async accessToken(): Promise<string> {
    if (this.#tokens.expiresAt - this.#nowMs() < MARGIN_MS) {
      // A refresh token counts once: who asks meanwhile waits for the same answer.
      this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
      const next = await this.#refreshing;
      this.#tokens = { ...next, refreshToken: next.refreshToken ?? this.#tokens.refreshToken };
    }
    return this.#tokens.accessToken;
  }

  #refresh(): Promise<Tokens> {
    const body = { refreshToken: this.#tokens.refreshToken };
    return askForTokens(new URL('/api/auth/refresh', this.#server), body, this.#trust);
  }
}

/**
 * Shows credentials, of whatever kind, at an address that answers with tokens.
 * @throws SwitchboardError the server's refusal, and as `postJson`
 */
export async function askForTokens(url: URL, body: unknown, trust: ServerTrust | undefined): Promise<Tokens> {
  const json = await postJson(url, body, trust);
  if (typeof json === 'object' && json !== null) {
    const { accessToken, expiresAt, refreshToken } = json as Record<string, unknown>;
    const replaced = typeof refreshToken === 'string' ? refreshToken : undefined;
    if (typeof accessToken === 'string' && typeof expiresAt === 'number')
      return { accessToken, expiresAt, refreshToken: replaced };
  }
  throw new SwitchboardError('client.invalid_server_message');
}
