import { describe, expect, it } from 'vitest';
import { loadNativeModules } from './native-loader.ts';

describe('loadNativeModules', () => {
  it('goes on with the one that loads, and says why the other did not', async () => {
    const log: string[] = [];
    const modules = await loadNativeModules(
      (name) =>
        name === 'decibri' ? Promise.reject(new Error('wrong ELF class\nat somewhere')) : Promise.resolve({ name }),
      (text) => log.push(text),
    );
    expect(modules).toEqual({ decibri: undefined, webAudio: { name: 'node-web-audio-api' } });
    expect(log).toEqual(['the sound library decibri could not be loaded: wrong ELF class']);
  });

  it('says which did not load, why, and what to do, where none does', async () => {
    const loading = loadNativeModules(
      (name) => Promise.reject(new Error(`${name} is for another machine`)),
      () => undefined,
    );
    await expect(loading).rejects.toMatchObject({
      code: 'client.audio_failed',
      message: expect.stringMatching(
        /decibri: decibri is for another machine; node-web-audio-api: node-web-audio-api is for.*start the editor again/,
      ),
    });
  });
});
