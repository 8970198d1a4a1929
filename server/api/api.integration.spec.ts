import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Get } from '@nestjs/common';
import { ERROR_SENTENCES } from '@switchboard/protocol';
import * as v from 'valibot';
import { Public, Requires } from './access.ts';
import { ApiController } from './api-controller.ts';
import { Answers, AnswersNothing } from './api-response.ts';
import { BODY_LIMIT_MS } from './body-deadlines.ts';
import { ApiApp } from './testing/api-app.ts';
import { ElsewhereController, FruitsController } from './testing/test-controller.ts';

const ALLOWED = 'https://www.example.org';
const asAda = { headers: { authorization: 'Bearer ada' } };

describe('the REST API', () => {
  let at: ApiApp;

  beforeAll(async () => {
    at = await ApiApp.start([FruitsController, ElsewhereController], { SWITCHBOARD_ALLOWED_ORIGINS: ALLOWED });
  });
  afterAll(() => at[Symbol.asyncDispose]());
  beforeEach(() => at.allowed.clear());

  function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
    return at.fetch(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  }

  async function refusal(answer: Response | Promise<Response>): Promise<unknown> {
    const { status, headers } = await answer;
    const { error, ...others } = (await (await answer).json()) as { error: Record<string, unknown> };
    expect(others).toEqual({});
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    return { status, ...error };
  }

  describe('checks', () => {
    it('take what fits, in the form that the schema gives it', async () => {
      const answer = await post('/api/fruits', '{"name":" pear "}');
      expect(answer.status).toBe(201);
      expect(await answer.json()).toEqual({ name: 'pear', grams: 100 });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    });

    it.each([
      ['{"grams":1}', 'name', '“name” is missing in the body.'],
      ['{"name":"pear","colour":"red"}', 'colour', '“colour” is not known in the body.'],
      ['{"name":"pear","parts":[{"colour":"blue"}]}', 'parts.0.colour', '("red" | "green")'],
      [
        '{"name":"pear","parts":[{"colour":"red","size":1}]}',
        'parts.0.size',
        '“parts.0.size” is not known in the body.',
      ],
      ['{"name":"much too long"}', 'name', '“name” in the body is not as expected: at most 8 characters.'],
      ['{"name":5}', 'name', 'not as expected: string.'],
      ['[]', 'name', '“name” is missing in the body.'],
    ])('refuse the body %s', async (body, field, sentence) => {
      expect(await refusal(post('/api/fruits', body))).toEqual({
        status: 400,
        code: 'protocol.invalid',
        message: expect.stringContaining(sentence),
        field,
      });
    });

    it('never repeat what was sent', async () => {
      expect(JSON.stringify(await refusal(post('/api/fruits', '{"name":["hunter2"]}')))).not.toContain('hunter2');
    });

    it('refuse a body that is not said to be JSON', async () => {
      const answer = post('/api/fruits', '{"name":"pear"}', { 'content-type': 'text/plain' });
      expect(await refusal(answer)).toMatchObject({
        status: 400,
        message: expect.stringContaining('application/json'),
      });
    });

    it.each(['{', '"text"', '{"name":"pear"'])('refuse the malformed body %s', async (body) => {
      expect(await refusal(post('/api/fruits', body))).toMatchObject({ status: 400, code: 'protocol.malformed' });
    });

    it('read 64 KiB of a body and no more', async () => {
      const body = (bytes: number): string => '{"name":"pear"}'.padEnd(bytes);
      expect((await post('/api/fruits', body(65_536))).status).toBe(201);
      expect(await refusal(post('/api/fruits', body(65_537)))).toMatchObject({
        status: 413,
        code: 'protocol.too_large',
      });
    });

    it.each([
      ['limit=0', 'limit', 'a whole number from 1 to 100'],
      ['limit=101', 'limit', 'a whole number from 1 to 100'],
      ['limit=1e1', 'limit', 'a whole number from 1 to 100'],
      ['limit=1&limit=2', 'limit', 'string'],
      ['after=x', 'after', 'the “next” of the page before'],
      ['ripe=1', 'ripe', 'true or false'],
      ['order=name', 'order', 'not known in the query'],
    ])('refuse the query %s', async (query, field, sentence) => {
      at.allowed.add('account user.manage');
      expect(await refusal(at.fetch(`/api/fruits?${query}`, asAda))).toMatchObject({
        status: 400,
        code: 'protocol.invalid',
        field,
        message: expect.stringContaining(sentence),
      });
    });

    it('refuse a path', async () => {
      at.allowed.add('account see LOBBY').add('account channel.manage LOBBY');
      expect(await refusal(at.fetch('/api/fruits/of/LOBBY/pear', { method: 'DELETE', ...asAda }))).toMatchObject({
        code: 'protocol.invalid',
        field: 'channel',
        message: '“channel” in the path is not as expected: one to eight letters.',
      });
      expect(await refusal(at.fetch('/api/fruits/of/%ff/pear'))).toMatchObject({ status: 400 });
    });
  });

  describe('a body that does not come', () => {
    /** A request of which the body is announced, and half of it sent. */
    function half(path: string): ClientRequest {
      const headers = { 'content-type': 'application/json', 'content-length': '16' };
      const started = request(`${at.url}${path}`, { method: 'POST', headers });
      started.on('error', () => {});
      started.write('{"name":');
      return started;
    }
    const isAwaited = (): Promise<void> => expect.poll(() => at.clock.pendingTimers).toBe(1);

    it('is waited for until a limit, and the connection ends', async () => {
      const slow = half('/api/fruits');
      await isAwaited();
      at.clock.advance(BODY_LIMIT_MS - 1);
      const answered = once(slow, 'response') as Promise<[IncomingMessage]>;
      const closed = once(slow, 'close');
      at.clock.advance(1);
      const [answer] = await answered;
      expect(answer.statusCode).toBe(408);
      expect(answer.headers.connection).toBe('close');
      expect(await json(answer)).toEqual({
        error: { code: 'protocol.too_slow', message: ERROR_SENTENCES['protocol.too_slow'] },
      });
      await closed;
    });

    it('holds no connection either that has its answer already', async () => {
      const agent = new Agent({ keepAlive: true });
      const slow = request(`${at.url}/nowhere`, { agent, method: 'POST', headers: { 'content-length': '16' } });
      slow.on('error', () => {});
      slow.write('half');
      const [answer] = (await once(slow, 'response')) as [IncomingMessage];
      answer.resume();
      await isAwaited();
      const closed = once(answer.socket, 'close');
      at.clock.advance(BODY_LIMIT_MS);
      await closed;
      agent.destroy();
    });

    it('that comes in time is taken, and not waited for any more', async () => {
      const slow = half('/api/fruits');
      await isAwaited();
      at.clock.advance(BODY_LIMIT_MS - 1);
      slow.end('"pear1"}');
      const [answer] = (await once(slow, 'response')) as [IncomingMessage];
      expect(answer.statusCode).toBe(201);
      expect(at.clock.pendingTimers).toBe(0);
      answer.resume();
    });

    it('is not waited for once its sender is gone', async () => {
      const slow = half('/api/fruits');
      await isAwaited();
      slow.destroy();
      await expect.poll(() => at.clock.pendingTimers).toBe(0);
    });
  });

  it('pages from the first to the last', async () => {
    at.allowed.add('account user.manage');
    const names: string[] = [];
    const sizes: number[] = [];
    let next: string | null = '';
    while (next !== null) {
      const query: string = next === '' ? '' : `?after=${next}`;
      const page = (await (await at.fetch(`/api/fruits${query}`, asAda)).json()) as {
        items: { name: string }[];
        next: string | null;
      };
      names.push(...page.items.map(({ name }) => name));
      sizes.push(page.items.length);
      next = page.next;
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(names).toEqual(Array.from({ length: 120 }, (_, i) => `fruit ${i}`));
    const exact = (await (await at.fetch('/api/fruits?limit=100', asAda)).json()) as { next: string };
    const last = (await (await at.fetch(`/api/fruits?limit=20&after=${exact.next}`, asAda)).json()) as object;
    expect(last).toMatchObject({ next: null });
  });

  it('lets nothing out that the schema does not name', async () => {
    at.allowed.add('account user.manage');
    expect(await (await at.fetch('/api/fruits?limit=1', asAda)).json()).toMatchObject({
      items: [{ name: 'fruit 0', grams: 0 }],
    });
    expect(await (await at.fetch('/api/fruits', asAda)).text()).not.toContain('seed');
  });

  describe('access', () => {
    it.each([
      ['nothing', undefined, 'auth.token_missing'],
      ['a password', 'Basic YWRhOmFkYQ==', 'auth.token_invalid'],
      ['an empty token', 'Bearer ', 'auth.token_invalid'],
      ['a token of nobody', 'Bearer bob', 'auth.token_invalid'],
      ['an old token', 'Bearer old', 'auth.token_expired'],
    ])('is refused to who shows %s', async (_, authorization, code) => {
      const answer = await at.fetch('/api/fruits', { headers: authorization === undefined ? {} : { authorization } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await refusal(answer)).toEqual({
        status: 401,
        code,
        message: ERROR_SENTENCES[code as 'auth.token_missing'],
      });
    });

    it('to a route with a permission is for who has it', async () => {
      at.allowed.add('key user.manage');
      expect(await refusal(at.fetch('/api/fruits', asAda))).toMatchObject({ status: 403, code: 'access.denied' });
      expect((await at.fetch('/api/fruits', { headers: { authorization: 'bearer sbk_ada' } })).status).toBe(200);
    });

    it('to a channel is for who has the permission there', async () => {
      const remove = (channel: string) => at.fetch(`/api/fruits/of/${channel}/pear`, { method: 'DELETE', ...asAda });
      for (const channel of ['lobby', 'none', 'other']) at.allowed.add(`account see ${channel}`);
      for (const channel of ['lobby', 'none', 'unseen']) at.allowed.add(`account channel.manage ${channel}`);
      expect((await remove('lobby')).status).toBe(204);
      expect(await refusal(remove('other'))).toMatchObject({ status: 403, code: 'access.denied' });
      expect(await refusal(remove('none'))).toMatchObject({ status: 404, code: 'channel.not_found' });
      expect(await refusal(remove('unseen'))).toMatchObject({ status: 404, code: 'channel.not_found' });
    });

    it.each(['ada', 'sbk_ada'])('to what any caller may have is for %s', async (token) => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await at.fetch('/api/fruits/either', { headers })).status).toBe(204);
      expect(await refusal(at.fetch('/api/fruits/either'))).toMatchObject({ status: 401 });
    });

    it('to an account’s own is not for keys', async () => {
      const mine = await at.fetch('/api/fruits/mine', asAda);
      expect(await mine.json()).toEqual({ kind: 'account', userId: 'ada' });
      const byKey = at.fetch('/API/Fruits/mine', { headers: { authorization: 'Bearer sbk_ada' } });
      expect(await refusal(byKey)).toMatchObject({ status: 403, code: 'access.denied' });
    });
  });

  describe('failures', () => {
    it.each(['/api', '/api/nothing', '/API/nothing', '/api/fruits/of'])('are told at the unknown %s', async (path) => {
      expect(await refusal(at.fetch(path))).toEqual({
        status: 404,
        code: 'api.not_found',
        message: ERROR_SENTENCES['api.not_found'],
      });
    });

    it.each(['/api/fruits/broken', '/api/fruits/wrong', '/api/fruits/inside'])(
      'inside stay inside (%s)',
      async (path) => {
        expect(await refusal(at.fetch(path))).toEqual({
          status: 500,
          code: 'server.internal',
          message: ERROR_SENTENCES['server.internal'],
        });
      },
    );

    it('say when to come back', async () => {
      const answer = await at.fetch('/api/fruits/limited');
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('2');
    });

    it('beside the API have its form only where they have a code', async () => {
      const refused = await at.fetch('/elsewhere/refused');
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ error: { code: 'server.full' } });
      expect(await (await at.fetch('/elsewhere/broken/1')).json()).not.toHaveProperty('error.code');
      expect(await (await at.fetch('/apiary')).json()).toMatchObject({ statusCode: 404 });
    });
  });

  describe('other pages', () => {
    it('of allowed origins may read, with their own token alone', async () => {
      const answer = await at.fetch('/api/fruits/text', { headers: { origin: ALLOWED } });
      expect(await answer.text()).toBe('pear');
      expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toContain('Origin');
    });

    it('of others may not', async () => {
      const { headers } = await at.fetch('/api/fruits/text', { headers: { origin: 'https://evil.example' } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    });

    it.each([
      [ALLOWED, 204],
      ['https://evil.example', 403],
    ])('of %s ask first and get %i', async (origin, status) => {
      const headers = { origin, 'access-control-request-method': 'DELETE' };
      const answer = await at.fetch('/api/fruits', { method: 'OPTIONS', headers });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-headers')).toBe(
        status === 204 ? 'Authorization, Content-Type' : null,
      );
    });

    it('do not get at what a cookie opens', async () => {
      const ask = async (headers: Record<string, string>) =>
        (await at.fetch('/api/fruits/cookie', { method: 'POST', headers })).status;
      const cookie = 'switchboard_refresh=1';
      expect(await ask({})).toBe(204);
      expect(await ask({ origin: at.url, cookie })).toBe(204);
      expect(await ask({ cookie })).toBe(403);
      for (const origin of [ALLOWED, 'https://evil.example', 'null', 'http://127.0.0.1:1']) {
        expect(await ask({ origin, cookie })).toBe(403);
      }
    });
  });

  it('limits each address, told by the trusted proxy', async () => {
    const ask = (address: string) => at.fetch('/api/fruits/text', { headers: { 'x-forwarded-for': address } });
    const statuses = await Promise.all(Array.from({ length: 101 }, async () => (await ask('192.0.2.1')).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    const refused = await ask('203.0.113.9, 192.0.2.1');
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refusal(refused)).toMatchObject({ status: 429, code: 'server.rate_limited' });
    expect((await ask('192.0.2.2')).status).toBe(200);
    at.clock.advance(100);
    expect((await ask('192.0.2.1')).status).toBe(200);
  });
});

describe('a route of the API', () => {
  it.each([
    [
      'says not whom it is for',
      [Answers(v.string(), { summary: 'x' }) as MethodDecorator],
      'does not say whom it is for',
    ],
    ['says not what it answers', [Public()], 'does not say what it answers'],
    [
      'looks into a channel that it does not name',
      [Requires('join', { channel: 'id' }), AnswersNothing({ summary: 'x' }) as MethodDecorator],
      'has no :id',
    ],
  ])('that %s stops the start', async (_, decorators, fault) => {
    class Lacking {
      readIt(): string {
        return '';
      }
    }
    ApiController('lacking', 'lacking')(Lacking);
    const descriptor = Object.getOwnPropertyDescriptor(Lacking.prototype, 'readIt')!;
    for (const decorate of [Get('x'), ...decorators]) decorate(Lacking.prototype, 'readIt', descriptor);
    await expect(ApiApp.start([Lacking])).rejects.toThrow(`GET /api/lacking/x (readIt) ${fault}`);
  });

  it('whose name is taken stops the start', async () => {
    class Again extends FruitsController {}
    ApiController('again', 'again')(Again);
    await expect(ApiApp.start([FruitsController, Again])).rejects.toThrow(
      'two routes of the API are called listFruits',
    );
  });
});
