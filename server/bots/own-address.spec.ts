import { describe, expect, it } from 'vitest';
import { ownAddress } from './own-address.ts';

describe('ownAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['0.0.0.0', '127.0.0.1'],
    ['192.0.2.7', '192.0.2.7'],
    ['::', '[::1]'],
    ['2001:db8::7', '[2001:db8::7]'],
  ])('reaches a server on %s at %s', (host, address) => {
    expect(ownAddress(host)).toBe(address);
  });
});
