import { describe, expect, it } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { refuseWeakPassword } from './password-rules.ts';

describe('refuseWeakPassword', () => {
  it.each(['12345679', 'eight ch', '👩‍🚀🚀🚀🚀🚀🚀', `${'x'.repeat(127)}y`, `${'\u00e9'.repeat(7)}z`])(
    'takes %j',
    (password) => {
      expect(() => {
        refuseWeakPassword(password, 'ada', 'password');
      }).not.toThrow();
    },
  );

  it.each([
    ['seven77', 'ada', '8 to 128'],
    [`${'x'.repeat(128)}y`, 'ada', '8 to 128'],
    ['e\u0301'.repeat(7), 'ada', '8 to 128'],
    ['AdaLovelace', 'adalovelace', 'not the name'],
    ['PassWord1', 'ada', 'first passwords'],
    ['ｐａｓｓｗｏｒｄ１', 'ada', 'first passwords'],
    ['zzzzzzzzzz', 'ada', 'first passwords'],
  ])('refuses %j for %s', (password, username, why) => {
    expect(() => {
      refuseWeakPassword(password, username, 'next');
    }).toThrow(
      expect.objectContaining({ code: 'auth.password_weak', field: 'next', message: expect.stringContaining(why) }),
    );
  });

  it('knows no common password that is refused for its length anyway', () => {
    expect([...COMMON_PASSWORDS].filter((password) => password.length < 8)).toEqual([]);
    expect([...COMMON_PASSWORDS].filter((password) => password !== password.toLowerCase())).toEqual([]);
  });
});
