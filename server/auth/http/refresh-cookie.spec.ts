import { describe, expect, it } from 'vitest';
import { ServerConfig } from '../../config/server-config.ts';
import { noRefreshCookie, readRefreshCookie, refreshCookie } from './refresh-cookie.ts';

describe('the refresh cookie', () => {
  it.each([
    ['plain HTTP on loopback', {}, false],
    ['a certificate of its own', { SWITCHBOARD_HOST: '0.0.0.0' }, true],
    ['a proxy that does TLS', { SWITCHBOARD_TLS: 'off', SWITCHBOARD_CONTROL_URL: 'wss://voice.example/control' }, true],
    ['a proxy that does not', { SWITCHBOARD_TLS: 'off', SWITCHBOARD_CONTROL_URL: 'ws://voice.example/control' }, false],
  ])('with %s', (_, settings, isSecure) => {
    const config = ServerConfig.from(settings);
    const rest = `; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
    expect(refreshCookie('t', 60_000, config)).toBe(`switchboard_refresh=t; Path=/api/auth; Max-Age=60${rest}`);
    expect(noRefreshCookie(config)).toBe(`switchboard_refresh=; Path=/api/auth; Max-Age=0${rest}`);
  });

  it.each([
    ['switchboard_refresh=abc', 'abc'],
    ['a=1; switchboard_refresh=abc; b=2', 'abc'],
    ['a=1;switchboard_refresh=abc', 'abc'],
    ['switchboard_refresh=', undefined],
    ['switchboard_refresh', undefined],
    ['xswitchboard_refresh=abc', undefined],
    ['x=switchboard_refresh=abc', undefined],
    [`switchboard_refresh=${'x'.repeat(257)}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('is read from %j', (header, token) => {
    expect(readRefreshCookie(header)).toBe(token);
  });
});
