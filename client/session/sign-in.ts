import type { Credentials } from '@switchboard/protocol';

/**
 * Who comes in: credentials as they are, or with a token that is asked for at each hello, as tokens do not last. A token that cannot be
 * had now rejects with a `SwitchboardError`: `client.unreachable` is tried again, a refusal is not.
 */
export type SignIn =
  | Credentials
  | { readonly type: 'access'; readonly getAccessToken: () => Promise<string> }
  | { readonly type: 'join'; readonly getJoinToken: () => Promise<string>; readonly nickname?: string };

/** What the hello says; a promise only where a token has to be asked for. */
export function credentialsOf(signIn: SignIn): Credentials | Promise<Credentials> {
  if ('getAccessToken' in signIn) return signIn.getAccessToken().then((token) => ({ type: 'access', token }));
  if (!('getJoinToken' in signIn)) return signIn;
  const { nickname } = signIn;
  return signIn
    .getJoinToken()
    .then((token) => ({ type: 'join', token, ...(nickname === undefined ? {} : { nickname }) }));
}

/** The same person under the name that it has now: it comes back by that one. */
export function renamed(signIn: SignIn, nickname: string): SignIn {
  const named = signIn.type === 'guest' || (signIn.type === 'join' && signIn.nickname !== undefined);
  return named ? { ...signIn, nickname } : signIn;
}
