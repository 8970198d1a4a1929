import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ALL_HOOKS, type PluginHook } from './plugin-hooks.ts';
import { consentsOf, pluginPermission } from './plugin-manifest.ts';

describe('consentsOf', () => {
  it.each<PluginHook>([
    'on_audio_frame_captured',
    'on_audio_frame_received',
    'on_message',
    'on_message_send',
    'on_user_join_channel',
    'on_user_leave_channel',
    'on_connect',
    'on_speaking',
  ])('asks for %s, which hears, decides or learns who is there', (hook) => {
    expect(consentsOf({ hooks: [hook], permissions: [] })).toEqual([`hook:${hook}`]);
  });

  it('does not ask for hooks that know nothing of others', () => {
    const hooks: PluginHook[] = ['on_command', 'on_config', 'on_http', 'on_timer'];
    expect(consentsOf({ hooks, permissions: [] })).toEqual([]);
    expect(consentsOf({ hooks: [...ALL_HOOKS], permissions: [] })).toHaveLength(ALL_HOOKS.length - hooks.length);
  });

  it('asks for each permission, and for each host', () => {
    const permissions = [{ name: 'storage' as const }, { name: 'http' as const, hosts: ['a.example', 'b.example'] }];
    expect(consentsOf({ hooks: [], permissions })).toEqual(['permission:storage', 'host:a.example', 'host:b.example']);
  });
});

describe('a host of a manifest', () => {
  const isTaken = (host: string) => v.is(pluginPermission, { name: 'http', hosts: [host] });

  it.each([
    'example.org',
    'api.example.org',
    'xn--bcher-kva.example',
    'local.example.org',
    'mylocal.example',
    'home.arpa.example',
  ])('may be %s', (host) => {
    expect(isTaken(host)).toBe(true);
  });

  it.each([
    'localhost',
    'a.localhost',
    'printer.local',
    'x.y.local',
    'wiki.internal',
    'metadata.google.internal',
    'home.arpa',
    'router.home.arpa',
    '127.0.0.1',
    'example.org:8443',
    'example.org.',
    'Example.org',
    '*.example.org',
  ])('is not %s', (host) => {
    expect(isTaken(host)).toBe(false);
  });
});
