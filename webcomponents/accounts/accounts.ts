import { SwitchboardError } from '@switchboard/protocol';
import { callApi, isRecord, type ApiCall } from './api-call.ts';

/** Who may come in, and how. */
export interface Registration {
  readonly mode: 'open' | 'invite' | 'closed';
  readonly guests: boolean;
  readonly name: string;
}

export interface Me {
  readonly username: string;
  readonly nickname: string;
}

export interface NewAccount {
  readonly username: string;
  readonly password: string;
  readonly invite?: string;
}

/** A token that ends sooner than this is replaced first. */
const MARGIN_MS = 30_000;
/** Windows share the cookie, and each use of it replaces it: they take turns, the dashboard's included. */
const LOCK = 'switchboard-refresh';

/**
 * One's account on the server that this page came from. The access token is kept in memory alone; what outlives the page is a cookie that no
 * script can read. Every call rejects with a `SwitchboardError`: the server's refusal, `client.unreachable` or `client.not_a_switchboard`.
 */
export class Accounts {
  readonly #server: URL;
  readonly #changed: () => void;
  readonly #send: typeof fetch | undefined;
  #token = '';
  #expiresAtMs = 0;
  #me: Me | null = null;
  #refreshing: Promise<void> | null = null;

  /** @param changed called when `me` is another */
  constructor(server: URL, changed: () => void, send?: typeof fetch) {
    this.#server = server;
    this.#changed = changed;
    this.#send = send;
  }

  /** Null while one is not signed in. */
  get me(): Me | null {
    return this.#me;
  }

  async registration(): Promise<Registration> {
    const json = await this.#call('registration', {});
    const { mode, guests, name } = isRecord(json) ? json : {};
    const known = mode === 'open' || mode === 'invite' || mode === 'closed';
    if (!known || typeof guests !== 'boolean' || typeof name !== 'string')
      throw new SwitchboardError('client.not_a_switchboard');
    return { mode, guests, name };
  }

  async signIn(username: string, password: string): Promise<void> {
    this.#enter(await this.#call('login', { method: 'POST', body: { username, password } }));
  }

  async register(account: NewAccount): Promise<void> {
    this.#enter(await this.#call('register', { method: 'POST', body: account }));
  }

  /** Comes back in by the cookie. */
  async resume(): Promise<void> {
    await this.#refresh();
  }

  /** For the control lane: one that still lasts. Who is refused is signed out. */
  async accessToken(): Promise<string> {
    if (this.#expiresAtMs - Date.now() < MARGIN_MS) await this.#refresh();
    return this.#token;
  }

  async signOut(): Promise<void> {
    await this.#call('logout', { method: 'POST' });
    this.leave();
  }

  async rename(nickname: string): Promise<void> {
    this.#become(await this.#callAsMe('me', { method: 'PATCH', body: { nickname } }));
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.#callAsMe('password', { method: 'POST', body: { current, next } });
  }

  async delete(password: string): Promise<void> {
    await this.#callAsMe('me', { method: 'DELETE', body: { password } });
    this.leave();
  }

  /** The log-in is over. */
  leave(): void {
    this.#token = '';
    this.#expiresAtMs = 0;
    if (this.#me === null) return;
    this.#me = null;
    this.#changed();
  }

  #refresh(): Promise<void> {
    const once = async (): Promise<void> => {
      try {
        this.#enter(await this.#call('refresh', { method: 'POST' }));
      } catch (error) {
        if (SwitchboardError.is(error) && error.code.startsWith('auth.')) this.leave();
        throw error;
      }
    };
    // Pages without TLS have no locks.
    const alone = 'locks' in navigator ? () => navigator.locks.request(LOCK, once) : once;
    this.#refreshing ??= alone().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  #call(path: string, call: ApiCall): Promise<unknown> {
    return callApi(new URL(`/api/auth/${path}`, this.#server), call, this.#send);
  }

  async #callAsMe(path: string, call: ApiCall): Promise<unknown> {
    return this.#call(path, { ...call, token: await this.accessToken() });
  }

  #enter(json: unknown): void {
    const { accessToken, expiresAt, user } = isRecord(json) ? json : {};
    if (typeof accessToken !== 'string' || typeof expiresAt !== 'number')
      throw new SwitchboardError('client.not_a_switchboard');
    this.#token = accessToken;
    this.#expiresAtMs = expiresAt;
    this.#become(user);
  }

  #become(user: unknown): void {
    const { username, nickname } = isRecord(user) ? user : {};
    if (typeof username !== 'string' || typeof nickname !== 'string')
      throw new SwitchboardError('client.not_a_switchboard');
    if (this.#me?.username === username && this.#me.nickname === nickname) return;
    this.#me = { username, nickname };
    this.#changed();
  }
}
