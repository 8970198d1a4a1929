import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PLUGIN_RESTART_WINDOW_MS, PLUGIN_RESTARTS } from '@switchboard/protocol';
import type { OpenSandbox } from '@switchboard/client/plugins';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemRandomness } from '../common/randomness.ts';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { PluginRun } from './plugin-run.ts';
import { PluginStore } from './plugin-store.ts';
import { PluginValue } from './plugin-value.entity.ts';
import { PluginWaits } from './plugin-waits.ts';
import { InstalledPlugin } from './plugin.entity.ts';
import { PluginsService } from './plugins.service.ts';
import { watPackage } from './testing/wat-plugins.ts';

/** Threads that do what the test says. */
class FakeThreads {
  /** Those that were opened, with what each is told and says. */
  readonly #events: Parameters<OpenSandbox>[0][] = [];

  get count(): number {
    return this.#events.length;
  }

  readonly open: OpenSandbox = (events) => {
    const id = this.#events.push(events);
    return {
      id,
      post: (message) => {
        if (message.type === 'call') events.message({ type: 'result', id: message.id, output: '', costUs: 1 });
      },
      close: () => undefined,
    };
  };

  start(): void {
    this.#events.at(-1)?.message({ type: 'started' });
  }

  break(): void {
    this.#events.at(-1)?.ended('It fell over.');
  }
}

describe('PluginRun', () => {
  let folder: string;
  let database: DataSource;
  let clock: ManualClock;
  let threads: FakeThreads;
  let plugin: InstalledPlugin;
  let sut: PluginRun;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
    clock = new ManualClock();
    threads = new FakeThreads();
    const store = new PluginStore(database.getRepository(InstalledPlugin), database.getRepository(PluginValue));
    const plugins = new PluginsService(store, clock);
    const bytes = await watPackage({ hooks: { on_message: [] } });
    plugin = await plugins.install(bytes, { agreed: 'all', enable: true });
    sut = new PluginRun(plugin, {
      store,
      clock,
      random: new SystemRandomness(),
      open: threads.open,
      send: () => Promise.reject(new Error('nothing is sent')),
      waits: new PluginWaits(),
      say: () => undefined,
      changed: () => undefined,
    });
    await expect.poll(() => threads.count).toBe(1);
    threads.start();
  });
  afterEach(async () => {
    await sut.close();
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  function breakForGood(): void {
    for (let time = 0; time < PLUGIN_RESTARTS; time++) {
      threads.break();
      threads.start();
    }
    threads.break();
    expect(sut.status.kind).toBe('stopped');
  }

  const ask = () =>
    sut.ask('on_message', {
      author: { userId: 'ada', nickname: 'Ada', self: false },
      text: 'hello',
      code: null,
      room: { id: 'lobby', name: 'Lobby' },
    });

  it('tries one that broke too often again, as often as that is', () => {
    for (const time of [1, 2]) {
      breakForGood();
      clock.advance(PLUGIN_RESTART_WINDOW_MS - 1);
      expect(sut.status.kind).toBe('stopped');
      clock.advance(1);
      expect(sut.status.kind).toBe('starting');
      threads.start();
      expect(sut.status.kind).toBe('running');
      expect(threads.count).toBe(1 + time * (PLUGIN_RESTARTS + 1));
    }
  });

  it('leaves one alone that was switched off meanwhile', async () => {
    breakForGood();
    sut.apply(Object.assign(new InstalledPlugin(), plugin, { enabled: false }));
    await expect.poll(() => sut.status.kind).toBe('off');
    const { count } = threads;
    clock.advance(PLUGIN_RESTART_WINDOW_MS);
    expect(threads.count).toBe(count);
  });

  it('has who asks wait for one that is being started again', async () => {
    threads.break();
    const answer = ask();
    expect(sut.status.kind).toBe('restarting');
    threads.start();
    expect(await answer).toEqual({ action: 'pass' });
  });
});
