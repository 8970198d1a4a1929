import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '@switchboard/protocol';
import { channelNamed } from '../testing/running-server.ts';
import { World } from './testing/world.ts';

const SCRIPT = '<script>alert(1)</script>';
const STRINGS = [
  SCRIPT,
  '"><img src=x onerror=alert(1)>',
  "'; DROP TABLE user; --",
  '{{constructor.constructor("alert(1)")()}}',
  '</title><svg onload=alert(1)>',
];

describe('what a request may contain', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  async function expectAlive(): Promise<void> {
    expect((await world.nobody.sendText('GET', '/health/ready', undefined)).status).toBe(200);
  }

  describe('bodies', () => {
    function post(text: string, headers: Record<string, string> = {}): Promise<{ said: string; isJson: boolean }> {
      return world.admin.rest.sendText('POST', '/api/roles', text, headers);
    }

    it.each([
      ['half of one', '{"name":'],
      ['a word', 'nonsense'],
      ['nothing but a byte', '\u0000'],
      ['single quotes', "{'name':'x'}"],
      ['a number too many', '{"name":"x","rank":1}}'],
    ])('that are no JSON are malformed: %s', async (_what, text) => {
      expect(await post(text)).toMatchObject({ said: '400 protocol.malformed', isJson: true });
    });

    it.each([
      ['a list', '[]'],
      ['null', 'null'],
      ['a text', '"x"'],
      ['a number', '1'],
    ])('that are no object are refused: %s', async (_what, text) => {
      const { said, isJson } = await post(text);
      expect(['400 protocol.invalid', '400 protocol.malformed']).toContain(said);
      expect(isJson).toBe(true);
    });

    it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
      'of another type are not read: %s',
      async (type) => {
        const { said } = await post('{"name":"x","rank":1}', { 'content-type': type });
        expect(said).toBe('400 protocol.invalid');
      },
    );

    it('that are larger than 64 KiB are refused, and those that are just smaller are read', async () => {
      const of = (bytes: number): string => `{"name":"${'x'.repeat(bytes - 11)}"}`;
      expect((await post(of(64 * 1_024 + 1))).said).toBe('413 protocol.too_large');
      expect((await post(of(64 * 1_024))).said).toBe('400 protocol.invalid');
      expect((await post(of(4 * 1_024 * 1_024))).said).toBe('413 protocol.too_large');
    });

    it('that are small until they are unpacked are refused', async () => {
      const packed = gzipSync(Buffer.alloc(16 * 1_024 * 1_024, ' '));
      const response = await fetch(`${world.nobody.url}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: packed,
      });
      expect(response.status).toBe(413);
      await expectAlive();
    });

    it.each([
      ['lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
      ['objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
      ['what is expected', `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)},"rank":1}`],
    ])('that are deep cost no more than others: %s', async (_what, text) => {
      const { said, isJson } = await post(text);
      expect(said).toMatch(/^400 protocol\./);
      expect(isJson).toBe(true);
      await expectAlive();
    });

    it('reach no prototype', async () => {
      for (const text of [
        '{"name":"x","rank":1,"__proto__":{"permissions":["see"]}}',
        '{"name":"x","rank":1,"constructor":{"prototype":{"polluted":1}}}',
      ]) {
        expect((await post(text)).said).toBe('400 protocol.invalid');
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });

    it.each(['1e400', '-1', '1.5', '1001', '"5"', 'null', 'true', '[5]', '{"valueOf":5}'])(
      'with another kind of number are refused: %s',
      async (rank) => {
        expect((await post(`{"name":"x","rank":${rank}}`)).said).toBe('400 protocol.invalid');
      },
    );

    it('do not come back in an error', async () => {
      const answer = await world.nobody.post('/auth/login', { username: 'x', password: { secret: 'hunter2' } });
      expect(answer.code).toBe('protocol.invalid');
      expect(answer.text).not.toContain('hunter2');
    });
  });

  describe('queries', () => {
    it.each([
      'search=a&search=b',
      'search[]=a',
      'search[x]=a',
      'limit=0',
      'limit=101',
      'limit=1e1',
      'limit=-1',
      'limit=5;',
      'limit=',
      'after=nonsense',
      'after=bnVsbA',
      'after=W10',
      'after=W3siJGd0IjoiIn1d',
      'after[]=WyJhIl0',
      'unknown=1',
      '__proto__[x]=1',
      `search=${'x'.repeat(101)}`,
    ])('of another form are refused: %s', async (query) => {
      const answer = await world.admin.rest.get(`/users?${query}`);
      expect(answer.said).toBe('400 protocol.invalid');
      expect(answer.isJson).toBe(true);
    });
  });

  describe('methods', () => {
    it('are not replaced by headers', async () => {
      const person = await world.person();
      const overridden = await world.admin.rest.send(
        'POST',
        `/users/${person.id}`,
        {},
        {
          'x-http-method-override': 'DELETE',
          'x-method-override': 'DELETE',
        },
      );
      expect(overridden.said).toBe('404 api.not_found');
      expect((await person.rest.get('/auth/me')).status).toBe(200);
    });
  });

  describe('searching', () => {
    async function found(path: string, search: string): Promise<string[]> {
      const answer = await world.admin.rest.get(`${path}?search=${encodeURIComponent(search)}`);
      expect(answer.status).toBe(200);
      return answer
        .as<{ items: { text?: string; username?: string; nickname?: string }[] }>()
        .items.map(({ text, username, nickname }) => text ?? username ?? nickname ?? '');
    }

    beforeAll(async () => {
      const { client, welcome } = await world.at.guest('Writer');
      const { id: channelId } = channelNamed(welcome, 'Lobby');
      await client.request('channel.join', { channelId });
      for (const [nonce, text] of ['100% sure', '100 sure', 'a_b', 'axb', String.raw`back\slash`, "it's"].entries()) {
        await client.request('message.send', { channelId, nonce: String(nonce), text });
      }
    });

    it.each([
      ['%', ['100% sure']],
      ['_', ['a_b']],
      ['a_b', ['a_b']],
      ['100%', ['100% sure']],
      [String.raw`\ `.trim(), [String.raw`back\slash`]],
      [String.raw`\%`, []],
      ["'", ["it's"]],
      ["' OR '1'='1", []],
      ["%' OR 1=1 --", []],
      ["'; DELETE FROM message; --", []],
      ['") OR ("1"="1', []],
      [':search', []],
      ['$1', []],
    ])('takes what it is given for plain text: %s', async (search, texts) => {
      expect(await found('/messages', search)).toEqual(texts);
      expect(await found('/users', search)).toEqual([]);
      expect(await found('/bans', search)).toEqual([]);
    });

    it('for what ends a text in the database is refused: the rest would be looked for no more', async () => {
      for (const path of ['/messages', '/users', '/bans']) {
        expect((await world.admin.rest.get(`${path}?search=%00`)).said).toBe('400 protocol.invalid');
        expect((await world.admin.rest.get(`${path}?search=a%00b`)).said).toBe('400 protocol.invalid');
      }
    });

    it('has lost nothing by that', async () => {
      expect(await found('/messages', '')).toHaveLength(6);
      expect(await found('/users', 'root')).toEqual(['root']);
    });

    it.each(["' OR '1'='1", '1; DROP TABLE user', '%', '_', '%00', '%2e%2e%2f', '{id}'])(
      'by a path finds nothing: %s',
      async (id) => {
        const path = encodeURIComponent(id);
        expect((await world.admin.rest.get(`/users/${path}`)).said).toBe('404 user.not_found');
        expect((await world.admin.rest.delete(`/roles/${path}`)).said).toBe('404 role.not_found');
        expect((await world.admin.rest.delete(`/messages/${path}`)).said).toBe('404 message.not_found');
      },
    );

    it('filters by ids that are plain text, too', async () => {
      for (const field of ['actorId', 'targetId', 'action']) {
        const answer = await world.admin.rest.get(`/audit?${field}=${encodeURIComponent("' OR 1=1 --")}`);
        expect(answer.status === 400 || answer.as<{ items: unknown[] }>().items.length === 0).toBe(true);
      }
    });
  });

  describe('what looks like a page or a program', () => {
    it('comes back as it was given, as JSON', async () => {
      const admin = world.admin.rest;
      const lobby = await world.channelId('Lobby');
      for (const text of STRINGS) {
        const changed = [
          admin.patch(`/users/${world.admin.id}`, { nickname: text.slice(0, 32) }),
          admin.patch(`/channels/${lobby}`, { name: text, topic: text }),
          admin.post('/roles', { name: text, rank: 1 }),
          admin.post('/bans', { address: '203.0.113.7', reason: text }),
        ];
        for (const answer of await Promise.all(changed)) {
          expect(answer.status).toBeLessThan(300);
          expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
          expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
          expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
        }
        expect((await admin.get('/channels')).as<{ items: { topic: string }[] }>().items).toContainEqual(
          expect.objectContaining({ name: text, topic: text }),
        );
      }
      await world.nobody.made(admin.patch(`/channels/${lobby}`, { name: 'Lobby' }));
    });

    it('goes through chat as it was written', async () => {
      const { client, welcome } = await world.at.guest(SCRIPT);
      const { id: channelId } = channelNamed(welcome, 'Lobby');
      await client.request('channel.join', { channelId });
      const sent: Message = await client.request('message.send', { channelId, nonce: 'xss', text: SCRIPT });
      const answer = await world.admin.rest.get(`/messages?search=${encodeURIComponent(SCRIPT)}`);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const { id, text } = sent;
      expect(answer.as<{ items: unknown[] }>().items).toEqual([
        expect.objectContaining({ id, text, author: { userId: welcome.self.userId, nickname: SCRIPT } }),
      ]);
    });

    it('in an address is not repeated by an error', async () => {
      for (const path of [`/api/${SCRIPT}`, `/${SCRIPT}`, `/api/users?x=${SCRIPT}`, `/admin/${SCRIPT}`]) {
        const { text, headers } = await world.nobody.sendText('GET', encodeURI(path), undefined);
        expect(text).not.toContain(SCRIPT);
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
    });

    it('splits no header', async () => {
      const { headers } = await world.nobody.sendText('GET', '/api/x%0d%0aSet-Cookie:%20a=b', undefined);
      expect(headers.get('set-cookie')).toBeNull();
    });
  });
});
