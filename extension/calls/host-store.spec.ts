import { describe, expect, it } from 'vitest';
import { ServerSecrets } from '../servers/server-secrets.ts';
import { Keychain } from '../servers/testing/keychain.ts';
import { HostStore } from './host-store.ts';

/** Something of the editor that keeps texts: it takes its time. */
class Slow {
  readonly kept = new Map<string, unknown>();
  readonly failures: string[] = [];

  get(key: string): unknown {
    return this.kept.get(key);
  }

  async update(key: string, value: unknown): Promise<void> {
    await Promise.resolve();
    if (this.failures.includes(key)) throw new Error(`no room for ${key}`);
    this.kept.set(key, value);
  }
}

const GUEST = 'switchboard.guest-key:https://voice.example.org';

function setUp() {
  const [memory, keychain] = [new Slow(), new Keychain()];
  const failures: unknown[] = [];
  const load = (id = 'b1') => HostStore.load(memory, new ServerSecrets(keychain), id, (error) => failures.push(error));
  return { memory, keychain, failures, load };
}

describe('HostStore', () => {
  it('keeps the guest’s key in the key chain, under its bookmark, and the rest in the global state', async () => {
    const { memory, keychain, load } = setUp();
    const sut = await load();
    sut.set(GUEST, 'secret');
    sut.set('switchboard.microphone', 'mic');
    expect([sut.get(GUEST), sut.get('switchboard.microphone')]).toEqual(['secret', 'mic']);
    await sut.flush();
    expect([...memory.kept]).toEqual([['switchboard.microphone', 'mic']]);
    expect([...keychain.kept.values()]).toEqual(['secret']);
    expect((await load()).get(GUEST)).toBe('secret');
    expect((await load('b2')).get(GUEST)).toBeUndefined();
    expect((await load('b2')).get('switchboard.microphone')).toBe('mic');
  });

  it('writes in order, so that the last one stays', async () => {
    const { memory, load } = setUp();
    const sut = await load();
    for (const value of ['a', 'b', 'c']) sut.set('switchboard.volumes', value);
    expect(sut.get('switchboard.volumes')).toBe('c');
    await sut.flush();
    expect(memory.kept.get('switchboard.volumes')).toBe('c');
  });

  it('tells of what it could not write, and goes on', async () => {
    const { memory, failures, load } = setUp();
    memory.failures.push('switchboard.speaker');
    const sut = await load();
    sut.set('switchboard.speaker', 'x');
    sut.set('switchboard.microphone', 'y');
    await sut.flush();
    expect(failures).toEqual([new Error('no room for switchboard.speaker')]);
    expect(memory.kept.get('switchboard.microphone')).toBe('y');
  });

  it('takes what is no text for nothing', async () => {
    const { memory, load } = setUp();
    memory.kept.set('switchboard.volumes', { ada: 1 });
    expect((await load()).get('switchboard.volumes')).toBeUndefined();
  });
});
