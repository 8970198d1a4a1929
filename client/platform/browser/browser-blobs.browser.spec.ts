import { afterEach, describe, expect, it } from 'vitest';
import { BrowserBlobs } from './browser-blobs.ts';

const bytes = (...values: number[]) => Uint8Array.of(...values);

describe('BrowserBlobs', () => {
  afterEach(async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase('switchboard');
      request.onsuccess = () => resolve();
    });
  });

  it('keeps blobs between visits', async () => {
    const sut = new BrowserBlobs();
    expect(await sut.get('a')).toBeUndefined();
    await sut.put('a', bytes(1, 2, 3));
    await sut.put('b', bytes());
    expect([await new BrowserBlobs().get('a'), await new BrowserBlobs().get('b')]).toEqual([bytes(1, 2, 3), bytes()]);
    await sut.put('a', bytes(4));
    await sut.delete('b');
    await sut.delete('never there');
    expect([await new BrowserBlobs().get('a'), await new BrowserBlobs().get('b')]).toEqual([bytes(4), undefined]);
  });

  it('changes a value with nobody in between', async () => {
    const windows = [new BrowserBlobs(), new BrowserBlobs()];
    const longer = (value: Uint8Array = bytes()) => bytes(...value, value.length);
    await Promise.all(Array.from({ length: 20 }, (_, n) => windows[n % 2]!.change('a', longer)));
    expect(await windows[0]!.get('a')).toEqual(Uint8Array.from({ length: 20 }, (_, n) => n));
    await windows[0]!.change('a', () => undefined);
    const refused = windows[0]!.change('a', () => {
      throw new RangeError('no');
    });
    await expect(refused).rejects.toThrow(RangeError);
    expect((await windows[1]!.get('a'))?.length).toBe(20);
  });

  it('goes on after the database was deleted under it', async () => {
    const sut = new BrowserBlobs();
    await sut.put('a', bytes(1));
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.deleteDatabase('switchboard');
      request.onsuccess = () => resolve();
      // It does not stand in the way.
      request.onblocked = () => reject(new Error('the database is held open'));
    });
    expect(await sut.get('a')).toBeUndefined();
    await sut.put('a', bytes(2));
    expect(await sut.get('a')).toEqual(bytes(2));
  });

  it('keeps them for this visit where the browser refuses', async () => {
    const refusing = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    const sut = new BrowserBlobs(refusing);
    const value = bytes(1);
    await sut.put('a', value);
    value[0] = 9;
    expect([await sut.get('a'), await new BrowserBlobs().get('a')]).toEqual([bytes(1), undefined]);
    await sut.change('a', (kept = bytes()) => bytes(...kept, 2));
    expect(await sut.get('a')).toEqual(bytes(1, 2));
    await sut.delete('a');
    expect(await sut.get('a')).toBeUndefined();
  });

  it('does so in a sandboxed frame, too', async () => {
    const module = await (await fetch(new URL('browser-blobs.ts', import.meta.url))).text();
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.srcdoc = `<script type="module">
      const { BrowserBlobs } = await import('data:text/javascript,${encodeURIComponent(module).replaceAll("'", '%27')}');
      const sut = new BrowserBlobs();
      await sut.put('a', Uint8Array.of(7));
      parent.postMessage({ kept: [...(await sut.get('a'))] }, '*');
    </script>`;
    const heard = new Promise<unknown>((resolve) => {
      addEventListener('message', function listen({ data, source }: MessageEvent) {
        if (source !== frame.contentWindow) return;
        removeEventListener('message', listen);
        resolve(data);
      });
    });
    document.body.append(frame);
    expect(await heard).toEqual({ kept: [7] });
    frame.remove();
  });

  it('does not say that it keeps what does not get onto the disk', async () => {
    const sut = new BrowserBlobs();
    await sut.put('a', bytes(1));
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given: Parameters<typeof put>) {
      const request = put.apply(this, given);
      this.transaction.abort();
      return request;
    };
    await expect(sut.put('a', bytes(2))).rejects.toThrow();
    IDBObjectStore.prototype.put = put;
    expect(await sut.get('a')).toEqual(bytes(1));
  });
});
