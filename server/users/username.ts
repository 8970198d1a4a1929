import { SwitchboardError } from '@switchboard/protocol';
import { nicknameKey } from '../presence/nickname-key.ts';

/** Letters of any script, with the marks that some of them need. */
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{1,31}$/u;
const MAX_KEY_LENGTH = 64;

/** A user name as it is kept, and as it is compared: two that people could take for the same one have one key. */
export interface Username {
  readonly username: string;
  readonly usernameKey: string;
}

/** @throws SwitchboardError `auth.username_invalid` */
export function usernameOf(text: string): Username {
  const username = text.normalize('NFC').trim();
  const usernameKey = nicknameKey(username);
  // Some letters are several when they are compared.
  if (!USERNAME.test(username) || username.length > 32 || usernameKey.length > MAX_KEY_LENGTH) {
    throw new SwitchboardError('auth.username_invalid', undefined, { field: 'username' });
  }
  return { username, usernameKey };
}
