import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findChromium } from './chromium.ts';

describe('findChromium', () => {
  let folder: string;
  let browser: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chromium-'));
    browser = join(folder, 'chrome.exe');
    writeFileSync(browser, '');
    chmodSync(browser, 0o755);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('takes the one that is named', () => {
    expect(findChromium({ CHROMIUM_PATH: browser, PATH: '' })).toBe(browser);
  });

  it('does not look elsewhere when the named one is not there', () => {
    expect(findChromium({ CHROMIUM_PATH: join(folder, 'nothing'), PATH: folder })).toBeUndefined();
  });

  it('searches PATH where the usual places have none', () => {
    const PATH = ['/nowhere', folder].join(delimiter);
    expect(findChromium({ PATH }, 'win32')).toBe(browser);
  });

  it('passes over what cannot be run', () => {
    chmodSync(browser, 0o644);
    expect(findChromium({ PATH: folder }, 'win32')).toBeUndefined();
  });
});
