import { SwitchboardError } from '@switchboard/client';
import { askForTokens, postJson, type ServerTrust, type Tokens } from '@switchboard/client/host';
import type { Bookmark } from './bookmark.ts';
import type { ServerSecrets } from './server-secrets.ts';

/** A token that ends sooner than this is replaced first: the way to the server takes its time. */
const MARGIN_MS = 30_000;

/** Who makes an account. */
export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly nickname: string;
  /** The code of an invitation. */
  readonly invite?: string;
}

/**
 * An account's log-in on the server of one bookmark. The access token is in this object and nowhere else; the refresh token is
 * in the key chain, which all windows share: it is read at each use, as it counts once, and another window may have used it.
 */
export class AccountLogIn {
  readonly #bookmark: Pick<Bookmark, 'id' | 'address' | 'fingerprint'>;
  readonly #secrets: ServerSecrets;
  readonly #nowMs: () => number;
  #tokens: Tokens | undefined;
  #refreshing: Promise<Tokens> | undefined;

  /** @param nowMs since 1970 */
  constructor(
    bookmark: Pick<Bookmark, 'id' | 'address' | 'fingerprint'>,
    secrets: ServerSecrets,
    nowMs: () => number = Date.now,
  ) {
    this.#bookmark = bookmark;
    this.#secrets = secrets;
    this.#nowMs = nowMs;
  }

  /** @throws SwitchboardError the server's refusal, and what keeps one from reaching it */
  async start(username: string, password: string): Promise<void> {
    await this.#take(await this.#ask('login', { username, password, cookie: false }));
  }

  /**
   * Makes an account, and is logged in with it.
   * @throws SwitchboardError as `start`
   */
  async register(account: NewAccount): Promise<void> {
    await this.#take(await this.#ask('register', { ...account, cookie: false }));
  }

  /**
   * One that still lasts, for the control lane.
   * @throws SwitchboardError `auth.log_in_ended` where one has to sign in again, and as `start`
   */
  async accessToken(): Promise<string> {
    const tokens = this.#tokens;
    if (tokens !== undefined && tokens.expiresAt - this.#nowMs() >= MARGIN_MS) return tokens.accessToken;
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    const { accessToken } = await this.#refreshing;
    return accessToken;
  }

  /** Ends the log-in here, and on the server as far as it can be reached. */
  async end(): Promise<void> {
    const refreshToken = await this.#secrets.refreshToken(this.#bookmark.id);
    await this.#secrets.forgetRefreshToken(this.#bookmark.id);
    this.#tokens = undefined;
    if (refreshToken === undefined) return;
    try {
      await postJson(this.#address('logout'), { refreshToken }, this.#trust);
    } catch (error) {
      // Its answer is empty, which is no JSON. Whoever cannot be told takes the token for lost after a month.
      if (!SwitchboardError.is(error)) throw error;
    }
  }

  async #refresh(): Promise<Tokens> {
    const refreshToken = await this.#secrets.refreshToken(this.#bookmark.id);
    if (refreshToken === undefined) throw new SwitchboardError('auth.log_in_ended');
    try {
      return await this.#take(await this.#ask('refresh', { refreshToken }));
    } catch (error) {
      // Not in the key chain any more, lest it be shown again and again.
      if (SwitchboardError.is(error, 'auth.log_in_ended')) await this.#forget(refreshToken);
      throw error;
    }
  }

  /** Unless another window has put another there. */
  async #forget(refreshToken: string): Promise<void> {
    const kept = await this.#secrets.refreshToken(this.#bookmark.id);
    if (kept === refreshToken) await this.#secrets.forgetRefreshToken(this.#bookmark.id);
  }

  async #take(tokens: Tokens): Promise<Tokens> {
    if (tokens.refreshToken !== undefined) await this.#secrets.keepRefreshToken(this.#bookmark.id, tokens.refreshToken);
    this.#tokens = tokens;
    return tokens;
  }

  #ask(path: string, body: unknown): Promise<Tokens> {
    return askForTokens(this.#address(path), body, this.#trust);
  }

  #address(path: string): URL {
    return new URL(`/api/auth/${path}`, this.#bookmark.address);
  }

  get #trust(): ServerTrust | undefined {
    const { fingerprint } = this.#bookmark;
    return fingerprint === undefined ? undefined : { fingerprint };
  }
}
