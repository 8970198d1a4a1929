import { MAX_PLUGIN_STORAGE_KEYS } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptValues } from '../kept-values.ts';
import { StoredMap } from './stored-map.ts';

const LIMIT_BYTES = 10;
const sized = (length: number) => new Uint8Array(length).fill(length);

describe(StoredMap, () => {
  it('tells what takes less room before what takes more', () => {
    const sut = new StoredMap({ a: sized(4), b: sized(4) }, LIMIT_BYTES);
    sut.set('c', sized(2));
    sut.delete('a');
    sut.set('c', sized(5));
    sut.set('b', sized(1));
    const told: unknown[] = [];
    sut.tellChanges((key, value) => told.push([key, value?.length]));
    expect(told).toEqual([
      ['a', undefined],
      ['b', 1],
      ['c', 5],
    ]);
  });

  it('lets what was kept under a larger limit become smaller, and not larger', () => {
    const sut = new StoredMap({ big: sized(50) }, LIMIT_BYTES);
    expect(sut.set('big', sized(30))).toBeUndefined();
    expect(sut.set('big', sized(31))).toMatch(/full/);
    expect(sut.set('more', sized(1))).toMatch(/full/);
  });

  it('tells nothing that is too much for whoever keeps the same limit', () => {
    const kept = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(20).map(sized));
    const steps = fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        value: fc.option(fc.nat(LIMIT_BYTES + 1).map(sized)),
        tell: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(kept, steps, (values, script) => {
        const sut = new StoredMap(values, LIMIT_BYTES);
        const outside = new KeptValues(values, LIMIT_BYTES);
        for (const { key, value, tell } of [...script, { key: 'a', value: null, tell: true }]) {
          if (value === null) sut.delete(key);
          else sut.set(key, value);
          if (tell) sut.tellChanges((...change) => expect(outside.change(...change)).toBeUndefined());
        }
        for (const key of ['a', 'b', 'c', 'd', 'e']) expect(outside.get(key)).toEqual(sut.get(key));
      }),
      { numRuns: 500 },
    );
  });

  it('takes another key in the place of one, where there are as many as there may be', () => {
    const all = Object.fromEntries(Array.from({ length: MAX_PLUGIN_STORAGE_KEYS }, (_, n) => [`k${n}`, sized(0)]));
    const sut = new StoredMap(all);
    const outside = new KeptValues(all);
    expect(sut.set('new', sized(0))).toMatch(/keys/);
    sut.delete('k0');
    sut.set('k1', sized(1));
    expect(sut.set('new', sized(0))).toBeUndefined();
    sut.tellChanges((...change) => expect(outside.change(...change)).toBeUndefined());
    expect(outside.get('new')).toEqual(sized(0));
  });
});
