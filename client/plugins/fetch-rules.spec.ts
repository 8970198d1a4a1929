import { describe, expect, it } from 'vitest';
import { fetchFault } from './fetch-rules.ts';

const HOSTS = ['api.example.org'];
const GET = { method: 'GET' as const, url: 'https://api.example.org/a?b', headers: {}, body: '' };

describe('fetchFault', () => {
  it.each([
    GET,
    { ...GET, url: 'https://API.example.org:443/' },
    { ...GET, headers: { Authorization: 'Bearer x', 'X-Api-Key': 'y', Accept: 'text/plain' } },
    { ...GET, method: 'POST' as const, body: 'x'.repeat(64 * 1024) },
  ])('lets %j through', (request) => {
    expect(fetchFault(request, HOSTS)).toBeUndefined();
  });

  it.each([
    'http://api.example.org/',
    'ftp://api.example.org/',
    'data:text/plain,x',
    'file:///etc/passwd',
    '//api.example.org/',
    'https://api.example.org:8443/',
    'https://user@api.example.org/',
    'https://:secret@api.example.org/',
    'https://api.example.org.evil.example/',
    'https://evil.example/api.example.org',
    'https://evil.example\\@api.example.org/',
    'https://api.example.org@evil.example/',
    'https://api.example.org./',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://sub.api.example.org/',
    '',
  ])('does not go to %s', (url) => {
    expect(fetchFault({ ...GET, url }, HOSTS)).toMatch(/\.$/);
  });

  it.each([
    { Host: 'evil.example' },
    { cookie: 'a=b' },
    { 'Proxy-Authorization': 'x' },
    { 'Sec-Fetch-Site': 'none' },
    { 'X-Forwarded-For': '127.0.0.1' },
    { 'Transfer-Encoding': 'chunked' },
    { 'Content-Length': '3' },
    { 'X-A': 'a\r\nHost: b' },
    { 'X A': 'b' },
    { '': 'b' },
    { 'X-A': 'x'.repeat(5_000) },
    Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`X-${index}`, 'a'])),
  ])('does not set %j', (headers) => {
    expect(fetchFault({ ...GET, headers }, HOSTS)).toMatch(/header/i);
  });

  it('sends no body with GET, and none too large', () => {
    expect(fetchFault({ ...GET, body: 'x' }, HOSTS)).toBe('GET has no body.');
    expect(fetchFault({ ...GET, method: 'PUT', body: 'ä'.repeat(32 * 1024 + 1) }, HOSTS)).toMatch('64 KiB');
  });
});
