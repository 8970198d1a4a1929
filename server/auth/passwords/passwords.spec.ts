import { describe, expect, it } from 'vitest';
import { Argon2 } from './argon2.ts';
import { Passwords } from './passwords.ts';

/** Remembers what passwords were compared with. */
class WatchedArgon2 extends Argon2 {
  readonly comparedWith: string[] = [];

  override verify(password: string, hash: string): Promise<boolean> {
    this.comparedWith.push(hash);
    return super.verify(password, hash);
  }
}

describe('Passwords', () => {
  const argon2 = new WatchedArgon2();
  const sut = new Passwords(argon2);

  it('knows its own', async () => {
    const hash = await sut.hash('one');
    expect(await sut.verify('one', hash)).toBe(true);
    expect(await sut.verify('other', hash)).toBe(false);
    expect(sut.isOutdated(hash)).toBe(false);
  });

  it.each([null, undefined])('compares with a hash that costs the same where there is none: %s', async (none) => {
    argon2.comparedWith.length = 0;
    expect(await sut.verify('one', none)).toBe(false);
    expect(argon2.comparedWith.map((hash) => argon2.isOutdated(hash))).toEqual([false]);
  });
});
