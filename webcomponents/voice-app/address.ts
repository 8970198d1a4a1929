const INVITE = 'invite=';

/** The code of the invitation that an address brings; empty for none. */
export function inviteOf({ hash }: URL): string {
  return hash.startsWith(`#${INVITE}`) ? hash.slice(1 + INVITE.length) : '';
}

/** The room that an address names; empty for none. */
export function channelOf(address: URL): string {
  const named = address.searchParams.get('channel');
  if (named !== null) return named;
  if (inviteOf(address) !== '') return '';
  try {
    return decodeURIComponent(address.hash.slice(1));
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return '';
  }
}
