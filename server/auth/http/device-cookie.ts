import type { ServerConfig } from '../../config/server-config.ts';
import { readCookie, setCookie } from './cookies.ts';

const NAME = 'switchboard_device';
/** Renewed with each log-in; browsers keep none for longer than 400 days (RFC 6265bis, section 5.6.2). */
const LIFETIME_MS = 365 * 24 * 3_600_000;
/** Of four entries, and room for another form of them. */
const MAX_LENGTH = 512;

/** The header by which a browser is known to accounts that it was logged in to. It outlives the log-in. */
export function deviceCookie(devices: string, config: ServerConfig): string {
  return setCookie(NAME, devices, LIFETIME_MS, config);
}

/** What a `Cookie` header says of that. */
export function readDeviceCookie(header: string | undefined): string | undefined {
  return readCookie(header, NAME, MAX_LENGTH);
}
