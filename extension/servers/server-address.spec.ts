import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressCandidates, doorOf, isReadableOnTheWay, originOf } from './server-address.ts';

describe('addressCandidates', () => {
  it.each([
    ['voice.example.org', ['https://voice.example.org/', 'https://voice.example.org:7700/']],
    [' voice.example.org:8443/room?x#y ', ['https://voice.example.org:8443/']],
    ['https://voice.example.org/#Lobby', ['https://voice.example.org/']],
    ['http://10.0.0.7:7700', ['http://10.0.0.7:7700/']],
    ['localhost', ['http://localhost:7700/', 'http://localhost/', 'https://localhost:7700/', 'https://localhost/']],
    ['127.0.0.1:7700', ['http://127.0.0.1:7700/', 'https://127.0.0.1:7700/']],
    ['[::1]:7700', ['http://[::1]:7700/', 'https://[::1]:7700/']],
    ['https://trusted.example.org@evil.example/', ['https://evil.example/']],
    ['', []],
    ['two words', []],
    ['file:///etc/passwd', []],
    ['javascript://x', []],
  ])('of %j are %j', (typed, addresses) => {
    expect(addressCandidates(typed).map(({ href }) => href)).toEqual(addresses);
  });

  it('never leads to another machine without encryption unless that was typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.webAuthority(), fc.string()), (typed) => {
        for (const url of addressCandidates(typed)) {
          expect(url.username + url.password).toBe('');
          expect(url.href).toBe(`${url.origin}/`);
          if (!/^\s*http:/i.test(typed)) expect(isReadableOnTheWay(url)).toBe(false);
        }
      }),
    );
  });
});

describe('originOf', () => {
  it('is of web addresses alone', () => {
    expect(originOf('https://a.example:7700/x')?.href).toBe('https://a.example:7700/');
    for (const other of ['vscode://a', 'ws://a', 'https://', 'a.example', '']) expect(originOf(other)).toBeUndefined();
  });
});

describe('doorOf', () => {
  it.each([
    ['https://nas.local', 'nas.local:443'],
    ['http://nas.local', 'nas.local:80'],
    ['https://nas.local:7700', 'nas.local:7700'],
    ['https://[::1]', '[::1]:443'],
  ])('of %s names the port: %s', (address, door) => {
    expect(doorOf(new URL(address))).toBe(door);
  });
});
