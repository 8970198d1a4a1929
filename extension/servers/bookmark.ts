/** How one comes in on a server. No secret is in here: those are in the editor's SecretStorage, under the bookmark's id. */
export type SignInMethod = { readonly type: 'guest' } | { readonly type: 'account'; readonly username: string };

/** A server that one has been to: what the list of servers shows, and all that is needed to come back. */
export interface Bookmark {
  /** Random; names its secrets. */
  readonly id: string;
  /** Address of the server's web port, as in a browser; an origin. */
  readonly address: string;
  /** Shown in the list. */
  readonly name: string;
  /** Under which one is seen as a guest. */
  readonly nickname: string;
  readonly signIn: SignInMethod;
  /** SHA-256 of the certificate that is believed on this server; the system's authorities without. */
  readonly fingerprint?: string;
}
