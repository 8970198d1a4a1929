import {
  MAX_PLUGIN_FETCHES_PER_MINUTE,
  MAX_PLUGIN_LOG_LINES_PER_MINUTE,
  MAX_PLUGIN_MESSAGES_PER_MINUTE,
  PLUGIN_START_TIMEOUT_MS,
  pluginManifest,
  type PluginMembers,
} from '@switchboard/protocol';
import * as v from 'valibot';
import { beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { ManualClock } from '../engine/testing/manual-clock.ts';
import { MAX_WAITING_CALLS } from './call-queue.ts';
import { PluginRunner, type PluginRunnerEvents, type PluginRunnerOptions } from './plugin-runner.ts';
import { FakeSandboxes } from './testing/fake-sandboxes.ts';

const MANIFEST = {
  schema: 1,
  id: 'test',
  version: '1.0.0',
  abi: 1,
  name: 'Test',
  description: 'For tests.',
  author: 'Tests',
  licence: 'MIT',
  targets: ['client'],
  hooks: ['on_command', 'on_message', 'on_speaking', 'on_http'],
  commands: [{ name: 'test', description: 'Tests.' }],
  permissions: [
    { name: 'message.send' },
    { name: 'storage' },
    { name: 'members.read' },
    { name: 'http', hosts: ['a.example'] },
  ],
  limits: { callMs: 100, storageBytes: 8 },
  sha256: '0'.repeat(64),
};
const ROOM = { id: 'r1', name: 'Room' };
const ADA = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
const COMMAND = { name: 'test', args: 'now', member: ADA, room: ROOM };
const SPEAKING = { member: ADA, speaking: true };
const PASS = { action: 'pass' };
const MESSAGE = { message: { id: 'x', author: ADA, text: 'Hello', code: null, createdAt: 1 }, room: ROOM };

describe('PluginRunner', () => {
  let clock: ManualClock;
  let sandboxes: FakeSandboxes;
  let events: { [K in keyof PluginRunnerEvents]: Mock<PluginRunnerEvents[K]> };
  let sut: PluginRunner<'client'>;

  beforeEach(() => {
    clock = new ManualClock();
    sandboxes = new FakeSandboxes();
    events = { changed: vi.fn(), log: vi.fn(), stored: vi.fn(), act: vi.fn() };
    sut = make();
  });

  function make(manifest: object = {}, options: Partial<PluginRunnerOptions<'client'>> = {}): PluginRunner<'client'> {
    return new PluginRunner({
      open: sandboxes.open,
      clock,
      epochMs: () => 1_700_000_000_000,
      random: () => 0.5,
      manifest: v.parse(pluginManifest, { ...MANIFEST, ...manifest }),
      wasm: Uint8Array.of(1),
      target: 'client',
      config: { volume: 3 },
      storage: { kept: Uint8Array.of(1) },
      events,
      ...options,
    });
  }

  function run(): void {
    sut.start();
    sandboxes.started();
  }

  /** Lets what was promised settle. */
  const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
  const logged = (): string[] => events.log.mock.calls.map(([line]) => line.text);

  describe('its life', () => {
    it('starts a thread with all that the plugin is', () => {
      sut.start();
      expect(sandboxes.told('start')).toMatchObject([
        { target: 'client', config: { volume: 3 }, storage: { kept: Uint8Array.of(1) }, wasm: Uint8Array.of(1) },
      ]);
      expect([sut.life.kind, sut.sandboxId]).toEqual(['starting', undefined]);
      sandboxes.started();
      expect([sut.life.kind, sut.sandboxId]).toEqual(['running', 1]);
    });

    it('replaces a thread that takes too long for a call, with another id, and rejects that call alone', async () => {
      run();
      const first = sut.call('on_command', COMMAND);
      const second = sut.call('on_message', MESSAGE);
      await settled();
      clock.advance(99);
      expect(sandboxes.all).toHaveLength(1);
      clock.advance(10);
      await expect(first).rejects.toMatchObject({ code: 'plugin.timed_out' });
      expect([sandboxes.all.length, sandboxes.all[0]!.closed]).toEqual([2, true]);
      expect(sut.life).toMatchObject({
        kind: 'restarting',
        problem: { code: 'plugin.timed_out', reason: 'Its on_command took longer than 100 ms.' },
      });
      sandboxes.started();
      expect(sut.sandboxId).toBe(2);
      sandboxes.answer('');
      expect(await second).toEqual(PASS);
      expect(sut.figures).toMatchObject({ calls: 2, faults: 1, restarts: 1 });
    });

    it('does not end a plugin because its host was held up', async () => {
      run();
      const call = sut.call('on_command', COMMAND);
      await settled();
      clock.hold(5_000);
      // Timers first, then what has come meanwhile.
      clock.advance(0);
      sandboxes.answer({ reply: 'here' });
      clock.advance(10);
      expect(await call).toEqual({ reply: 'here' });
      expect(sut.life.kind).toBe('running');
    });

    it('stays stopped after the fourth break, and says why to whoever calls', async () => {
      sut.start();
      for (let breaks = 0; breaks < 4; breaks++) {
        sandboxes.started();
        sandboxes.last.events.ended('Out of memory');
      }
      expect(sut.life).toMatchObject({ kind: 'stopped', problem: { code: 'plugin.crashed' } });
      expect(sandboxes.all).toHaveLength(4);
      await expect(sut.call('on_message', MESSAGE)).rejects.toMatchObject({
        code: 'plugin.crashed',
        message: 'The plugin broke and was stopped. Its thread ended: Out of memory.',
      });
      run();
      expect(sut.life.kind).toBe('running');
    });

    it.each([
      [
        'is refused',
        'plugin.module_refused',
        (): void => sandboxes.say({ type: 'failed', fault: { kind: 'refused', reason: 'It imports wasi.' } }),
      ],
      [
        'traps at its start',
        'plugin.start_failed',
        (): void => sandboxes.say({ type: 'failed', fault: { kind: 'trapped', reason: 'unreachable' } }),
      ],
      ['does not come up', 'plugin.start_failed', (): void => clock.advance(30_002)],
      [
        'does not start',
        'plugin.start_failed',
        (): void => {
          clock.advance(20_000);
          sandboxes.say({ type: 'loaded' });
          clock.advance(PLUGIN_START_TIMEOUT_MS + 2);
        },
      ],
      ['ends at once', 'plugin.start_failed', (): void => sandboxes.last.events.ended('gone')],
    ])('does not start again what %s', (_, code, fail) => {
      sut.start();
      fail();
      expect(sut.life).toMatchObject({ kind: 'stopped', problem: { code } });
      expect([sandboxes.all.length, sandboxes.last.closed]).toEqual([1, true]);
    });

    it('does not hold against a plugin that its thread was slow to come', () => {
      sut.start();
      clock.advance(20_000);
      sandboxes.say({ type: 'loaded' });
      clock.advance(PLUGIN_START_TIMEOUT_MS);
      sandboxes.started();
      // Again, it is of no use.
      sandboxes.say({ type: 'loaded' });
      clock.advance(100_000);
      expect(sut.life.kind).toBe('running');
    });

    it('replaces a thread that holds up the sound', () => {
      run();
      sandboxes.last.events.stuck();
      expect(sut.life).toMatchObject({ kind: 'restarting', problem: { code: 'plugin.timed_out' } });
    });

    it.each([
      ['trapped', 'plugin.crashed'],
      ['quota', 'plugin.quota'],
    ])('replaces a thread that has %s', async (kind, code) => {
      run();
      const call = sut.call('on_command', COMMAND);
      await settled();
      sandboxes.say({ type: 'fault', id: sandboxes.told('call').at(-1)!.id, fault: { kind, reason: 'unreachable' } });
      await expect(call).rejects.toMatchObject({ code });
      expect(sut.life.kind).toBe('restarting');
      expect(events.log).toHaveBeenCalledWith(expect.objectContaining({ level: 'error' }));
    });

    it('replaces a thread whose sound has trapped while it runs', () => {
      run();
      sandboxes.say({ type: 'failed', fault: { kind: 'trapped', reason: 'unreachable' } });
      expect(sut.life).toMatchObject({ kind: 'restarting', problem: { code: 'plugin.crashed' } });
    });

    it('hears nothing of a thread that it has ended', async () => {
      run();
      const [first] = sandboxes.all;
      first!.events.stuck();
      first!.events.ended('late');
      first!.events.message({ type: 'act', act: { type: 'message.send', message: { text: 'late' } } });
      expect(sandboxes.all).toHaveLength(2);
      expect(events.act).not.toHaveBeenCalled();
      sut.stop();
      sandboxes.started();
      clock.advance(100_000);
      await settled();
      expect([sut.life.kind, sandboxes.last.closed]).toEqual(['off', true]);
    });

    it('gives the next thread what the plugin has kept', () => {
      run();
      sandboxes.say({ type: 'stored', key: 'new', value: Uint8Array.of(2) });
      sandboxes.say({ type: 'stored', key: 'kept', value: null });
      expect(events.stored.mock.calls).toEqual([
        ['new', Uint8Array.of(2)],
        ['kept', null],
      ]);
      sandboxes.last.events.stuck();
      expect(sandboxes.told('start')[0]!.storage).toEqual({ new: Uint8Array.of(2) });
    });
  });

  describe('its calls', () => {
    it('adds time and chance, and nothing that the hook has no field for', async () => {
      run();
      const call = sut.call('on_command', { ...COMMAND, secret: 'x' } as typeof COMMAND);
      await settled();
      const input = sandboxes.told('call')[0]!.input;
      const seed = 2 ** 20 * 2 ** 32 + 2 ** 31;
      expect(JSON.parse(input)).toEqual({ v: 1, nowMs: 1_700_000_000_000, seed, ...COMMAND });
      sandboxes.answer({ reply: 'Six.' });
      expect(await call).toEqual({ reply: 'Six.' });
    });

    it('answers for a plugin without the hook', async () => {
      expect(await sut.call('on_message_send', { text: 'x', code: null, room: ROOM })).toEqual(PASS);
      expect(sandboxes.all).toEqual([]);
    });

    it('calls one after the other, and waits for the start', async () => {
      sut.start();
      const calls = [sut.call('on_message', MESSAGE), sut.call('on_command', COMMAND)];
      await settled();
      expect(sandboxes.told('call')).toEqual([]);
      sandboxes.started();
      expect(sandboxes.told('call').map(({ hook }) => hook)).toEqual(['on_message']);
      sandboxes.answer({ action: 'hide', reason: 'Rude.' });
      expect(sandboxes.told('call').map(({ hook }) => hook)).toEqual(['on_message', 'on_command']);
      sandboxes.answer('');
      expect(await Promise.all(calls)).toEqual([{ action: 'hide', reason: 'Rude.' }, {}]);
    });

    it.each([
      ['{"action":"explode"}', 'action'],
      ['{"action":"hide","reason":""}', 'reason'],
      ['{"action"', undefined],
      ['null', undefined],
    ])('follows no answer such as %s, and notes it', async (output, field) => {
      run();
      const call = sut.call('on_message', MESSAGE);
      await settled();
      sandboxes.answer(output);
      await expect(call).rejects.toMatchObject({ code: 'plugin.answer_invalid', field });
      expect([sut.figures.faults, sut.life.kind]).toEqual([1, 'running']);
      expect(logged()).toEqual([expect.stringContaining('on_message')]);
    });

    it('lets a plugin say that a call failed, and goes on with it', async () => {
      run();
      const call = sut.call('on_command', COMMAND);
      await settled();
      sandboxes.say({ type: 'fault', id: 1, fault: { kind: 'error', reason: 'no such\ndie' } });
      await expect(call).rejects.toMatchObject({ message: expect.stringMatching(/no such die\.$/) as string });
      expect(sut.life.kind).toBe('running');
    });

    it('takes no answer to another call', async () => {
      run();
      const call = sut.call('on_message', MESSAGE);
      await settled();
      sandboxes.say({ type: 'result', id: 7, output: '{"action":"hide","reason":"x"}', costUs: 1 });
      sandboxes.answer('');
      expect(await call).toEqual(PASS);
    });

    it('leaves out the oldest of what can be missed where it is too much, then the newest', async () => {
      sut.start();
      const speaking = sut.call('on_speaking', SPEAKING);
      const messages = Array.from({ length: MAX_WAITING_CALLS }, () => sut.call('on_message', MESSAGE));
      await expect(speaking).rejects.toMatchObject({ code: 'plugin.timed_out' });
      await expect(sut.call('on_message', MESSAGE)).rejects.toMatchObject({ code: 'plugin.timed_out' });
      sandboxes.started();
      for (let answered = 0; answered < MAX_WAITING_CALLS; answered++) sandboxes.answer('');
      expect(await Promise.all(messages)).toHaveLength(MAX_WAITING_CALLS);
    });

    it('tells no thread what another has asked for', async () => {
      run();
      const command = sut.call('on_command', COMMAND);
      const answer = sut.call('on_http', { requestId: 1, status: 200, body: 'x', error: '' });
      const message = sut.call('on_message', MESSAGE);
      await settled();
      sandboxes.last.events.ended('gone');
      await expect(command).rejects.toMatchObject({ code: 'plugin.crashed' });
      sandboxes.started();
      expect(sandboxes.told('call').map(({ hook }) => hook)).toEqual(['on_message']);
      await expect(answer).rejects.toMatchObject({ code: 'plugin.crashed' });
      sandboxes.answer('');
      expect(await message).toEqual(PASS);
      expect(sut.figures.faults).toBe(1);
    });

    it('gives up what could not begin in time, without ending the plugin', async () => {
      sut = make({ limits: { callMs: 500 } });
      run();
      const slow = Array.from({ length: 7 }, () => sut.call('on_command', COMMAND));
      await settled();
      for (let answered = 0; answered < 6; answered++) {
        clock.advance(499);
        sandboxes.answer('');
        await settled();
      }
      expect((await Promise.allSettled(slow)).map(({ status }) => status)).toEqual([
        ...Array<string>(6).fill('fulfilled'),
        'rejected',
      ]);
      expect(sandboxes.all).toHaveLength(1);
    });

    it('rejects what waits when it is stopped', async () => {
      run();
      const calls = [sut.call('on_command', COMMAND), sut.call('on_message', MESSAGE)];
      await settled();
      sut.stop();
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'plugin.not_found' });
    });
  });

  describe('what it tells by itself', () => {
    it('tells the settings after each start and when they change', async () => {
      sut = make({ hooks: ['on_config'], commands: [] });
      sut.start();
      sut.setConfig({ volume: 4 });
      sandboxes.started();
      await settled();
      sandboxes.answer('');
      sut.setConfig({ volume: 5 });
      await settled();
      expect(sandboxes.told('config').map(({ config }) => config)).toEqual([{ volume: 4 }, { volume: 5 }]);
      const configs = sandboxes.told('call').map(({ input }) => (JSON.parse(input) as { config: unknown }).config);
      expect(configs).toEqual([{ volume: 4 }, { volume: 5 }]);
      sandboxes.last.events.stuck();
      expect(sandboxes.told('start')[0]!.config).toEqual({ volume: 5 });
    });

    it('tells settings that change while it is busy once, as they are when it gets on', async () => {
      sut = make({ hooks: ['on_config', 'on_command', 'on_message'] });
      run();
      await settled();
      sandboxes.answer('');
      void sut.call('on_command', COMMAND);
      void sut.call('on_message', MESSAGE);
      for (let volume = 4; volume < 200; volume++) sut.setConfig({ volume });
      await settled();
      for (let answered = 0; answered < 3; answered++) sandboxes.answer('');
      const [, , ...calls] = sandboxes.told('call');
      expect(calls.map(({ hook }) => hook)).toEqual(['on_config', 'on_message']);
      expect(JSON.parse(calls[0]!.input)).toMatchObject({ config: { volume: 199 } });
    });

    it('calls on_timer again so long after it was done', async () => {
      sut = make({ hooks: ['on_timer'], commands: [], timerS: 2 });
      run();
      clock.advance(2_000);
      await settled();
      expect(sandboxes.told('call')).toHaveLength(1);
      sandboxes.answer('');
      await settled();
      clock.advance(1_999);
      await settled();
      expect(sandboxes.told('call')).toHaveLength(1);
      clock.advance(1);
      await settled();
      expect(sandboxes.told('call')).toHaveLength(2);
      sandboxes.answer('');
      await settled();
      clock.advance(1_500);
      // From its own start on.
      sandboxes.last.events.stuck();
      sandboxes.started();
      clock.advance(1_999);
      await settled();
      expect([sandboxes.told('call'), sandboxes.all.length]).toEqual([[], 2]);
    });

    it('tells each call who was there when it was asked for', async () => {
      const inRoom = (name: string): PluginMembers => ({ room: { id: name, name }, members: [] });
      sut.setMembers(inRoom('a'));
      run();
      sut.setMembers(inRoom('b'));
      void sut.call('on_message', MESSAGE);
      sut.setMembers(inRoom('c'));
      void sut.call('on_message', MESSAGE);
      await settled();
      sut.setMembers(inRoom('d'));
      sandboxes.answer('');
      sandboxes.answer('');
      const told = sandboxes.last.posted.map((message) =>
        message.type === 'members' ? message.members.room?.id : message.type,
      );
      expect(told).toEqual(['start', 'a', 'b', 'call', 'c', 'call', 'd']);
      sut = make({ permissions: [] });
      sut.setMembers(inRoom('a'));
      run();
      expect(sandboxes.told('members')).toEqual([]);
    });
  });

  describe('what its thread says', () => {
    const send = { type: 'act', act: { type: 'message.send', message: { text: 'Hello' } } };

    it('passes on what the plugin may do', () => {
      run();
      sandboxes.say(send);
      expect(events.act.mock.calls).toEqual([[send.act]]);
    });

    it('passes on no more than the quota, over all threads, until time has gone by', () => {
      run();
      for (let sent = 0; sent < MAX_PLUGIN_MESSAGES_PER_MINUTE; sent++) sandboxes.say(send);
      sandboxes.last.events.stuck();
      sandboxes.started();
      sandboxes.say(send);
      expect([events.act.mock.calls.length, sut.figures.refused]).toEqual([MAX_PLUGIN_MESSAGES_PER_MINUTE, 1]);
      clock.advance(60_000);
      sandboxes.say(send);
      expect(events.act).toHaveBeenCalledTimes(MAX_PLUGIN_MESSAGES_PER_MINUTE + 1);
    });

    it('tells the next thread what of the minute is used up', () => {
      run();
      sandboxes.say(send);
      clock.advance(2_000);
      sandboxes.say(send);
      clock.advance(1_000);
      sandboxes.last.events.stuck();
      expect(sandboxes.told('start')[0]!.spent).toEqual([{ kind: 'message.send', agesMs: [3_000, 1_000] }]);
      clock.advance(57_500);
      sandboxes.last.events.ended('gone');
      sut.start();
      expect(sandboxes.told('start')[0]!.spent).toEqual([{ kind: 'message.send', agesMs: [58_500] }]);
    });

    it('lets a plugin that keeps too much, as under an older limit, keep less', () => {
      sut = make({}, { storage: { old: new Uint8Array(20) } });
      run();
      sandboxes.say({ type: 'stored', key: 'old', value: new Uint8Array(12) });
      expect([sut.life.kind, events.stored.mock.calls.length]).toEqual(['running', 1]);
      sandboxes.say({ type: 'stored', key: 'old', value: new Uint8Array(13) });
      expect(sut.life).toMatchObject({ kind: 'restarting', problem: { code: 'plugin.quota' } });
      expect(sandboxes.told('start')[0]!.storage).toEqual({ old: new Uint8Array(12) });
    });

    it('answers a request beyond the quota itself', async () => {
      run();
      const request = { url: 'https://a.example/' };
      for (let sent = 1; sent <= MAX_PLUGIN_FETCHES_PER_MINUTE + 1; sent++) {
        sandboxes.say({ type: 'act', act: { type: 'http.fetch', requestId: sent, request } });
      }
      await settled();
      expect(events.act).toHaveBeenCalledTimes(MAX_PLUGIN_FETCHES_PER_MINUTE);
      const [call] = sandboxes.told('call');
      expect(JSON.parse(call!.input)).toMatchObject({ requestId: MAX_PLUGIN_FETCHES_PER_MINUTE + 1, status: null });
    });

    it.each([
      ['nonsense', { type: 'format', disk: 'c' }],
      ['an act that there is not', { type: 'act', act: { type: 'shell', command: 'rm' } }],
      ['an act without permission', { type: 'act', act: { type: 'status.set', status: 'x' } }],
      ['a value too large', { type: 'stored', key: 'x', value: new Uint8Array(9) }],
      ['shared memory', { type: 'stored', key: 'x', value: new Uint8Array(new SharedArrayBuffer(4)) }],
      ['a line too long', { type: 'log', level: 'info', text: 'x'.repeat(1_001) }],
      ['a reason too long', { type: 'fault', id: 0, fault: { kind: 'error', reason: 'x'.repeat(1_001) } }],
      ['a message too long', { type: 'act', act: { type: 'message.send', message: { text: 'x'.repeat(100_000) } } }],
    ])('ends a thread that says %s', (_, message) => {
      run();
      sandboxes.say(message);
      expect([sut.life.kind, sandboxes.all[0]!.closed]).toEqual(['restarting', true]);
      expect(events.act).not.toHaveBeenCalled();
      expect(events.stored).not.toHaveBeenCalled();
    });

    it('takes as many answers as it has questions', async () => {
      run();
      for (let asked = 0; asked < 5_100; asked++) {
        const call = sut.call('on_message', MESSAGE);
        sandboxes.answer('');
        await call;
      }
      expect(sut.life.kind).toBe('running');
    });

    it('ends a thread that floods it', () => {
      run();
      const [first] = sandboxes.all;
      for (let sent = 0; sent <= 5_000; sent++) first!.events.message({ type: 'stored', key: 'x', value: null });
      expect(sut.life).toMatchObject({ kind: 'restarting', problem: { code: 'plugin.quota' } });
      // The next one has its own second.
      sandboxes.started();
      for (let sent = 0; sent < 1_000; sent++) sandboxes.say({ type: 'stored', key: 'x', value: null });
      expect(sut.life.kind).toBe('running');
    });

    it('ends a thread that goes on with what it is refused', () => {
      run();
      const [first] = sandboxes.all;
      for (let sent = 0; sent < 400; sent++) first!.events.message({ type: 'log', level: 'info', text: 'x' });
      expect(sut.life).toMatchObject({ kind: 'restarting', problem: { code: 'plugin.quota' } });
      expect(events.log.mock.calls.length).toBeLessThan(200);
    });

    it('bears with a line too many in each minute', () => {
      sut = make({ permissions: [{ name: 'log' }] });
      run();
      for (let minute = 0; minute < 300; minute++) {
        for (let sent = 0; sent <= MAX_PLUGIN_LOG_LINES_PER_MINUTE; sent++) {
          sandboxes.say({ type: 'log', level: 'info', text: 'x' });
        }
        clock.advance(60_000);
      }
      expect([sut.life.kind, sut.figures.refused]).toEqual(['running', 300]);
    });
  });
});
