import { pluginManifest, type PluginManifest } from '@switchboard/protocol';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { compareVersions, newConsents, updateProblem } from './plugin-update.ts';
import { manifestOf } from './testing/plugin-package-fixture.ts';

const [ADA, EVE] = ['a'.repeat(64), 'e'.repeat(64)];

function plugin(changes: Readonly<Record<string, unknown>>): PluginManifest {
  return v.parse(pluginManifest, manifestOf(changes));
}

describe('compareVersions', () => {
  it('puts versions into the order that Semantic Versioning gives them', () => {
    // The first eight of a row are the standard's own example.
    const ordered = [
      ...['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta', '1.0.0-beta.2', '1.0.0-beta.11'],
      ...['1.0.0-rc.1', '1.0.0', '1.0.1-dev.99999999999999999998', '1.0.1-dev.99999999999999999999', '1.0.1', '1.2.0'],
      ...['1.10.0', '2.0.0-a-b', '2.0.0'],
    ];
    for (const [at, older] of ordered.entries()) {
      expect(compareVersions(older, older)).toBe(0);
      for (const newer of ordered.slice(at + 1)) {
        expect(compareVersions(older, newer), `${older} < ${newer}`).toBeLessThan(0);
        expect(compareVersions(newer, older), `${newer} > ${older}`).toBeGreaterThan(0);
      }
    }
  });
});

describe('updateProblem', () => {
  it.each([
    ['a newer version', { version: '1.3.0', publisher: ADA }],
    ['the same version again', { publisher: ADA }],
  ])('lets %s of the same publisher in', (_, next) => {
    expect(updateProblem(plugin({ publisher: ADA }), plugin(next))).toBeUndefined();
  });

  it('lets a publisher come where there was none', () => {
    expect(updateProblem(plugin({}), plugin({ publisher: ADA }))).toBeUndefined();
  });

  it.each([
    ['another', { version: '1.3.0', publisher: EVE }],
    ['no', { version: '1.3.0' }],
  ])('refuses %s publisher', (_, next) => {
    expect(updateProblem(plugin({ publisher: ADA }), plugin(next))?.code).toBe('plugin.publisher_changed');
  });

  it('refuses an older version', () => {
    expect(updateProblem(plugin({}), plugin({ version: '1.2.0-beta.1' }))?.code).toBe('plugin.older');
  });
});

describe('newConsents', () => {
  it('names what has not been agreed to, host by host', () => {
    const wanted = plugin({
      targets: ['client'],
      hooks: ['on_message', 'on_speaking', 'on_http'],
      permissions: [{ name: 'storage' }, { name: 'http', hosts: ['a.example.org', 'b.example.org'] }],
    });
    expect(newConsents(['permission:storage', 'host:a.example.org', 'permission:log'], wanted)).toEqual([
      'hook:on_message',
      'hook:on_speaking',
      'host:b.example.org',
    ]);
  });
});
