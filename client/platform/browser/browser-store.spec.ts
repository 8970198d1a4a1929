import { describe, expect, it } from 'vitest';

import { BrowserStore } from './browser-store.ts';

function memoryStorage(limit = Infinity): Storage {
  const items = new Map<string, string>();
  const storage: Partial<Storage> = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > limit) throw new DOMException('', 'QuotaExceededError');
      items.set(key, value);
    },
  };
  return storage as Storage;
}

describe(BrowserStore, () => {
  it('keeps values for the next visit', () => {
    const storage = memoryStorage();
    new BrowserStore(() => storage).set('volume', '0.5');
    expect(new BrowserStore(() => storage).get('volume')).toBe('0.5');
    expect(new BrowserStore(() => storage).get('other')).toBeUndefined();
  });

  it('sees what another tab has written', () => {
    const storage = memoryStorage();
    const [sut, other] = [new BrowserStore(() => storage), new BrowserStore(() => storage)];
    sut.set('volume', '0.5');
    other.set('volume', '1');
    expect(sut.get('volume')).toBe('1');
  });

  it('remembers for this visit where storage is blocked', () => {
    const sut = new BrowserStore(() => {
      throw new DOMException('', 'SecurityError');
    });
    expect(sut.get('volume')).toBeUndefined();
    sut.set('volume', '0.5');
    expect(sut.get('volume')).toBe('0.5');
  });

  it('gives the value that did not fit, not the one before', () => {
    const sut = new BrowserStore(() => storage);
    const storage = memoryStorage(3);
    sut.set('volume', '0.5');
    sut.set('volume', '0.125');
    expect(sut.get('volume')).toBe('0.125');
    sut.set('volume', '1');
    expect(sut.get('volume')).toBe('1');
  });
});
