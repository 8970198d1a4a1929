import { compareVersions } from '@switchboard/client/plugins';
import { pluginVersion } from '@switchboard/protocol';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { devVersion } from './dev-version.ts';

describe('devVersion', () => {
  it.each([
    ['1.2.0', '1.2.1'],
    ['0.0.9', '0.0.10'],
    ['1.3.0-beta.1', '1.3.0-beta.2'],
    ['1.3.0-beta', '1.3.0'],
  ])('is between %s and %s, and newer with each second', (installed, next) => {
    const [first, second] = [devVersion(installed, 1_767_225_600_000), devVersion(installed, 1_767_225_601_000)];
    const all = [installed, first, second, next];
    for (const version of all) expect(v.is(pluginVersion, version), version).toBe(true);
    expect(all.toSorted(compareVersions)).toEqual(all);
    expect(new Set(all).size).toBe(4);
  });
});
