import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJoinLink, webLink, writeJoinLink, type JoinLink } from './join-link.ts';

/** What the editor makes of an address before it hands it over: the query is decoded once. */
function handedOver(link: string): { readonly path: string; readonly query: string } {
  const url = new URL(link.replace(/^[a-z-]+:/, 'https:'));
  return { path: url.pathname, query: decodeURIComponent(url.search.slice(1)) };
}

const read = (query: string, path = '/join') => readJoinLink(path, query);

const links: fc.Arbitrary<JoinLink> = fc.record(
  {
    server: fc.webUrl({ withFragments: false }).map((url) => new URL(url).origin),
    channel: fc.uuid(),
    name: fc.string({ minLength: 1, maxLength: 32, unit: 'grapheme' }).filter((name) => name.length <= 64),
  },
  { requiredKeys: ['server'] },
);

describe('an invitation', () => {
  it('is read as it was written, whatever the room is called', () => {
    fc.assert(
      fc.property(links, (link) => {
        const { path, query } = handedOver(writeJoinLink('vscode', link));
        expect(readJoinLink(path, query)).toEqual(link);
      }),
    );
    for (const name of ['C++ & C#', '100 %', 'a=b&server=https://evil.example', 'Café ☕', '%25'])
      expect(
        read(handedOver(writeJoinLink('vscode', { server: 'https://a.example', channel: 'c', name })).query),
      ).toEqual({ server: 'https://a.example', channel: 'c', name });
  });

  it('leads to an origin by http or https, or it is none, whatever comes', () => {
    const queries = fc.oneof(
      fc.string(),
      fc.webQueryParameters(),
      fc.tuple(fc.string(), fc.string()).map(([server, more]) => `server=${server}&${more}`),
      fc.webUrl().map((server) => `server=${server}`),
    );
    fc.assert(
      fc.property(queries, (query) => {
        const link = read(query);
        if (link === undefined) return;
        const { protocol, origin } = new URL(link.server);
        expect(['http:', 'https:']).toContain(protocol);
        expect(link.server).toBe(origin);
        expect(Object.keys(link).every((key) => ['server', 'channel', 'name'].includes(key))).toBe(true);
      }),
    );
  });

  it.each([
    ['', '/join'],
    ['channel=Lobby', '/join'],
    ['server=nowhere', '/join'],
    ['server=file:///etc/passwd', '/join'],
    ['server=javascript:alert(1)', '/join'],
    ['server=vscode://x', '/join'],
    ['server=https://a.example', '/leave'],
    ['server=https://a.example', ''],
    [`server=https://a.example&channel=${'x'.repeat(100)}`, '/join'],
    [`server=https://a.example&name=${'x'.repeat(100)}`, '/join'],
    [`server=https://a.example&more=${'x'.repeat(3_000)}`, '/join'],
  ])('is none: %s %s', (query, path) => {
    expect(read(query, path)).toBeUndefined();
  });

  it('carries neither credentials nor anything beside the place', () => {
    expect(read('server=https://ada:secret@a.example/x?token=y&password=z&channel=c')).toEqual({
      server: 'https://a.example',
      channel: 'c',
    });
  });
});

describe('webLink', () => {
  it('names the room behind the hash', () => {
    expect(webLink('https://a.example', 'C# & co')).toBe('https://a.example/#C%23%20%26%20co');
    expect(webLink('https://a.example', undefined)).toBe('https://a.example/');
  });
});
