import { describe, expect, it } from 'vitest';
import { Argon2, NOBODYS_HASH } from './argon2.ts';

describe('Argon2', () => {
  const sut = new Argon2();

  it('makes another hash each time, which its password fits and no other', async () => {
    const [one, two] = [await sut.hash('päss wörd'), await sut.hash('päss wörd')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await sut.verify('päss wörd'.normalize('NFD'), one)).toBe(true);
    expect(await sut.verify('päss wörd ', one)).toBe(false);
    expect(await sut.verify('', one)).toBe(false);
  });

  it('knows hashes of other parameters, and what is none', async () => {
    expect(sut.isOutdated(await sut.hash('x'))).toBe(false);
    expect(sut.isOutdated(NOBODYS_HASH.replace('t=3', 't=2'))).toBe(true);
    expect(sut.isOutdated('plain text')).toBe(true);
    expect(await sut.verify('x', 'plain text')).toBe(false);
  });

  it('has a hash for nobody that takes the whole way and fits nothing', async () => {
    expect(sut.isOutdated(NOBODYS_HASH)).toBe(false);
    expect(await sut.verify('x', NOBODYS_HASH)).toBe(false);
  });
});
