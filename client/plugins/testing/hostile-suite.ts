import { FRAME_SAMPLES, MAX_PLUGIN_LOG_LINES_PER_MINUTE, PLUGIN_MISSED_FRAMES } from '@switchboard/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../platform/platform.ts';
import type { FrameLine } from '../frame-line.ts';
import { PluginHttp } from '../plugin-fetch.ts';
import type { PluginLife } from '../plugin-life.ts';
import { PluginRunner } from '../plugin-runner.ts';
import type { OpenSandbox } from '../sandbox-line.ts';
import type { FrameAnswer, PluginAct } from '../sandbox-messages.ts';
import * as hostile from './hostile-plugins.ts';
import { pluginOf, type TestPlugin } from './wat.ts';

/*
 * What plugins can do to their host, in real threads: nothing. Wherever there are threads this runs the same, beside a plugin that behaves, which must
 * not notice anything.
 */

/** Threads as an engine has them. */
export interface HostileHost {
  readonly clock: Clock;
  readonly open: OpenSandbox;
  lineOf(sandboxId: number): FrameLine;
  stuck(sandboxId: number): void;
  close(): void;
}

const COMMAND = {
  name: 'test',
  args: '',
  member: { id: 'm', userId: 'u', nickname: 'Ada', self: true },
  room: { id: 'r', name: 'Room' },
};

/** Does this with the first frame that is not silent. */
function onSound(body: string): Promise<TestPlugin> {
  return pluginOf({
    id: 'on-sound',
    wat: hostile.watWith(`(func (export "on_audio_frame_captured") (result i32)
      (if (i64.ne (call $input_load_u64 (i64.const 0)) (i64.const 0)) (then ${body}))
      (i32.const 0))`),
  });
}

/** A plugin, and what its people see of it. */
class Watched {
  readonly runner: PluginRunner<'client'>;
  readonly #lives: PluginLife[] = [];
  readonly log: string[] = [];
  readonly acts: PluginAct[] = [];
  storedBytes = 0;

  constructor({ manifest, wasm }: TestPlugin, { open, clock }: HostileHost) {
    this.runner = new PluginRunner({
      open,
      clock,
      epochMs: () => Date.now(),
      random: Math.random,
      manifest,
      wasm,
      target: 'client',
      config: {},
      storage: {},
      events: {
        changed: (life) => this.#lives.push(life),
        log: ({ text }) => this.log.push(text),
        stored: (_, value) => (this.storedBytes += value?.length ?? 0),
        act: (act) => this.acts.push(act),
      },
    });
    this.runner.start();
  }

  /** All the stations of its life. */
  get lives(): readonly string[] {
    return this.#lives.map((life) => ('problem' in life ? `${life.kind} ${life.problem.code}` : life.kind));
  }

  command(): Promise<{ readonly reply?: string | undefined }> {
    return this.runner.call('on_command', COMMAND);
  }

  async until(kind: PluginLife['kind']): Promise<void> {
    await expect.poll(() => this.runner.life.kind, { interval: 5 }).toBe(kind);
  }
}

/** One frame there and back. */
class Frames {
  readonly #line: FrameLine;
  readonly answers: FrameAnswer[] = [];
  #sequence = 0;

  constructor(line: FrameLine) {
    this.#line = line;
    line.onAnswer((answer) => this.answers.push(answer));
  }

  post(value: number): number {
    const sequence = this.#sequence++;
    const samples = new Float32Array(FRAME_SAMPLES).fill(value);
    this.#line.post({ sequence, hook: 'on_audio_frame_captured', speaker: 0, samples });
    return sequence;
  }

  async through(value: number): Promise<FrameAnswer> {
    const sequence = this.post(value);
    await expect.poll(() => this.answers.at(-1)?.sequence, { interval: 1 }).toBe(sequence);
    return this.answers.at(-1)!;
  }
}

