/** Where one is in the dashboard: `#rooms/ID`. */
export interface Route {
  /** Empty for wherever one begins. */
  readonly page: string;
  /** What stands behind it. */
  readonly rest: string;
}

export function routeOf(hash: string): Route {
  const [page = '', ...rest] = hash.replace(/^#/, '').split('/');
  return { page, rest: decoded(rest.join('/')) };
}

export function linkTo(page: string, rest = ''): string {
  return rest === '' ? `#${page}` : `#${page}/${encodeURIComponent(rest)}`;
}

/** The one-time code of the link that a new server prints: `#setup=CODE`. */
export function setupCodeOf(hash: string): string | undefined {
  const code = /^#setup=(.+)$/.exec(hash)?.[1];
  return code === undefined ? undefined : decoded(code);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return text;
  }
}
