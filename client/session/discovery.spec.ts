import { describe, expect, it } from 'vitest';
import { controlAddress } from './discovery.ts';

const found = (control: object, protocol = 1) => ({
  switchboard: { protocol, version: '1' },
  name: 'Test',
  control: { port: 7701, ...control },
  guests: true,
});

describe('controlAddress', () => {
  it.each([
    ['http://localhost:7700', {}, 'ws://localhost:7701/control'],
    ['https://voice.test', {}, 'wss://voice.test:7701/control'],
    ['http://[::1]:7700', {}, 'ws://[::1]:7701/control'],
    ['https://voice.test', { url: 'wss://other.test/lane' }, 'wss://other.test/lane'],
  ])('for %s offering %j is %s', (server, control, address) => {
    expect(controlAddress(new URL(server), found(control)).href).toBe(address);
  });

  it.each([
    ['something else', {}, 'client.not_a_switchboard'],
    ['nothing', undefined, 'client.not_a_switchboard'],
    ['another version', found({}, 2), 'protocol.version_unsupported'],
    ['no address', found({ url: 'nonsense' }), 'client.not_a_switchboard'],
    ['no WebSocket', found({ url: 'https://voice.test' }), 'client.not_a_switchboard'],
    ['an unencrypted lane to who came by https', found({ url: 'ws://voice.test' }), 'client.certificate_untrusted'],
  ])('refuses %s', (_, json, code) => {
    expect(() => controlAddress(new URL('https://voice.test'), json)).toThrow(expect.objectContaining({ code }));
  });
});