/** @param start makes the host of one test */
export function describeHostilePlugins(where: string, start: () => HostileHost): void {
  describe(`hostile plugins in ${where}`, () => {
    let host: HostileHost;
    let healthy: Watched;
    let healthyFrames: Frames;

    beforeEach(async () => {
      host = start();
      healthy = new Watched(await hostile.gain(), host);
      await healthy.until('running');
      healthyFrames = framesOf(healthy);
    });

    afterEach(() => {
      host.close();
    });

    async function run(plugin: Promise<TestPlugin>): Promise<Watched> {
      const watched = new Watched(await plugin, host);
      await watched.until('running');
      return watched;
    }

    /** Without its hooks for frames: silent ones are a part of the start. */
    async function runSilent(plugin: Promise<TestPlugin>): Promise<Watched> {
      const { manifest, wasm } = await plugin;
      const hooks = manifest.hooks.filter((hook) => !hook.startsWith('on_audio'));
      return run(Promise.resolve({ manifest: { ...manifest, hooks }, wasm }));
    }

    function framesOf({ runner }: Watched): Frames {
      return new Frames(host.lineOf(runner.sandboxId!));
    }

    /** The other plugin and the host's own thread go on until this has come about, and afterwards. */
    async function meanwhile<T>(event: Promise<T>): Promise<PromiseSettledResult<T>> {
      const progress = { over: false };
      const settled = Promise.allSettled([event]).then(([result]) => {
        progress.over = true;
        return result;
      });
      for (let rounds = 0; rounds < 3 || !progress.over; rounds++) {
        expect(await healthy.command()).toEqual({ reply: 'gain' });
        const answer = await healthyFrames.through(0.5);
        expect([answer.samples.every((sample) => sample === 0.25), answer.failed]).toEqual([true, false]);
      }
      expect(healthy.lives).toEqual(['starting', 'running']);
      return settled;
    }

    it.each([
      ['does not come back', hostile.infiniteLoop, 'plugin.timed_out', 'Its on_command took longer than 500 ms.'],
      ['traps', hostile.trap, 'plugin.crashed', /\w\.$/],
      ['calls itself for ever', hostile.recursion, 'plugin.crashed', /\w\.$/],
      ['takes all memory', hostile.memoryBomb, 'plugin.crashed', /\w\.$/],
      ['takes very little, for ever', hostile.tinyAllocLoop, 'plugin.quota', /512 blocks/],
      ['writes where it may not', hostile.badPointers, 'plugin.crashed', /outside of a block/],
      ['calls its host for ever', hostile.hostCallFlood, 'plugin.quota', /1,?000/],
    ])('replaces a plugin that %s', async (_, make, code, reason) => {
      const watched = await runSilent(make());
      const id = watched.runner.sandboxId;
      const result = await meanwhile(watched.command());
      expect(result).toMatchObject({ status: 'rejected', reason: { code } });
      expect(watched.runner.life).toMatchObject({
        kind: expect.stringMatching(/restarting|running/) as string,
      });
      await watched.until('running');
      expect(watched.lives).toEqual(['starting', 'running', `restarting ${code}`, 'running']);
      expect(watched.runner.sandboxId).not.toBe(id);
      expect(watched.log).toEqual([expect.stringMatching(reason)]);
    });

    it.each([
      ['does not come back', hostile.infiniteLoop, 'plugin.timed_out'],
      ['traps', hostile.trap, 'plugin.crashed'],
    ])('stops one that %s each time, and says why', async (_, make, code) => {
      const watched = await runSilent(make());
      const results: PromiseSettledResult<unknown>[] = [];
      for (let calls = 0; calls < 4; calls++) results.push(await meanwhile(watched.command()));
      const restarts = Array.from({ length: 3 }, () => [`restarting ${code}`, 'running']).flat();
      expect(watched.lives).toEqual(['starting', 'running', ...restarts, `stopped ${code}`]);
      expect(results.every(({ status }) => status === 'rejected')).toBe(true);
      await expect(watched.command()).rejects.toMatchObject({ code });
    });

    it.each([
      ['answers too much', hostile.giantOutput],
      ['answers what is no text', hostile.notUtf8Output],
      ['keeps too much', hostile.variablesBomb],
    ])('does not follow one that %s, and lets it run', async (_, make) => {
      const watched = await runSilent(make());
      expect(await meanwhile(watched.command())).toMatchObject({
        status: 'rejected',
        reason: { code: 'plugin.answer_invalid' },
      });
      expect(watched.lives).toEqual(['starting', 'running']);
      expect(watched.log).toHaveLength(1);
      expect(watched.storedBytes).toBeLessThanOrEqual(256 * 1024);
    });

    it('keeps some lines of one that writes without end', async () => {
      const watched = await runSilent(hostile.logFlood());
      for (let calls = 0; calls < 5; calls++) {
        expect(await meanwhile(watched.command())).toEqual({ status: 'fulfilled', value: {} });
      }
      expect(watched.lives).toEqual(['starting', 'running']);
      expect(watched.log.length).toBeGreaterThan(10);
      expect(watched.log.length).toBeLessThanOrEqual(MAX_PLUGIN_LOG_LINES_PER_MINUTE + 1);
    });

    it.each([
      ['does not come back from its start', hostile.loopInStart, 'plugin.start_failed', /2000 ms/],
      ['imports what it may not', hostile.forbiddenImport, 'plugin.module_refused', /http_fetch/],
    ])('does not start again one that %s', async (_, make, code, reason) => {
      const watched = new Watched(await make(), host);
      await meanwhile(watched.until('stopped'));
      expect(watched.lives).toEqual(['starting', `stopped ${code}`]);
      expect(watched.log).toEqual([expect.stringMatching(reason)]);
    });

    it('goes to no host that the manifest does not name', async () => {
      const watched = await run(hostile.forbiddenHttp());
      expect(await meanwhile(watched.command())).toMatchObject({ value: { reply: 'no' } });
      expect(watched.acts).toEqual([]);
    });

    it('checks a request once more where it is sent', async () => {
      const plugin = await hostile.httpFetch('api.example.org', 'https://api.example.org/');
      const watched = await run(Promise.resolve(plugin));
      expect(await meanwhile(watched.command())).toMatchObject({ value: { reply: 'yes' } });
      const [act] = watched.acts;
      if (act?.type !== 'http.fetch') throw new Error('nothing was asked for');
      const sent: string[] = [];
      const send = ({ url }: { url: string }): Promise<never> => {
        sent.push(url);
        return Promise.reject(new Error('no network'));
      };
      const http = new PluginHttp({ manifest: plugin.manifest, send });
      await http.fetch({ ...act.request, url: 'https://intranet.example.org/' });
      expect(sent).toEqual([]);
      const answer = await http.fetch(act.request);
      await meanwhile(watched.runner.call('on_http', { requestId: act.requestId, ...answer }));
      expect(watched.log).toEqual([expect.stringContaining('The host could not be reached.')]);
    });

    describe('with frames', () => {
      it('gets none back from one that hangs, until it is replaced', async () => {
        const watched = await run(onSound('(loop $again (br $again))'));
        const id = watched.runner.sandboxId!;
        const frames = framesOf(watched);
        expect((await frames.through(0)).failed).toBe(false);
        for (let missed = 0; missed < PLUGIN_MISSED_FRAMES; missed++) frames.post(0.5);
        await meanwhile(Promise.resolve());
        expect(frames.answers).toHaveLength(1);
        // As the engine does.
        host.stuck(id);
        await meanwhile(watched.until('running'));
        expect(watched.lives).toEqual(['starting', 'running', 'restarting plugin.timed_out', 'running']);
        expect(watched.runner.sandboxId).not.toBe(id);
        expect((await framesOf(watched).through(0)).failed).toBe(false);
      });

      it('gets none changed by one that traps, which is replaced, and then stopped', async () => {
        const watched = await run(onSound('unreachable'));
        for (let breaks = 0; breaks < 4; breaks++) {
          await watched.until('running');
          const id = watched.runner.sandboxId;
          const frames = framesOf(watched);
          frames.post(0.5);
          await meanwhile(expect.poll(() => watched.runner.sandboxId, { interval: 5 }).not.toBe(id));
          // It may come back before the thread is ended for it.
          for (const { samples, failed } of frames.answers) {
            expect([failed, samples.every((sample) => sample === 0.5)]).toEqual([true, true]);
          }
        }
        const restarts = Array.from({ length: 3 }, () => ['restarting plugin.crashed', 'running']).flat();
        expect(watched.lives).toEqual(['starting', 'running', ...restarts, 'stopped plugin.crashed']);
      });

      it.each([
        ['does not come back', hostile.infiniteLoop],
        ['traps', hostile.trap],
        ['calls itself for ever', hostile.recursion],
        ['takes all memory', hostile.memoryBomb],
        ['takes very little, for ever', hostile.tinyAllocLoop],
        ['writes where it may not', hostile.badPointers],
        ['calls its host for ever', hostile.hostCallFlood],
      ])('does not start one that %s where there is silence', async (_, make) => {
        const watched = new Watched(await make(), host);
        await meanwhile(watched.until('stopped'));
        expect(watched.lives).toEqual(['starting', 'stopped plugin.start_failed']);
      });

      it('hears nothing that cannot be played', async () => {
        const watched = await run(hostile.nanFrames());
        const { samples, failed } = await framesOf(watched).through(0.5);
        expect(failed).toBe(false);
        expect(samples.every((sample) => Number.isFinite(sample) && Math.abs(sample) <= 1)).toBe(true);
        expect([...samples.subarray(0, 5)]).toEqual([0, 0, 0, 1, -1]);
        await meanwhile(Promise.resolve());
      });

      it('gets them back as they were from one that answers something else', async () => {
        const watched = await run(hostile.wrongLengthFrames());
        const { samples, failed } = await framesOf(watched).through(0.5);
        expect([failed, samples.every((sample) => sample === 0.5)]).toEqual([true, true]);
        await meanwhile(Promise.resolve());
        expect(watched.lives).toEqual(['starting', 'running']);
      });
    });
  });
}
