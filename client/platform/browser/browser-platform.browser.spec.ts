import { describe, expect, it, vi } from 'vitest';

import { createBrowserPlatform } from './browser-platform.ts';

/** Nothing listens there (RFC 6335: discard), and browsers refuse the port besides. */
const NOWHERE = 'localhost:9';

describe(createBrowserPlatform, () => {
  it('keeps values between visits', () => {
    createBrowserPlatform().store.set('spec', 'kept');
    expect(createBrowserPlatform().store.get('spec')).toBe('kept');
    localStorage.removeItem('switchboard.spec');
  });

  it('gives randomness', () => {
    const sut = createBrowserPlatform();
    expect(sut.randomBytes(32)).toHaveLength(32);
    expect(sut.randomBytes(32)).not.toEqual(sut.randomBytes(32));
    const random = Array.from({ length: 100 }, () => sut.random());
    expect(Math.min(...random)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...random)).toBeLessThan(1);
    expect(new Set(random).size).toBeGreaterThan(90);
  });

  it('reads JSON', async () => {
    const url = new URL(URL.createObjectURL(new Blob(['{"control":{}}'])));
    await expect(createBrowserPlatform().fetchJson(url)).resolves.toEqual({ control: {} });
  });

  it('reads files, and not beyond what is allowed', async () => {
    const url = new URL(URL.createObjectURL(new Blob([new Uint8Array(100_000).fill(7)])));
    const sut = createBrowserPlatform();
    expect(await sut.fetchBytes(url, 100_000)).toEqual(new Uint8Array(100_000).fill(7));
    await expect(sut.fetchBytes(url, 99_999)).rejects.toMatchObject({ code: 'plugin.package_too_large' });
    await expect(sut.fetchBytes(new URL(`http://${NOWHERE}/`), 1)).rejects.toMatchObject({
      code: 'client.unreachable',
    });
  });

  it('tells an address that answers with something else from one that does not answer', async () => {
    const sut = createBrowserPlatform();
    const html = new URL(URL.createObjectURL(new Blob(['<!doctype html>'])));
    await expect(sut.fetchJson(html)).rejects.toMatchObject({ code: 'client.not_a_switchboard' });
    await expect(sut.fetchJson(new URL('/no/such/file.json', location.href))).rejects.toMatchObject({
      code: 'client.not_a_switchboard',
    });
    await expect(sut.fetchJson(new URL(`http://${NOWHERE}/`))).rejects.toMatchObject({ code: 'client.unreachable' });
  });

  it.each([`ws://${NOWHERE}/control`, 'ws://localhost:1/control'])('says once that %s did not open', async (url) => {
    const events = { opened: vi.fn(), message: vi.fn(), closed: vi.fn() };
    const sut = createBrowserPlatform().openControlSocket(new URL(url), events);
    await expect.poll(() => events.closed.mock.calls).toEqual([[1006]]);
    sut.send('too late');
    sut.close(1008);
    expect(events.opened).not.toHaveBeenCalled();
  });

  it('tells when the network has come back, until it is no longer asked', () => {
    const listener = vi.fn();
    const stop = createBrowserPlatform().onOnline(listener);
    dispatchEvent(new Event('online'));
    stop();
    dispatchEvent(new Event('online'));
    expect(listener).toHaveBeenCalledOnce();
  });
});
