import { bytesToHex, type Credentials } from '@switchboard/protocol';
import type { Platform } from '../platform/platform.ts';

const KEY_BYTES = 32;
const KEY_FORM = /^[0-9a-f]{64}$/;

/**
 * A guest's credentials with the key by which a server knows it again: made once for each server and kept, so that no
 * server learns what another could use.
 */
export function withGuestKey(
  platform: Pick<Platform, 'store' | 'randomBytes'>,
  server: URL,
  credentials: Credentials,
): Credentials {
  if (credentials.type !== 'guest' || credentials.key !== undefined) return credentials;
  const name = `switchboard.guest-key:${server.origin}`;
  const kept = platform.store.get(name);
  if (kept !== undefined && KEY_FORM.test(kept)) return { ...credentials, key: kept };
  const key = bytesToHex(platform.randomBytes(KEY_BYTES));
  platform.store.set(name, key);
  return { ...credentials, key };
}
