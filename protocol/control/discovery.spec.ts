import { describe, expect, it } from 'vitest';
import { checkDiscoveryRefusal } from './discovery.ts';

describe('checkDiscoveryRefusal', () => {
  it('takes the server’s no for the error that it is', () => {
    const json = { error: { code: 'auth.origin_refused', message: 'Not from there.' } };
    expect(checkDiscoveryRefusal(json)).toMatchObject({ code: 'auth.origin_refused', message: 'Not from there.' });
  });

  it.each([
    ['nothing', undefined],
    ['another server’s error', { statusCode: 403, message: 'Forbidden' }],
    ['a code that is none of ours', { error: { code: 'forbidden', message: '' } }],
    ['no sentence', { error: { code: 'auth.origin_refused' } }],
  ])('takes %s for no answer of a Switchboard', (_, json) => {
    expect(checkDiscoveryRefusal(json)).toBeUndefined();
  });
});
