import { SwitchboardError } from '@switchboard/client';
import { fetchJson } from '@switchboard/client/host';
import type { ErrorCode } from '@switchboard/protocol';
import { AccountLogIn } from './account-log-in.ts';
import type { Bookmark } from './bookmark.ts';
import type { Bookmarks } from './bookmarks.ts';
import type { ServerSecrets } from './server-secrets.ts';

/** After these, another user name or password helps. */
const TYPED_WRONG: readonly ErrorCode[] = [
  'auth.credentials_invalid',
  'auth.password_weak',
  'auth.username_taken',
  'auth.username_invalid',
];
/** After these, another invitation. */
const INVITED_WRONG: readonly ErrorCode[] = ['auth.invite_invalid', 'auth.invite_required'];

type Way = 'account' | 'new';

type Typed = Promise<string | undefined>;

/**
 * What the person is asked; undefined where it turns away. Each box says where it goes by the server's address: what a server calls itself
 * may be the name of another.
 * @param problem why what was typed before was refused
 */
export interface SignInBoxes {
  way(server: URL, needsInvitation: boolean): Promise<Way | undefined>;
  username(server: URL, value: string, problem?: string): Typed;
  nickname(server: URL, value: string): Typed;
  password(server: URL, username: string, problem?: string): Typed;
  newPassword(server: URL, username: string): Typed;
  invitation(server: URL, value: string, problem?: string): Typed;
}

/** Signing in on the server of a bookmark. */
export class SignInForm {
  readonly #bookmarks: Bookmarks;
  readonly #secrets: ServerSecrets;
  readonly #boxes: SignInBoxes;
  readonly #sentence: (error: SwitchboardError) => string;

  /** @param sentence of a refusal, as the person reads it */
  constructor(
    bookmarks: Bookmarks,
    secrets: ServerSecrets,
    boxes: SignInBoxes,
    sentence: (error: SwitchboardError) => string,
  ) {
    this.#bookmarks = bookmarks;
    this.#secrets = secrets;
    this.#boxes = boxes;
    this.#sentence = sentence;
  }

  /**
   * Asks until the server is content or the person turns away.
   * @returns the bookmark as it is then; undefined where nothing has changed
   * @throws SwitchboardError what typing anew would not help against
   */
  async show(bookmark: Bookmark): Promise<Bookmark | undefined> {
    if (bookmark.signIn.type === 'account') return this.#logIn(bookmark, bookmark.signIn.username);
    const mode = await registrationMode(bookmark);
    const way = mode === 'closed' ? 'account' : await this.#boxes.way(new URL(bookmark.address), mode === 'invite');
    if (way === undefined) return undefined;
    return way === 'account' ? this.#logIn(bookmark, '') : this.#register(bookmark, mode === 'invite');
  }

  async signOut(bookmark: Bookmark): Promise<void> {
    await new AccountLogIn(bookmark, this.#secrets).end();
    await this.#bookmarks.update(bookmark.id, { signIn: { type: 'guest' } });
  }

  async #logIn(bookmark: Bookmark, known: string): Promise<Bookmark | undefined> {
    const server = new URL(bookmark.address);
    let username = known;
    let problem: string | undefined;
    for (;;) {
      // A name that is known is asked for again only where it may be the wrong one.
      if (username === '' || problem !== undefined) {
        const typed = await this.#boxes.username(server, username, problem);
        if (typed === undefined) return undefined;
        username = typed.trim();
      }
      const password = await this.#boxes.password(server, username, problem);
      if (password === undefined) return undefined;
      try {
        await new AccountLogIn(bookmark, this.#secrets).start(username, password);
        return await this.#bookmarks.update(bookmark.id, { signIn: { type: 'account', username } });
      } catch (error) {
        problem = this.#refusal(error, TYPED_WRONG);
      }
    }
  }

  async #register(bookmark: Bookmark, byInvitation: boolean): Promise<Bookmark | undefined> {
    const server = new URL(bookmark.address);
    let invite = byInvitation ? await this.#boxes.invitation(server, '') : '';
    if (invite === undefined) return undefined;
    let username = '';
    let problem: string | undefined;
    for (;;) {
      const typed = await this.#boxes.username(server, username, problem);
      if (typed === undefined) return undefined;
      username = typed.trim();
      const nickname = await this.#boxes.nickname(server, bookmark.nickname === '' ? username : bookmark.nickname);
      if (nickname === undefined) return undefined;
      const password = await this.#boxes.newPassword(server, username);
      if (password === undefined) return undefined;
      // A wrong invitation is no reason to type all of this again.
      for (;;) {
        const account = { username, password, nickname, ...(invite === '' ? {} : { invite: invite.trim() }) };
        try {
          await new AccountLogIn(bookmark, this.#secrets).register(account);
          return await this.#bookmarks.update(bookmark.id, { nickname, signIn: { type: 'account', username } });
        } catch (error) {
          problem = this.#refusal(error, [...TYPED_WRONG, ...INVITED_WRONG]);
          if (!isOf(error, INVITED_WRONG)) break;
        }
        invite = await this.#boxes.invitation(server, invite, problem);
        if (invite === undefined) return undefined;
      }
    }
  }

  /** Why to type again; what typing does not help against is thrown on. */
  #refusal(error: unknown, helped: readonly ErrorCode[]): string {
    if (SwitchboardError.is(error) && isOf(error, helped)) return this.#sentence(error);
    throw error;
  }
}

function isOf(error: unknown, codes: readonly ErrorCode[]): boolean {
  return SwitchboardError.is(error) && codes.includes(error.code);
}

/** Who may make an account; nobody where the server does not say. */
async function registrationMode({ address, fingerprint }: Bookmark): Promise<'open' | 'invite' | 'closed'> {
  const trust = fingerprint === undefined ? undefined : { fingerprint };
  const json = await fetchJson(new URL('/api/auth/registration', address), trust);
  const mode = typeof json === 'object' && json !== null && 'mode' in json ? json.mode : undefined;
  return mode === 'open' || mode === 'invite' ? mode : 'closed';
}
