import { describe, expect, it } from 'vitest';
import { panelPage } from './panel-page.ts';

const page = (language = 'de-AT'): string =>
  panelPage({
    script: 'https://file/page.js?a=1&b=2',
    source: 'https://*.vscode-cdn.net',
    nonce: 'n0nce+/=',
    language,
  });

describe('the page of the room view', () => {
  it('allows one script, and nothing from anywhere else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page())?.[1];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'nonce-n0nce+/='",
      'style-src https://*.vscode-cdn.net',
      'img-src data:',
      "form-action 'none'",
      "base-uri 'none'",
    ]);
    expect([...page().matchAll(/<script/g)]).toHaveLength(1);
  });

  it('speaks the language of the editor, and lets nothing out of an attribute', () => {
    expect(page()).toContain('<html lang="de-AT">');
    expect(page('"><script>')).toContain('<html lang="&quot;&gt;&lt;script&gt;">');
    expect(page()).toContain('src="https://file/page.js?a=1&amp;b=2"');
  });
});
