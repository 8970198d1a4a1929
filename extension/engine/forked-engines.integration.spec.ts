import type { EngineEvent, EngineHost, FromSandbox } from '@switchboard/client';
import type { SwitchboardError } from '@switchboard/protocol';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hangingAtSound } from '../../client/engine/testing/frame-plugins.ts';
import { forbiddenImport, gain } from '../../client/plugins/testing/hostile-plugins.ts';
import type { TestPlugin } from '../../client/plugins/testing/wat.ts';
import { ENGINE_BROKE } from './engine-ipc.ts';
import { ForkedEngines } from './forked-engines.ts';
import { forkScripted } from './testing/fork-scripted.ts';
import { MICROPHONES, SPEAKERS } from './testing/scripted-audio.ts';
import { TurnedClock } from './testing/turned-clock.ts';

const PARENT = fileURLToPath(new URL('testing/parent-process.ts', import.meta.url));

function lives(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe(ForkedEngines, () => {
  let clock: TurnedClock;
  let children: ChildProcess[];
  let log: string[];
  let told: EngineEvent[];
  let devicesChanged: number;
  let microphoneLost: number;
  let failures: SwitchboardError[];
  let trouble: string | undefined;
  let sut: ForkedEngines;

  beforeEach(() => {
    clock = new TurnedClock();
    [children, log, told, failures] = [[], [], [], []];
    [devicesChanged, microphoneLost, trouble] = [0, 0, undefined];
    sut = new ForkedEngines({
      processPath: 'unused',
      clock,
      log: (line) => log.push(line),
      fork: () => {
        const child = forkScripted(trouble);
        children.push(child);
        return child;
      },
    });
  });

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  function start(): Promise<EngineHost> {
    // What is ended after this test tells nothing to the next.
    const [events, errors] = [told, failures];
    return sut.start({
      event: (event) => events.push(event),
      devicesChanged: () => devicesChanged++,
      microphoneLost: () => microphoneLost++,
      failed: (error) => errors.push(error),
    });
  }

  const child = () => children.at(-1)!;
  const ended = (one = child()) => expect.poll(() => lives(one.pid)).toBe(false);

  describe('an engine that runs', () => {
    it('takes commands and tells events: one hears oneself, and sees a level', async () => {
      const host = await start();
      await host.openMicrophone(MICROPHONES.good);
      host.send({ type: 'echo', on: true });
      const levels = () => told.flatMap((event) => (event.type === 'level' ? event.dbfs : []));
      await expect.poll(() => levels().at(-1)).toBeCloseTo(-10.5, 0);
      host.closeMicrophone();
      await host.devices();
      const { length } = levels();
      await host.devices();
      expect(levels()).toHaveLength(length);
    });

    it('lists devices, and tells what becomes of them', async () => {
      const host = await start();
      expect(await host.devices()).toEqual([{ id: 'good', label: 'Hum', kind: 'microphone' }]);
      await host.useSpeaker(SPEAKERS.plugs);
      await host.useSpeaker(SPEAKERS.pulls);
      await host.useSpeaker(undefined);
      expect([devicesChanged, microphoneLost]).toEqual([1, 1]);
    });

    it('refuses with a code and a sentence, as the same error as there', async () => {
      const host = await start();
      await expect(host.openMicrophone(MICROPHONES.refuses)).rejects.toMatchObject({
        name: 'SwitchboardError',
        code: 'client.microphone_refused',
        message: 'Allow it in the system’s settings.',
      });
      await expect(host.useSpeaker(SPEAKERS.fails)).rejects.toMatchObject({ code: 'client.audio_failed' });
      // The reason is for the log.
      expect(log.join('\n')).toContain('no such device');
    });

    it('is closed in order, and only once', async () => {
      const host = await start();
      await Promise.all([host.close(), host.close()]);
      expect(lives(child().pid)).toBe(false);
      expect([child().exitCode, failures, clock.pending]).toEqual([0, [], 0]);
      await expect(host.devices()).rejects.toMatchObject({ code: 'client.closed' });
      host.send({ type: 'leave' });
    });

    it('is closed with all others of its call, after which none starts', async () => {
      await Promise.all([start(), start()]);
      await sut.close();
      expect(children.map(({ pid, exitCode }) => [lives(pid), exitCode])).toEqual([
        [false, 0],
        [false, 0],
      ]);
      await expect(start()).rejects.toMatchObject({ code: 'client.closed' });
      expect([children.length, failures, clock.pending]).toEqual([2, [], 0]);
    });

    it('is ended by force where it does not close', async () => {
      trouble = 'clings';
      const host = await start();
      const closing = host.close();
      clock.turn(2_000);
      await closing;
      expect([child().signalCode, failures]).toEqual(['SIGKILL', []]);
    });

    it('lets go of who still waits for an answer', async () => {
      const host = await start();
      const opening = host.openMicrophone(MICROPHONES.waits);
      await Promise.all([expect(opening).rejects.toMatchObject({ code: 'client.closed' }), host.close()]);
    });

    it('ends in order on SIGTERM', async () => {
      await start();
      child().kill('SIGTERM');
      await expect.poll(() => failures).toHaveLength(1);
      expect(child().exitCode).toBe(0);
    });

    it('ends with its parent', async () => {
      const parent = fork(PARENT, { execArgv: ['--conditions=source'] });
      const said: unknown[] = [];
      parent.on('message', (message) => said.push(message));
      await expect.poll(() => said).toContain('started');
      const pid = said.find((message) => typeof message === 'number');
      expect(lives(pid)).toBe(true);
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      await expect.poll(() => lives(pid)).toBe(false);
    });

    it('ends when its line is cut', async () => {
      await start();
      child().disconnect();
      await ended();
      await expect.poll(() => failures).toHaveLength(1);
    });
  });

  describe('an engine with plugins', () => {
    const UP: readonly FromSandbox[] = [{ type: 'loaded' }, { type: 'started' }];

    /** The thread of a plugin in the engine's process; what it said. */
    async function openSandbox(host: EngineHost, { manifest, wasm }: TestPlugin) {
      const said: FromSandbox[] = [];
      const ends: string[] = [];
      const line = host.openSandbox({
        message: (message) => said.push(message),
        stuck: () => ends.push('stuck'),
        ended: (reason) => ends.push(reason),
      });
      line.post({ type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} });
      await expect.poll(() => said).toEqual(UP);
      return { line, said, ends };
    }

    it('runs them beside it, and carries calls and answers', async () => {
      const host = await start();
      const { line, said } = await openSandbox(host, await gain());
      line.post({ type: 'call', id: 7, hook: 'on_command', input: '{}' });
      await expect.poll(() => said.at(-1)).toMatchObject({ type: 'result', id: 7, output: '{"reply":"gain"}' });
      const other = await openSandbox(host, await gain());
      expect(other.line.id).not.toBe(line.id);
      line.close();
      other.line.post({ type: 'call', id: 8, hook: 'on_command', input: '{}' });
      await expect.poll(() => other.said.at(-1)).toMatchObject({ type: 'result', id: 8 });
      expect(log.filter((text) => text.includes('not understood'))).toEqual([]);
    });

    it('gives frames to those that are told, by the names that they have here', async () => {
      const host = await start();
      const idle = await openSandbox(host, await gain());
      const hangs = await openSandbox(host, await hangingAtSound());
      host.send({ type: 'plugins', captured: [hangs.line.id], received: [] });
      await host.openMicrophone(undefined);
      host.send({ type: 'echo', on: true });
      await expect.poll(() => hangs.ends).toEqual(['stuck']);
      expect(idle.ends).toEqual([]);
      // The engine goes on beside a thread that does not.
      expect(await host.devices()).toHaveLength(1);
    });

    it('says that a module was refused', async () => {
      const host = await start();
      const said: FromSandbox[] = [];
      const line = host.openSandbox({ message: (message) => said.push(message), stuck: () => {}, ended: () => {} });
      const { manifest, wasm } = await forbiddenImport();
      line.post({ type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} });
      await expect.poll(() => said).toMatchObject([{ type: 'loaded' }, { type: 'failed', fault: { kind: 'refused' } }]);
    });

    it('says nothing more of them when it breaks or is closed, and starts none after that', async () => {
      const host = await start();
      const { line, said, ends } = await openSandbox(host, await gain());
      child().kill('SIGKILL');
      await expect.poll(() => failures).toHaveLength(1);
      line.post({ type: 'call', id: 7, hook: 'on_command', input: '{}' });
      line.close();
      const late = host.openSandbox({
        message: (message) => said.push(message),
        stuck: () => ends.push('stuck'),
        ended: (reason) => ends.push(reason),
      });
      late.post({ type: 'config', config: {} });
      late.close();
      await host.close();
      expect([said, ends]).toEqual([UP, []]);
    });
  });

  describe('an engine that breaks', () => {
    it.each(['SIGKILL', 'SIGSEGV'] as const)('tells so after %s, once, and another can be started', async (signal) => {
      const host = await start();
      child().kill(signal);
      await expect.poll(() => failures).toHaveLength(1);
      expect(failures[0]).toMatchObject({ code: 'client.audio_failed' });
      await host.close();
      expect(failures).toHaveLength(1);
      const another = await start();
      await expect(another.openMicrophone(undefined)).resolves.toBeUndefined();
    });

    it('is no microphone’s fault where it was its own', async () => {
      const host = await start();
      await expect(host.openMicrophone(MICROPHONES.throws)).rejects.toMatchObject({ code: 'client.audio_failed' });
      expect([child().exitCode, failures.length]).toEqual([ENGINE_BROKE, 1]);
      expect(log.join('\n')).toContain('broken on purpose');
      expect(failures[0]?.message).not.toContain('broken on purpose');
      const another = await start();
      await expect(another.openMicrophone(MICROPHONES.throws)).rejects.toMatchObject({ code: 'client.audio_failed' });
    });

    it('says that there is no microphone where one ends it, and asks for that one no more', async () => {
      const host = await start();
      await expect(host.openMicrophone(MICROPHONES.aborts)).rejects.toMatchObject({
        code: 'client.microphone_missing',
      });
      expect(failures).toHaveLength(1);
      const another = await start();
      await expect(another.openMicrophone(MICROPHONES.aborts)).rejects.toMatchObject({
        code: 'client.microphone_missing',
      });
      await another.openMicrophone(MICROPHONES.good);
      expect([lives(child().pid), failures.length]).toEqual([true, 1]);
    });

    it.each([
      ['when devices have changed', (host: EngineHost) => host.useSpeaker(SPEAKERS.plugs)],
      [
        'a minute later',
        async (host: EngineHost) => {
          // In steps that it has time to answer in.
          for (let i = 0; i < 30; i++) {
            clock.turn(2_000);
            await host.devices();
          }
        },
      ],
    ])('tries that microphone again %s', async (_, act) => {
      const host = await start();
      await expect(host.openMicrophone(MICROPHONES.aborts)).rejects.toThrow();
      const another = await start();
      await act(another);
      const opening = another.openMicrophone(MICROPHONES.aborts);
      await expect(opening).rejects.toMatchObject({ code: 'client.microphone_missing' });
      expect(failures).toHaveLength(2);
    });

    it('is ended where it answers no more, and the microphone that holds it up is asked for no more', async () => {
      const host = await start();
      const opening = expect(host.openMicrophone(MICROPHONES.blocks)).rejects.toMatchObject({
        code: 'client.microphone_missing',
      });
      clock.turn(8_000);
      await opening;
      await ended();
      expect(failures).toHaveLength(1);
      const another = await start();
      await expect(another.openMicrophone(MICROPHONES.blocks)).rejects.toMatchObject({
        code: 'client.microphone_missing',
      });
      expect(lives(child().pid)).toBe(true);
    });

    it('lives on where one question alone stays open', async () => {
      const host = await start();
      const opening = expect(host.openMicrophone(MICROPHONES.waits)).rejects.toMatchObject({
        code: 'client.microphone_failed',
      });
      for (let i = 0; i < 5; i++) {
        clock.turn(2_000);
        await host.devices();
      }
      await opening;
      expect([lives(child().pid), failures]).toEqual([true, []]);
    });

    it('is not disturbed by what it does not understand', async () => {
      trouble = 'babbles';
      const host = await start();
      expect(log.filter((line) => line.includes('not understood'))).toHaveLength(5);
      for (const nonsense of [null, 'start', { type: 'ask' }, { type: 'command', command: { type: 'enter' } }])
        child().send(nonsense as object | string);
      expect(await host.devices()).toHaveLength(1);
      expect(log.filter((line) => line.includes('of the editor was not understood'))).toHaveLength(4);
    });
  });

  describe('an engine that does not start', () => {
    it('says why', async () => {
      trouble = 'fails';
      await expect(start()).rejects.toMatchObject({ code: 'client.audio_failed', message: 'There is no loudspeaker.' });
      await ended();
      expect([failures, clock.pending]).toEqual([[], 0]);
    });

    it('fails without a reason of its own, too', async () => {
      trouble = 'throws';
      await expect(start()).rejects.toMatchObject({ code: 'client.audio_failed' });
      expect(log.join('\n')).toContain('broken on purpose');
    });

    it('is not waited for for ever', async () => {
      trouble = 'waits';
      const starting = expect(start()).rejects.toMatchObject({ code: 'client.audio_failed' });
      clock.turn(20_000);
      await starting;
      await ended();
    });

    it('is ended at once where it is not wanted any more', async () => {
      trouble = 'waits';
      const starting = expect(start()).rejects.toMatchObject({ code: 'client.closed' });
      await sut.close();
      await starting;
      expect([lives(child().pid), failures, clock.pending]).toEqual([false, [], 0]);
    });

    it.each([
      [
        'there is no process to be had',
        () => {
          throw new Error('EAGAIN');
        },
      ],
      ['there is no program', () => fork('nowhere.ts', { execPath: '/nowhere/node', silent: true })],
      ['its file is not there', () => fork('/nowhere/engine.mjs', { silent: true })],
    ])('says so where %s', async (_, forkNothing: () => ChildProcess) => {
      const lost = new ForkedEngines({ processPath: '', clock, log: (line) => log.push(line), fork: forkNothing });
      const events = { event: () => {}, devicesChanged: () => {}, microphoneLost: () => {}, failed: () => {} };
      await expect(lost.start(events)).rejects.toMatchObject({ code: 'client.audio_failed' });
      expect([log.length > 0, clock.pending]).toEqual([true, 0]);
    });
  });
});
