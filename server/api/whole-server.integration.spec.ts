import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_SENTENCES, SwitchboardError } from '@switchboard/protocol';
import { RunningServer } from '../testing/running-server.ts';
import { openApiDocument } from './openapi-of-app.ts';

describe('the API of the whole server', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start({
      SWITCHBOARD_TRUSTED_PROXIES: 'loopback',
      SWITCHBOARD_MAX_SESSIONS_PER_ADDRESS: '1',
    });
  });
  afterAll(() => at[Symbol.asyncDispose]());

  function get(path: string): Promise<Response> {
    return fetch(`${at.server.url}${path}`, { headers: { 'accept-encoding': 'gzip' } });
  }

  it('is described by the document that is made without a server', async () => {
    const served = await get('/api/openapi.json');
    expect(served.headers.get('content-type')).toContain('application/json');
    expect(served.headers.get('cache-control')).toBe('no-store');
    expect(await served.json()).toEqual(structuredClone(await openApiDocument()));
  });

  it('tells its failures in its form, before the page is asked', async () => {
    const answer = await get('/api/nothing');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      error: { code: 'api.not_found', message: ERROR_SENTENCES['api.not_found'] },
    });
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  it('shows the document on a page without inline script', async () => {
    const page = await get('/api/docs');
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("default-src 'none'");
    const bundle = await get('/api/docs/swagger-ui-bundle.js');
    expect(bundle.status).toBe(200);
    expect(bundle.headers.get('content-encoding')).toBe('gzip');
    expect((await bundle.text()).length).toBeGreaterThan(100_000);
  });

  it('counts people by the address that a trusted proxy tells, on the control lane too', async () => {
    const from = (address: string) => at.connect({ headers: { 'x-forwarded-for': address } });
    const enter = async (address: string, nickname: string) =>
      (await from(address)).hello({ type: 'guest', nickname }).then(
        () => 'in',
        (error: unknown) => (SwitchboardError.is(error) ? error.code : error),
      );
    expect(await enter('192.0.2.1', 'Ada')).toBe('in');
    expect(await enter('192.0.2.1', 'Bob')).toBe('server.rate_limited');
    expect(await enter('192.0.2.2', 'Cy')).toBe('in');
    await at.closeClients();
  });
});
