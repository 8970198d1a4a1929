import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, SwitchboardError } from '@switchboard/protocol';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/**
 * What a new password must be: 8 to 128 characters, not the name it belongs to, none of the first that anyone would try. No rules about kinds of
 * characters: they make passwords alike (NIST SP 800-63B, section 5.1.1.2).
 * @throws SwitchboardError `auth.password_weak`
 */
export function refuseWeakPassword(password: string, username: string, field: string): void {
  const characters = Array.from(password.normalize('NFC')).length;
  if (characters < MIN_PASSWORD_LENGTH || characters > MAX_PASSWORD_LENGTH) {
    throw new SwitchboardError(
      'auth.password_weak',
      `A password has ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`,
      { field },
    );
  }
  const plain = plainOf(password);
  if (plain === plainOf(username)) {
    throw new SwitchboardError('auth.password_weak', 'Choose a password that is not the name.', { field });
  }
  if (COMMON_PASSWORDS.has(plain) || isOneCharacter(plain)) {
    throw new SwitchboardError('auth.password_weak', 'This is one of the first passwords that anyone would try.', {
      field,
    });
  }
}

function plainOf(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

function isOneCharacter(text: string): boolean {
  return new Set(text).size <= 1;
}
