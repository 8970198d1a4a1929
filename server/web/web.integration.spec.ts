import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDiscovery, DISCOVERY_PATH, ERROR_SENTENCES } from '@switchboard/protocol';
import { RunningServer } from '../testing/running-server.ts';

const PAGE_OF_ANOTHER = 'https://www.example.org';

describe('the web port', () => {
  let at: RunningServer;
  let webRoot: string;

  beforeAll(async () => {
    webRoot = await mkdtemp(join(tmpdir(), 'switchboard-web-'));
    await mkdir(join(webRoot, 'assets'));
    await writeFile(join(webRoot, 'index.html'), '<!doctype html><title>page</title>');
    await mkdir(join(webRoot, 'admin', 'assets'), { recursive: true });
    await writeFile(join(webRoot, 'admin', 'index.html'), '<!doctype html><title>dashboard</title>');
    await writeFile(join(webRoot, 'admin', 'assets', 'admin-BmtHtZm_.js'), 'export {};');
    await writeFile(join(webRoot, 'embed.js'), 'export {};\n'.repeat(500));
    await writeFile(join(webRoot, 'assets', 'app-BmtHtZm_.js'), 'export {};');
    at = await RunningServer.start({ SWITCHBOARD_WEB_ROOT: webRoot, SWITCHBOARD_ALLOWED_ORIGINS: PAGE_OF_ANOTHER });
  });
  afterAll(async () => {
    await at[Symbol.asyncDispose]();
    await rm(webRoot, { recursive: true });
  });

  function get(path: string, origin?: string): Promise<Response> {
    return fetch(`${at.server.url}${path}`, { headers: origin === undefined ? {} : { origin } });
  }

  it('says where the control lane is', async () => {
    const discovery = checkDiscovery(await (await get(DISCOVERY_PATH)).json());
    expect(discovery).toMatchObject({
      name: 'Switchboard',
      control: { port: at.server.ports.control },
      guests: true,
      switchboard: { protocol: 1, version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    });
  });

  it('lets an allowed page read that', async () => {
    const { headers, status } = await get(DISCOVERY_PATH, PAGE_OF_ANOTHER);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(PAGE_OF_ANOTHER);
    expect(headers.get('vary')).toContain('Origin');
  });

  it('tells any other page that it may not, and nothing else', async () => {
    const refused = await get(DISCOVERY_PATH, 'https://evil.example');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toEqual({
      error: { code: 'auth.origin_refused', message: ERROR_SENTENCES['auth.origin_refused'] },
    });
    expect(refused.headers.get('vary')).toContain('Origin');
  });

  it('serves the page under a policy without inline script', async () => {
    const page = await get('/');
    expect(await page.text()).toContain('<title>page');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("worker-src 'self'");
    expect(policy).toContain(`frame-ancestors 'self' ${PAGE_OF_ANOTHER}`);
    expect(policy).not.toContain("'unsafe-inline'");
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
    expect(page.headers.get('x-powered-by')).toBeNull();
  });

  it('serves the dashboard under a stricter policy, to no frame and to no other page', async () => {
    const page = await get('/admin/');
    expect(await page.text()).toContain('<title>dashboard');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await get('/admin/assets/admin-BmtHtZm_.js', PAGE_OF_ANOTHER);
    expect(script.headers.get('access-control-allow-origin')).toBeNull();
    expect(script.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    ['/embed.js', 'no-cache'],
    ['/assets/app-BmtHtZm_.js', 'public, max-age=31536000, immutable'],
  ])('serves %s to any page, cached as %s', async (path, caching) => {
    const { headers, status } = await get(path, 'https://anyone.example');
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe(caching);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('compresses what it serves', async () => {
    expect((await get('/embed.js')).headers.get('content-encoding')).toMatch(/^(gzip|br)$/);
  });

  it('serves nothing beside the page', async () => {
    expect((await get('/..%2f..%2fetc%2fpasswd')).status).toBe(404);
    expect((await get('/switchboard.sqlite')).status).toBe(404);
  });

  it.each(['live', 'ready'])('is %s', async (check) => {
    const answer = await get(`/health/${check}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });
});
