import { describe, expect, it } from 'vitest';
import { translate as t } from '../testing/translate.ts';
import { credentialPrompt } from './credential-prompt.ts';

describe('credentialPrompt', () => {
  it('says by its address whom it is told to, and why the last one was refused', () => {
    expect(credentialPrompt(new URL('https://evil.example:8443'), undefined, t)).toBe(
      'It is told to evil.example:8443.',
    );
    expect(credentialPrompt(new URL('https://a.example'), 'It is wrong.', t)).toBe(
      'It is wrong. It is told to a.example.',
    );
  });

  it('warns where others can read it', () => {
    expect(credentialPrompt(new URL('http://a.example'), undefined, t)).toContain('others on the network can read it');
    expect(credentialPrompt(new URL('http://127.0.0.1:7700'), undefined, t)).not.toContain('can read it');
  });
});
