import type { ServerConfig } from '../../config/server-config.ts';

const NAME = 'switchboard_refresh';
/** Of 64 bytes in base64url, and room for another form of it. */
const MAX_LENGTH = 256;

/** Whether browsers reach this server by TLS, its own or a proxy's: cookies then go by TLS only. */
function isSecure({ tls, publicLanes }: ServerConfig): boolean {
  return tls.mode !== 'off' || publicLanes.controlUrl?.startsWith('wss:') === true;
}

/** The header that gives a browser its refresh token, which no script can read and no other site can send. */
export function refreshCookie(token: string, lifetimeMs: number, config: ServerConfig): string {
  const attributes = [`${NAME}=${token}`, 'Path=/api/auth', `Max-Age=${Math.floor(lifetimeMs / 1000)}`];
  return [...attributes, 'HttpOnly', 'SameSite=Strict', ...(isSecure(config) ? ['Secure'] : [])].join('; ');
}

/** The header that takes it away. */
export function noRefreshCookie(config: ServerConfig): string {
  return refreshCookie('', 0, config);
}

/** The token in a `Cookie` header, if there is one. */
export function readRefreshCookie(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value !== undefined && value !== '' && value.length <= MAX_LENGTH) return value;
  }
  return undefined;
}
