import { bytesToHex } from '@switchboard/protocol';
import type { Platform } from '../platform/platform.ts';
import type { SignIn } from './sign-in.ts';

const KEY_BYTES = 32;
const KEY_FORM = /^[0-9a-f]{64}$/;

/**
 * A guest's credentials with the key by which a server knows it again: made once for each server and kept, so that no
 * server learns what another could use.
 */
export function withGuestKey(platform: Pick<Platform, 'store' | 'randomBytes'>, server: URL, signIn: SignIn): SignIn {
  if (signIn.type !== 'guest' || signIn.key !== undefined) return signIn;
  const name = `switchboard.guest-key:${server.origin}`;
  const kept = platform.store.get(name);
  if (kept !== undefined && KEY_FORM.test(kept)) return { ...signIn, key: kept };
  const key = bytesToHex(platform.randomBytes(KEY_BYTES));
  platform.store.set(name, key);
  return { ...signIn, key };
}
