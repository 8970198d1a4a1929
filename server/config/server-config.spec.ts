import { describe, expect, it } from 'vitest';
import { ConfigError, ServerConfig } from './server-config.ts';

function faultsOf(environment: Record<string, string>): string {
  try {
    ServerConfig.from(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('ServerConfig', () => {
  it('needs nothing', () => {
    expect(ServerConfig.from({ PATH: '/bin' })).toMatchObject({
      host: '127.0.0.1',
      webPort: 7700,
      controlPort: 7701,
      voicePort: 7702,
      tls: { mode: 'off' },
      guests: true,
      allowedOrigins: [],
    });
  });

  it('takes an empty value as none', () => {
    expect(ServerConfig.from({ SWITCHBOARD_WEB_PORT: '', SWITCHBOARD_TLS_CERT: '' }).webPort).toBe(7700);
  });

  it('names every bad value at once, with what is expected', () => {
    const faults = faultsOf({
      SWITCHBOARD_HOST: 'everywhere',
      SWITCHBOARD_WEB_PORT: '70000',
      SWITCHBOARD_CONTROL_PORT: '-1',
      SWITCHBOARD_TLS: 'maybe',
      SWITCHBOARD_ALLOWED_ORIGINS: 'https://a.example, b.example/page',
      SWITCHBOARD_VOICE_UDP_PORT: '0',
      SWITCHBOARD_TRUSTED_PROXIES: 'loopback, proxy.example',
      SWITCHBOARD_MAX_SESSIONS: 'many',
      SWITCHBOARD_COLOUR: 'blue',
      SWITCHBOARD_constructor: 'x',
    });
    expect(faults.split('\n').slice(1).sort()).toEqual([
      '  - SWITCHBOARD_ALLOWED_ORIGINS: "https://a.example, b.example/page" is not origins as browsers send them, separated by commas, such as https://www.example.org; or *.',
      '  - SWITCHBOARD_COLOUR is not a setting of this version.',
      '  - SWITCHBOARD_CONTROL_PORT: "-1" is not a port: a whole number from 0 to 65535.',
      '  - SWITCHBOARD_HOST: "everywhere" is not an IP address of this machine, or localhost.',
      '  - SWITCHBOARD_MAX_SESSIONS: "many" is not sessions: a whole number from 1 to 9999999.',
      '  - SWITCHBOARD_TLS: "maybe" is not one of auto, on, off.',
      '  - SWITCHBOARD_TRUSTED_PROXIES: "loopback, proxy.example" is not addresses of proxies, separated by commas, such as 192.0.2.7, 10.0.0.0/8 or loopback.',
      '  - SWITCHBOARD_VOICE_UDP_PORT: "0" is not a port: a whole number from 1 to 65535.',
      '  - SWITCHBOARD_WEB_PORT: "70000" is not a port: a whole number from 0 to 65535.',
      '  - SWITCHBOARD_constructor is not a setting of this version.',
    ]);
  });

  it('leaves alone what Kubernetes sets beside a service called switchboard', () => {
    const environment = {
      SWITCHBOARD_SERVICE_HOST: '10.0.0.1',
      SWITCHBOARD_SERVICE_PORT_WEB: '7700',
      SWITCHBOARD_PORT: 'tcp://10.0.0.1:7700',
      SWITCHBOARD_PORT_7700_TCP_ADDR: '10.0.0.1',
    };
    expect(ServerConfig.from(environment).webPort).toBe(7700);
    expect(faultsOf({ SWITCHBOARD_PORTS: '1' })).toContain('SWITCHBOARD_PORTS is not a setting');
  });

  it('keeps the value of a secret to itself', () => {
    expect(faultsOf({ SWITCHBOARD_TLS_KEY: '-----BEGIN PRIVATE KEY-----' })).not.toContain('BEGIN');
  });

  it.each([
    ['', false, false],
    ['loopback', true, false],
    ['10.0.0.0/8, 2001:db8::7', false, true],
  ])('trusts the proxies %j', (given, trustsLoopback, trustsOthers) => {
    const { trustedProxies } = ServerConfig.from({ SWITCHBOARD_TRUSTED_PROXIES: given });
    expect(['127.0.0.1', '::1'].map(trustedProxies)).toEqual([trustsLoopback, trustsLoopback]);
    expect(['10.9.8.7', '2001:db8::7'].map(trustedProxies)).toEqual([trustsOthers, trustsOthers]);
    expect(trustedProxies('192.0.2.1')).toBe(false);
  });

  it('wants certificate and key together', () => {
    expect(faultsOf({ SWITCHBOARD_TLS_CERT: import.meta.filename })).toContain('belong together');
  });

  it.each([
    ['127.0.0.1', 'auto', 'off'],
    ['::1', 'auto', 'off'],
    ['localhost', 'auto', 'off'],
    ['0.0.0.0', 'auto', 'generated'],
    ['::', 'auto', 'generated'],
    ['127.0.0.1', 'on', 'generated'],
    ['0.0.0.0', 'off', 'off'],
  ])('on %s with TLS %s it is %s', (host, tls, mode) => {
    expect(ServerConfig.from({ SWITCHBOARD_HOST: host, SWITCHBOARD_TLS: tls }).tls.mode).toBe(mode);
  });

  it('uses a certificate that is given', () => {
    const file = import.meta.filename;
    const { tls } = ServerConfig.from({ SWITCHBOARD_TLS_CERT: file, SWITCHBOARD_TLS_KEY: file });
    expect(tls).toEqual({ mode: 'given', certFile: file, keyFile: file });
  });
});
