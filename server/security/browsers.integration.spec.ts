import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PASSWORD, World } from './testing/world.ts';

const ALLOWED = 'https://www.example.org';
const FOREIGN = 'https://evil.example';
const SECRET = 'what nobody may read';

/** What a browser, or somebody with one, can be made to do. */
describe('pages of others, and the pages here', () => {
  let world: World;
  let folder: string;
  let own: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-security-'));
    const webRoot = join(folder, 'web');
    await mkdir(join(webRoot, 'assets'), { recursive: true });
    await mkdir(join(webRoot, 'admin'));
    await mkdir(join(folder, 'web-secrets'));
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
    await writeFile(join(webRoot, 'admin', 'index.html'), '<!doctype html><title>admin</title>');
    await writeFile(join(webRoot, 'Other.HTML'), '<!doctype html><title>other</title>');
    await writeFile(join(webRoot, 'embed.js'), 'export {};');
    await writeFile(join(webRoot, '.env'), SECRET);
    await writeFile(join(folder, 'secret.txt'), SECRET);
    await writeFile(join(folder, 'web-secrets', 'secret.txt'), SECRET);
    world = await World.start({ SWITCHBOARD_WEB_ROOT: webRoot, SWITCHBOARD_ALLOWED_ORIGINS: ALLOWED });
    own = new URL(world.nobody.url).origin;
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  /** A request whose path and headers are sent as they are: `fetch` would tidy them. */
  function raw(
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(world.nobody.url);
      const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const { statusCode: status = 0, headers: given } = response;
          resolve({ status, text: Buffer.concat(chunks).toString(), headers: given });
        });
      });
      request.on('error', reject);
      request.end();
    });
  }

  describe('requests in somebody’s name (CSRF)', () => {
    async function cookieOfNewLogIn(): Promise<{ cookie: string; attributes: string }> {
      const answer = await world.nobody.post('/auth/login', { username: 'root', password: PASSWORD });
      const attributes = answer.headers.get('set-cookie') ?? '';
      expect(answer.text).not.toContain('refreshToken');
      return { cookie: attributes.split(';', 1)[0]!, attributes };
    }

    it('have a cookie that other sites do not send and scripts do not read', async () => {
      const { attributes } = await cookieOfNewLogIn();
      expect(attributes).toMatch(/HttpOnly/);
      expect(attributes).toMatch(/SameSite=Strict/);
      expect(attributes).toMatch(/Path=\/api\/auth/);
      expect(attributes).not.toMatch(/Domain=/i);
    });

    it.each([
      ['of another origin', { origin: FOREIGN }],
      ['of an origin that is merely allowed', { origin: ALLOWED }],
      ['of no origin that can be named', { origin: 'null' }],
      ['of the same host by another scheme', { origin: 'ftp://127.0.0.1' }],
      ['without an origin', {}],
    ])('are refused for pages %s', async (_what, headers) => {
      const { cookie } = await cookieOfNewLogIn();
      for (const path of ['/auth/refresh', '/auth/logout']) {
        const answer = await world.nobody.send('POST', path, {}, { cookie, ...headers });
        expect(answer.said).toBe('403 auth.origin_refused');
        expect(answer.headers.get('set-cookie')).toBeNull();
      }
      // The log-in goes on.
      expect((await world.nobody.send('POST', '/auth/refresh', {}, { cookie, origin: own })).status).toBe(200);
    });

    it('are refused for a page that has had its own name resolved to this machine', async () => {
      const { cookie } = await cookieOfNewLogIn();
      const headers = { cookie, host: 'rebound.example', origin: 'http://rebound.example' };
      expect((await raw('/api/auth/refresh', { ...headers, 'content-length': '0' }, 'POST')).status).toBe(403);
    });

    it('with the cookie alone open nothing else', async () => {
      const { cookie } = await cookieOfNewLogIn();
      for (const path of ['/auth/me', '/users', '/channels']) {
        expect((await world.nobody.send('GET', path, undefined, { cookie, origin: own })).code).toBe(
          'auth.token_missing',
        );
      }
    });
  });

  describe('reading across origins (CORS)', () => {
    it('is for this origin and those that are allowed, and never with the cookie', async () => {
      for (const [origin, allowed] of [
        [own, own],
        [ALLOWED, ALLOWED],
        [FOREIGN, null],
        ['null', null],
        [`${ALLOWED}.evil.example`, null],
        ['http://www.example.org', null],
      ] as const) {
        const { headers } = await world.admin.rest.send('GET', '/users', undefined, { origin });
        expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, allowed]);
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toMatch(/Origin/);
      }
    });

    it('is asked for before anything is done', async () => {
      const preflight = (origin: string): Promise<{ status: number; headers: Headers }> =>
        world.nobody.send('OPTIONS', '/users/x', undefined, { origin, 'access-control-request-method': 'DELETE' });
      const refused = await preflight(FOREIGN);
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      const { status, headers } = await preflight(ALLOWED);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
      expect(headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
    });
  });

  describe('WebSockets', () => {
    async function opens(origin: string | undefined, headers: Record<string, string> = {}): Promise<boolean> {
      const url = `ws://127.0.0.1:${world.at.server.ports.control}/control`;
      const socket = new WebSocket(url, { headers, ...(origin === undefined ? {} : { origin }) });
      const isOpened = await new Promise<boolean>((resolve) => {
        socket.once('open', () => resolve(true));
        socket.once('error', () => resolve(false));
      });
      socket.terminate();
      return isOpened;
    }

    it.each([
      [FOREIGN, false],
      ['null', false],
      [`${ALLOWED}.evil.example`, false],
      ['https://127.0.0.1.evil.example', false],
      [ALLOWED, true],
      ['http://127.0.0.1:9999', true],
      [undefined, true],
    ])('are for pages that may use the server: %s', async (origin, isOpened) => {
      expect(await opens(origin)).toBe(isOpened);
    });

    it('are not for a page that has had its own name resolved to this machine', async () => {
      expect(await opens('http://rebound.example', { host: 'rebound.example' })).toBe(false);
    });
  });

  describe('files', () => {
    it.each([
      '/../secret.txt',
      '/../../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      String.raw`/..\secret.txt`,
      '/..%252fsecret.txt',
      '/....//secret.txt',
      '/%c0%ae%c0%ae/secret.txt',
      '/..;/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/admin/../../secret.txt',
      '/../web-secrets/secret.txt',
      '/..%2fweb-secrets%2fsecret.txt',
      '//../secret.txt',
      '/secret.txt%00.html',
      '/.env',
      '/%2eenv',
      'http://127.0.0.1/../secret.txt',
    ])('outside of the page are out of reach: %s', async (path) => {
      const { status, text } = await raw(path);
      expect(text).not.toContain(SECRET);
      expect(status).toBeGreaterThanOrEqual(400);
    });

    it('of the data folder are out of reach', async () => {
      for (const name of ['switchboard.sqlite', 'secrets']) {
        for (const path of [`/${name}`, `/data/${name}`, `/../${basename(world.at.dataDir)}/${name}`]) {
          expect((await raw(path)).status).toBeGreaterThanOrEqual(400);
        }
      }
    });

    it.each([
      '//evil.example/..',
      '//evil.example/%2e%2e',
      String.raw`/\evil.example/..`,
      '//admin',
      '/%5cevil.example/..',
    ])('send nobody to another server: %s', async (path) => {
      const { location = '/' } = (await raw(path)).headers;
      expect(new URL(String(location), own).origin).toBe(own);
    });

    it('are listed nowhere', async () => {
      const { text } = await raw('/assets/');
      expect(text).not.toContain('embed.js');
    });
  });

  describe('framing', () => {
    const frameAncestors = (headers: Record<string, unknown>): string | undefined =>
      /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];

    it('of the room is for this server and the pages that are allowed', async () => {
      expect(frameAncestors((await raw('/')).headers)).toBe(`'self' ${ALLOWED}`);
    });

    it.each(['/admin/', '/admin/index.html', '/Other.HTML', '/api/docs', '/api/users', '/api/none'])(
      'of %s is for nobody',
      async (path) => {
        const { headers } = await raw(path);
        expect(frameAncestors(headers)).toBe("'none'");
      },
    );
  });

  describe('headers', () => {
    const EVERYWHERE = [
      '/',
      '/admin/',
      '/embed.js',
      '/none',
      '/api/docs',
      '/api/openapi.json',
      '/api/none',
      '/health/live',
    ];

    it.each(EVERYWHERE)('say what a browser must not guess, and nothing about the software: %s', async (path) => {
      const { headers } = await raw(path);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('server');
    });

    it.each(['/', '/admin/', '/api/docs'])('let a page run the scripts of this server alone: %s', async (path) => {
      const policy = String((await raw(path)).headers['content-security-policy']);
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).toMatch(/script-src 'self'( 'wasm-unsafe-eval')?;/);
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
      expect(policy).toMatch(/base-uri 'none'/);
      expect(policy).not.toMatch(/object-src (?!'none')/);
    });

    it('keep what the API says out of caches', async () => {
      for (const path of ['/users', '/auth/me', '/none', '/channels']) {
        expect((await world.admin.rest.get(path)).headers.get('cache-control')).toBe('no-store');
      }
    });

    it('say how to log in where one has to', async () => {
      expect((await world.nobody.get('/auth/me')).headers.get('www-authenticate')).toBe('Bearer');
    });
  });
});
