import type { Permission } from '@switchboard/protocol';
import createClient, { type Client } from 'openapi-fetch';
import { ApiError, take } from './api-error.ts';
import type { paths } from './schema.d.ts';
import type { LoggedIn, Me } from './types.ts';

/** Where somebody is who opens the dashboard. */
export type SessionStatus = 'starting' | 'unreachable' | 'signed-out' | 'signed-in';

const MAX_RANK = 1_000;
const REFRESH_PATH = '/api/auth/refresh';
/** Tabs share the cookie, and each use of it replaces it: one after the other, or the server takes the second for a thief. */
const LOCK = 'switchboard-refresh';

/**
 * Who one is to the server. The access token is in memory alone; what outlives the page is a cookie that no script can read.
 * An answer of 401 is followed by one refresh and a second try; if that fails, one is signed out.
 */
export class Session {
  readonly #fetch: typeof fetch;
  readonly #listeners = new Set<() => void>();
  /** Edits that are not saved, by what they are of: they stay while one looks at other pages, or signs in again. */
  readonly drafts = new Map<string, unknown>();
  readonly api: Client<paths>;
  status: SessionStatus = 'starting';
  me: Me | null = null;
  /** The session ended by itself: the sign-in page says so. */
  ended = false;
  #token = '';
  #refreshing: Promise<boolean> | undefined;

  constructor(send: typeof fetch = (...args) => fetch(...args), baseUrl = location.origin) {
    this.#fetch = send;
    this.api = createClient<paths>({ baseUrl, fetch: (request) => this.#send(request) });
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  may(permission: Permission): boolean {
    return this.me?.permissions.includes(permission) ?? false;
  }

  get isAdmin(): boolean {
    return (this.me?.rank ?? 0) >= MAX_RANK;
  }

  /** Whether one may act on somebody of this rank. */
  outranks(rank: number): boolean {
    return this.isAdmin || (this.me?.rank ?? 0) > rank;
  }

  /** Comes back in by the cookie, if there is one. */
  async start(): Promise<void> {
    this.#set('starting');
    try {
      if (!(await this.#refresh())) this.#set('signed-out');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#set('unreachable');
    }
  }

  /** @throws ApiError */
  async signIn(username: string, password: string): Promise<void> {
    this.#enter(await take(this.api.POST('/api/auth/login', { body: { username, password, cookie: true } })));
  }

  /**
   * Makes the first account, by the code of the link that the server printed.
   * @throws ApiError
   */
  async setUp(code: string, username: string, password: string): Promise<void> {
    this.#enter(await take(this.api.POST('/api/auth/setup', { body: { code, username, password, cookie: true } })));
  }

  /** @throws ApiError */
  async signOut(): Promise<void> {
    await take(this.api.POST('/api/auth/logout', { body: {} }));
    this.drafts.clear();
    this.#leave(false);
  }

  /** What one may do may have changed by one's own doing. */
  async reload(): Promise<void> {
    this.me = await take(this.api.GET('/api/auth/me'));
    this.#tell();
  }

  /** A file of the API, or one for it, that is no JSON. The same sign-in as for all else. @throws ApiError */
  async raw(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.#send(new Request(new URL(path, location.origin), init));
    if (!response.ok) {
      const text = await response.text();
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
      }
      throw ApiError.of(response.status, body);
    }
    return response;
  }

  setDraft(key: string, value: unknown): void {
    if (value === undefined) this.drafts.delete(key);
    else this.drafts.set(key, value);
    this.#tell();
  }

  async #send(request: Request): Promise<Response> {
    const again = request.clone();
    const used = this.#token;
    const response = await this.#sendOnce(request);
    if (response.status !== 401 || this.me === null || request.url.endsWith(REFRESH_PATH)) return response;
    // Another call may have seen to it meanwhile.
    const isFresh = this.#token !== '' && this.#token !== used;
    if (isFresh || (await this.#refresh())) return this.#sendOnce(again);
    this.#leave(true);
    return response;
  }

  async #sendOnce(request: Request): Promise<Response> {
    if (this.#token !== '') request.headers.set('authorization', `Bearer ${this.#token}`);
    try {
      return await this.#fetch(request);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // What fetch rejects with where nothing answers.
      throw new ApiError('client.unreachable', '', 0);
    }
  }

  /** Once for all that wait for it. False if one has to sign in. */
  #refresh(): Promise<boolean> {
    this.#refreshing ??= this.#alone(() => this.#refreshNow()).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refreshNow(): Promise<boolean> {
    this.#token = '';
    const { data, response, error } = await this.api.POST('/api/auth/refresh', { body: {} });
    if (data !== undefined) this.#enter(data);
    else if (response.status !== 401 && response.status !== 400) throw ApiError.of(response.status, error);
    return data !== undefined;
  }

  #alone(work: () => Promise<boolean>): Promise<boolean> {
    // Pages without TLS have no locks.
    return 'locks' in navigator ? navigator.locks.request(LOCK, work) : work();
  }

  #enter({ accessToken, user }: LoggedIn): void {
    this.#token = accessToken;
    this.me = user;
    this.ended = false;
    this.#set('signed-in');
  }

  #leave(ended: boolean): void {
    this.#token = '';
    this.me = null;
    this.ended = ended;
    this.#set('signed-out');
  }

  #set(status: SessionStatus): void {
    this.status = status;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
