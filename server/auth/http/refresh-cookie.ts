import type { ServerConfig } from '../../config/server-config.ts';
import { readCookie, setCookie } from './cookies.ts';

const NAME = 'switchboard_refresh';
/** Of 64 bytes in base64url, and room for another form of it. */
const MAX_LENGTH = 256;

/** The header that gives a browser its refresh token, which no script can read and no other site can send. */
export function refreshCookie(token: string, lifetimeMs: number, config: ServerConfig): string {
  return setCookie(NAME, token, lifetimeMs, config);
}

/** The header that takes it away. */
export function noRefreshCookie(config: ServerConfig): string {
  return refreshCookie('', 0, config);
}

/** The token in a `Cookie` header, if there is one. */
export function readRefreshCookie(header: string | undefined): string | undefined {
  return readCookie(header, NAME, MAX_LENGTH);
}
