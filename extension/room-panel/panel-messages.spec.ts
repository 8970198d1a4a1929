import { MAX_PLUGIN_PACKAGE_BYTES } from '@switchboard/protocol';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { roomState } from '@switchboard/webcomponents/testing/fixtures';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_METHODS } from './client-calls.ts';
import { parseHostMessage, parsePageMessage } from './panel-messages.ts';
import { PanelRig } from './testing/panel-rig.ts';

/** Of the names that a page could try; none of them may be asked for. */
const FORBIDDEN = [
  'connect',
  'close',
  'subscribe',
  'onLevel',
  'state',
  'sharePlace',
  'constructor',
  'toString',
  '__proto__',
];

function rig() {
  const client = new FixtureClient(roomState);
  const panel = new PanelRig();
  panel.calls.open(client);
  panel.listen();
  panel.told.length = 0;
  return { panel, client };
}

const call = (method: unknown, args: unknown): unknown => ({ type: 'call', client: 1, id: 1, method, args });

describe('what a page says', () => {
  it('is refused and counted, whatever it is, where it is no message', () => {
    const { panel, client } = rig();
    let count = 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (received) => {
        fc.pre(parsePageMessage(received) === null);
        panel.link.receive(received);
        expect(panel.link.refused).toBe(++count);
      }),
    );
    expect([client.calls, panel.told, panel.acts, panel.links, panel.codes]).toEqual([[], [], [], [], []]);
  });

  it('reaches no method with arguments that the method does not take', () => {
    const { panel, client } = rig();
    fc.assert(
      fc.property(
        fc.constantFrom(...CLIENT_METHODS, ...FORBIDDEN),
        fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 3, maxLength: 6 }),
        (method, args) => {
          const before = panel.link.refused;
          panel.link.receive(call(method, args));
          expect(panel.link.refused).toBe(before + 1);
        },
      ),
    );
    expect(client.calls).toEqual([]);
    expect(panel.told.every((message) => message.type === 'answer' && !message.outcome.ok)).toBe(true);
  });

  it.each(FORBIDDEN)('does not reach %s', (method) => {
    const { panel, client } = rig();
    for (const args of [[], [{ type: 'guest', nickname: 'Eve' }], [null]]) panel.link.receive(call(method, args));
    expect([panel.link.refused, client.calls, client.listeners]).toEqual([3, [], 2]);
  });

  it.each([
    ['setMuted', [1]],
    ['setMuted', []],
    ['setMuted', [true, true]],
    ['join', ['']],
    ['join', ['x'.repeat(65)]],
    ['join', ['lobby', 'p'.repeat(129)]],
    ['setVolume', ['u', 2.1]],
    ['setVolume', ['u', -0.1]],
    ['setActivation', [{ mode: 'always' }]],
    ['setActivation', [{ mode: 'push-to-talk', more: 1 }]],
    ['sendMessage', ['x'.repeat(4_001)]],
    ['sendMessage', ['x', { language: 'ts', path: '../../etc/passwd', startLine: 1, endLine: 1 }]],
    ['banMember', ['m', { durationMs: 0 }]],
    ['inspectPlugin', ['UEsDBA==']],
    ['inspectPlugin', [[80, 75, 3, 4]]],
    ['installPlugin', [new Uint8Array(4), ['everything'], 'file']],
    ['installPlugin', [new Uint8Array(4), Array.from({ length: 65 }, () => 'permission:log'), 'file']],
    ['installPlugin', [new Uint8Array(4), [], 'elsewhere']],
    ['installPlugin', [new Uint8Array(4), []]],
    ['fetchPlugin', ['../x']],
    ['movePlugin', ['dice', -1]],
    ['movePlugin', ['dice', 1.5]],
    ['movePlugin', ['dice', 32]],
    ['configurePlugin', ['dice', { pitch: null }]],
    ['configurePlugin', ['dice', { name: 'x'.repeat(4_001) }]],
    ['configurePlugin', ['dice', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 1]))]],
    ['invokeCommand', ['Roll!', '']],
    ['invokeCommand', ['roll', 'x'.repeat(1_001)]],
    ['startWhisper', [{ memberIds: Array.from({ length: 33 }, String), channelIds: [] }]],
  ] as const)('is refused: %s %j', (method, args) => {
    const { panel, client } = rig();
    panel.link.receive(call(method, args));
    expect([panel.link.refused, client.calls]).toEqual([1, []]);
    expect(panel.of('answer').map(({ outcome }) => outcome)).toEqual([
      { ok: false, problem: expect.objectContaining({ code: 'protocol.invalid' }) },
    ]);
  });

  it('is refused where a package is larger than any may be', () => {
    const { panel, client } = rig();
    panel.link.receive(call('inspectPlugin', [new Uint8Array(MAX_PLUGIN_PACKAGE_BYTES + 1)]));
    expect([panel.link.refused, client.calls]).toEqual([1, []]);
    panel.link.receive(call('inspectPlugin', [new Uint8Array(MAX_PLUGIN_PACKAGE_BYTES)]));
    expect([panel.link.refused, client.calls.length]).toEqual([1, 1]);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'command:workbench.action.quit', 'vscode://x/y', '', 'lobby'])(
    'is refused where it asks for the link %s',
    (href) => {
      const { panel } = rig();
      panel.link.receive({ type: 'link', href });
      expect([panel.link.refused, panel.links]).toEqual([1, []]);
    },
  );
});

describe('what a host says', () => {
  it('is nothing, where it is no message', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (received) => {
        expect(parseHostMessage(received)).toBeNull();
      }),
    );
  });
});
