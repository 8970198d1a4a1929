import { beforeEach, describe, expect, it } from 'vitest';
import { CountingRandomness } from '../../testing/counting-randomness.ts';
import { scratchFolder } from '../../testing/server-process.ts';
import { ServerSecrets } from '../tokens/server-secrets.ts';
import { KnownDevices } from './known-devices.ts';

describe('KnownDevices', () => {
  let sut: KnownDevices;

  const made = async (): Promise<KnownDevices> => {
    await using folder = await scratchFolder();
    const random = new CountingRandomness();
    return new KnownDevices(await ServerSecrets.load(folder.path, random), random);
  };
  beforeEach(async () => {
    sut = await made();
  });

  it('knows a device by what it was given, for that account alone', () => {
    const shown = sut.remember(undefined, 'ada');
    expect(sut.deviceOf(shown, 'ada')).toEqual(expect.any(String));
    expect(sut.deviceOf(shown, 'bob')).toBeUndefined();
    expect(sut.deviceOf(undefined, 'ada')).toBeUndefined();
  });

  it('tells two devices of one account apart', () => {
    const [one, two] = [sut.remember(undefined, 'ada'), sut.remember(undefined, 'ada')];
    expect(sut.deviceOf(one, 'ada')).not.toBe(sut.deviceOf(two, 'ada'));
  });

  it('remembers the four accounts that were used last', () => {
    const names = ['ada', 'bob', 'cy', 'dan', 'eve'];
    let shown: string | undefined;
    for (const name of [...names.slice(0, 4), 'ada', 'eve']) shown = sut.remember(shown, name);
    const known = names.filter((name) => sut.deviceOf(shown, name) !== undefined);
    expect(known).toEqual(['ada', 'cy', 'dan', 'eve']);
  });

  it('stays the same device', () => {
    const first = sut.remember(undefined, 'ada');
    expect(sut.deviceOf(sut.remember(sut.remember(first, 'bob'), 'ada'), 'ada')).toBe(sut.deviceOf(first, 'ada'));
  });

  it.each(['', '.', 'x', 'A'.repeat(43), `${'A'.repeat(43)}.`.repeat(100)])('makes nothing of %j', (shown) => {
    expect(sut.deviceOf(shown, 'ada')).toBeUndefined();
    expect(sut.deviceOf(sut.remember(shown, 'ada'), 'ada')).toEqual(expect.any(String));
  });
});
