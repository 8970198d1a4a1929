import { describe, expect, it } from 'vitest';
import { ServerConfig } from '../config/server-config.ts';
import { OriginPolicy } from './origin-policy.ts';

function policy(allowed = '', settings: Readonly<Record<string, string>> = {}): OriginPolicy {
  const open = { SWITCHBOARD_HOST: '0.0.0.0', SWITCHBOARD_ALLOWED_ORIGINS: allowed };
  return new OriginPolicy(ServerConfig.from({ ...open, ...settings }));
}

describe('OriginPolicy', () => {
  it.each([
    ['a native client, which sends none', undefined, 'voice.example:7701', true],
    ['its own page, on another port', 'https://voice.example:7700', 'voice.example:7701', true],
    ['its own page, by IPv6', 'http://[::1]:7700', '[::1]:7701', true],
    ['another page', 'https://evil.example', 'voice.example:7701', false],
    ['a page whose name begins the same', 'https://voice.example.evil.example', 'voice.example:7701', false],
    ['a page without an origin', 'null', 'voice.example:7701', false],
    ['a request without a host', 'https://voice.example', undefined, false],
  ])('judges %s', (_, origin, host, allowed) => {
    expect(policy().allows(origin, host)).toBe(allowed);
  });

  it('allows those in the list and no others', () => {
    const sut = policy('https://a.example,https://b.example:8443');
    expect(sut.allows('https://b.example:8443', 'voice.example')).toBe(true);
    expect(sut.allows('https://b.example', 'voice.example')).toBe(false);
    expect(sut.allows('http://a.example', 'voice.example')).toBe(false);
  });

  it('allows all where that was said', () => {
    expect(policy('*').allows('https://evil.example', 'voice.example')).toBe(true);
  });

  it.each([
    ['its own page', 'https://voice.example:7700', 'voice.example:7700', true],
    ['its own page at the usual port', 'https://voice.example', 'voice.example:443', true],
    ['its own page behind a proxy that passes no port', 'https://voice.example:8443', 'voice.example', true],
    ['a page of another port', 'https://voice.example:8000', 'voice.example:7700', false],
    ['an allowed page', 'https://a.example', 'voice.example:7700', false],
    ['a page without an origin', 'null', 'voice.example:7700', false],
    ['a page of a name that begins the same', 'https://voice.example.evil.example', 'voice.example', false],
    ['a host that is none', 'https://voice.example', 'voice.example:7700:1', false],
  ])('knows its own page from %s', (_, origin, host, own) => {
    expect(policy('https://a.example').isOwn(origin, host)).toBe(own);
    expect(policy('*').isOwn(origin, host)).toBe(own);
  });

  it('does not take a rebound name for its own', () => {
    const sut = policy('', { SWITCHBOARD_HOST: '127.0.0.1' });
    expect(sut.isOwn('http://127.0.0.1:7700', '127.0.0.1:7700')).toBe(true);
    expect(sut.isOwn('http://rebound.example:7700', 'rebound.example:7700')).toBe(false);
  });

  it.each([
    ['http://127.0.0.1:7700', '127.0.0.1:7701', true],
    ['http://localhost:7700', 'localhost:7701', true],
    ['http://[::1]:7700', '[::1]:7701', true],
    ['https://voice.example', 'voice.example', true],
    ['http://rebound.example:7701', 'rebound.example:7701', false],
    ['http://127.0.0.1.rebound.example', '127.0.0.1.rebound.example', false],
  ])('on loopback judges a page of %s that asks %s', (origin, host, allowed) => {
    const sut = policy('', {
      SWITCHBOARD_HOST: '127.0.0.1',
      SWITCHBOARD_CONTROL_URL: 'wss://voice.example/control',
    });
    expect(sut.allows(origin, host)).toBe(allowed);
  });
});
