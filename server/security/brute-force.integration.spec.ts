import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './testing/rest-client.ts';
import { PASSWORD, World } from './testing/world.ts';

const ATTEMPTS = 12;
/** More than come in at once. */
const FLOOD = 150;

describe('who tries over and over', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ SWITCHBOARD_TRUSTED_PROXIES: 'loopback' });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  function logIn(username: string, password: string, from = '198.51.100.1'): Promise<Answer> {
    const body = { username, password, cookie: false };
    return world.nobody.send('POST', '/auth/login', body, { 'x-forwarded-for': from });
  }

  /** One after the other, until there is something to wait for. */
  async function refusalAfterGuesses(username: string, from: (attempt: number) => string): Promise<Answer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await logIn(username, `guess ${attempt}`, from(attempt));
      if (answer.code !== 'auth.credentials_invalid') return answer;
    }
    throw new Error('every guess was let through');
  }

  it('to log in has to wait, with the right password, too', async () => {
    const { username } = await world.person();
    const refusal = await refusalAfterGuesses(username, () => '198.51.100.1');
    expect(refusal.said).toBe('429 auth.too_many_attempts');
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await logIn(username, PASSWORD)).said).toBe('429 auth.too_many_attempts');
  });

  it('from many addresses has to wait as well', async () => {
    const { username } = await world.person();
    const refusal = await refusalAfterGuesses(username, (attempt) => `198.51.100.${100 + attempt}`);
    expect(refusal.said).toBe('429 auth.too_many_attempts');
  });

  it('many names from one address has to wait as well', async () => {
    const answers: string[] = [];
    for (let attempt = 0; attempt < 60; attempt++) {
      answers.push((await logIn(`name${attempt}`, 'guess', '198.51.100.50')).said);
    }
    expect(answers).toContain('429 auth.too_many_attempts');
  });

  it('locks nobody out who is logged in', async () => {
    const person = await world.person();
    await refusalAfterGuesses(person.username, () => '198.51.100.2');
    expect((await person.rest.get('/auth/me')).status).toBe(200);
    const changed = person.rest.post('/auth/password', { current: PASSWORD, next: 'harbour-plum-staple-43' });
    expect((await changed).status).toBe(204);
  });

  it('does not learn which names there are', async () => {
    const { username } = await world.person();
    const [there, nobody] = [
      await logIn(username, 'wrong', '203.0.113.1'),
      await logIn('nobody', 'wrong', '203.0.113.1'),
    ];
    expect(there.said).toBe('401 auth.credentials_invalid');
    expect(nobody.said).toBe(there.said);
    expect(nobody.text).toBe(there.text);
  });

  it('to ask for anything is slowed down, by the address that it comes from', async () => {
    const ask = (from: string): Promise<Answer> =>
      world.nobody.send('GET', '/auth/registration', undefined, { 'x-forwarded-for': from });
    const flood = await Promise.all(Array.from({ length: FLOOD }, () => ask('192.0.2.1')));
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.code).toBe('server.rate_limited');
    expect(refused[0]!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await ask('192.0.2.2')).status).toBe(200);
  });

  it('cannot say that it comes from elsewhere, where no proxy is trusted', async () => {
    await using plain = await World.start();
    const { username } = await plain.person();
    const addresses = new Set<string>();
    for (const from of ['198.51.100.7', '198.51.100.8']) {
      const body = { username, password: PASSWORD, cookie: false };
      const answer = await plain.nobody.send('POST', '/auth/login', body, { 'x-forwarded-for': from });
      const { accessToken } = answer.as<{ accessToken: string }>();
      const { items } = (await plain.nobody.as(accessToken).get('/auth/sessions')).as<{
        items: { address: string }[];
      }>();
      for (const { address } of items) addresses.add(address);
    }
    expect([...addresses]).toEqual(['127.0.0.1']);
  });
});
