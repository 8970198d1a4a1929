import type { ServerConfig } from '../../config/server-config.ts';

/** Whether browsers reach this server by TLS, its own or a proxy's: cookies then go by TLS only. */
function isSecure({ tls, publicLanes }: ServerConfig): boolean {
  return tls.mode !== 'off' || publicLanes.controlUrl?.startsWith('wss:') === true;
}

/** The header of a cookie for the log-in alone, which no script can read and no other site can send. */
export function setCookie(name: string, value: string, lifetimeMs: number, config: ServerConfig): string {
  const attributes = [`${name}=${value}`, 'Path=/api/auth', `Max-Age=${Math.floor(lifetimeMs / 1000)}`];
  return [...attributes, 'HttpOnly', 'SameSite=Strict', ...(isSecure(config) ? ['Secure'] : [])].join('; ');
}

/** The value in a `Cookie` header, if there is one that is no longer than expected. */
export function readCookie(header: string | undefined, name: string, maxLength: number): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && value !== '' && value.length <= maxLength) return value;
  }
  return undefined;
}
