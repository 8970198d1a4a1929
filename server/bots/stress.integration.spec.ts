import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { World } from '../security/testing/world.ts';
import type { NewStress, Stress, StressSample } from './stress.schemas.ts';

const BOTS = 10;
const TALKERS = 3;

describe('the stress test', () => {
  let world: World;
  let channelId: string;
  const workers: Worker[] = [];
  const keep = (worker: Worker): number => workers.push(worker);

  beforeAll(async () => {
    process.on('worker', keep);
    world = await World.start();
    channelId = await world.channelId('Lobby');
  });
  afterEach(async () => {
    await world.at.closeClients();
    await world.admin.rest.delete('/stress');
  });
  afterAll(async () => {
    process.off('worker', keep);
    await world[Symbol.asyncDispose]();
  });

  const ask = (changes: Partial<NewStress> = {}) =>
    world.admin.rest.post('/stress', { bots: BOTS, talkers: TALKERS, channelId, rampS: 0, durationS: 60, ...changes });
  const start = (changes?: Partial<NewStress>) => world.nobody.made<Stress>(ask(changes));
  const status = () => world.nobody.made<Stress>(world.admin.rest.get('/stress'));
  const botsHere = async (): Promise<string[]> => {
    const { welcome } = await world.at.guest();
    return welcome.members.map(({ nickname }) => nickname).filter((nickname) => nickname.startsWith('Bot '));
  };
  const newest = async (): Promise<StressSample | undefined> => (await status()).history.at(-1);
  const everyoneIn = (bots = BOTS) => expect.poll(async () => (await newest())?.present).toBe(bots);

  it('has real clients talk: each hears all the others, unchanged, and nothing is lost', async () => {
    expect(await start()).toMatchObject({ running: true, bots: BOTS, talkers: TALKERS, channelId, ended: null });
    await everyoneIn();
    // Of one of the seconds, as a machine that is busy with something else may split them unevenly.
    let sample!: StressSample;
    await expect
      .poll(async () => (sample = (await newest())!))
      .toSatisfy(
        ({ sentPerS, deliveredPerS, lossPct }: StressSample) =>
          sentPerS > 0 && Math.abs(deliveredPerS / sentPerS - (BOTS - 1)) < 0.5 && lossPct === 0,
      );
    const { opened, wrong, failed, history } = await status();
    expect(opened).toBeGreaterThan(50);
    expect({ wrong, failed }).toEqual({ wrong: 0, failed: 0 });
    expect(sample.delayP50Ms).toBeGreaterThan(0);
    expect(sample.delayP99Ms).toBeGreaterThanOrEqual(sample.delayP50Ms);
    // In some second: a busy machine may give one of them no time in another.
    for (const figure of ['cpuPct', 'serverCpuPct', 'botsCpuPct'] as const) {
      expect(Math.max(...history.map((each) => each[figure]))).toBeGreaterThan(0);
    }
  });

  it('is stopped by whoever may, and nobody is left; who did it is recorded', async () => {
    await start();
    await everyoneIn();
    expect(await botsHere()).toHaveLength(BOTS);
    expect((await world.admin.rest.delete('/stress')).status).toBe(204);
    expect(await botsHere()).toEqual([]);
    expect(await status()).toMatchObject({ running: false, ended: 'root stopped it.', failed: 0 });
    expect((await world.admin.rest.delete('/stress')).said).toBe('409 stress.not_running');
    const audit = world.admin.rest.get(`/audit?targetId=${channelId}&limit=2`);
    const { items } = await world.nobody.made<{ items: object[] }>(audit);
    expect(items).toMatchObject([
      { action: 'stress.end', actorId: null, detail: { because: 'root stopped it.' } },
      { action: 'stress.start', actorId: world.admin.id, detail: { bots: BOTS, talkers: TALKERS } },
    ]);
  });

  it('ends after its time', async () => {
    await start({ bots: 2, talkers: 1, durationS: 5 });
    await expect.poll(async () => (await status()).ended).toBe('It has run its time.');
    expect(await botsHere()).toEqual([]);
  });

  it('is one at a time', async () => {
    const both = await Promise.all([ask({ bots: 1, talkers: 0 }), ask({ bots: 1, talkers: 0 })]);
    expect(both.map(({ said }) => said).sort()).toEqual(['202', '409 stress.running']);
  });

  it('spares people who are in rooms, unless it is told not to', async () => {
    const { client } = await world.at.guest();
    await client.request('channel.join', { channelId });
    expect((await ask()).said).toBe('409 stress.people_present');
    await client.request('channel.leave', {});
    // Whoever starts it may listen.
    const own = await world.enter(world.admin);
    await own.client.request('channel.join', { channelId });
    await start({ bots: 1, talkers: 0 });
    await world.admin.rest.delete('/stress');
    await client.request('channel.join', { channelId });
    await start({ bots: 1, talkers: 0, force: true });
  });

  it.each([
    ['more bots than it has', { bots: 201 }, '400 protocol.invalid'],
    ['more talkers than bots', { talkers: BOTS + 1 }, '400 protocol.invalid'],
    ['a channel that there is not', { channelId: 'none' }, '404 channel.not_found'],
  ])('refuses %s', async (_, changes, said) => {
    expect((await ask(changes)).said).toBe(said);
  });

  it('refuses a channel that the bots do not get into', async () => {
    const tight = await world.channelId('Desk 1');
    const change = (changes: object) => world.nobody.made(world.admin.rest.patch(`/channels/${tight}`, changes));
    for (const [closed, open] of [
      [{ memberLimit: BOTS - 1 }, { memberLimit: null }],
      [{ password: 'open sesame' }, { password: null }],
      [{ requiredRoleId: world.builtIn('moderator').id }, { requiredRoleId: null }],
    ] as const) {
      await change(closed);
      expect((await ask({ channelId: tight })).said).toBe('409 stress.channel_unsuitable');
      await change(open);
    }
  });

  it('gives bots names that nobody has', async () => {
    await world.at.guest('bot 2');
    await start({ bots: 3, talkers: 0, force: true });
    await everyoneIn(3);
    expect((await botsHere()).sort()).toEqual(['Bot 1', 'Bot 3', 'Bot 4']);
    expect((await status()).failed).toBe(0);
  });

  it('takes the bots out when their thread is killed', async () => {
    await start();
    await everyoneIn();
    const thread = workers.at(-1)!;
    const exited = once(thread, 'exit');
    await thread.terminate();
    await exited;
    await expect.poll(async () => (await status()).running).toBe(false);
    expect((await status()).ended).toContain('ended by themselves');
    expect(await botsHere()).toEqual([]);
  });

  it('ends when nobody is left: the channel is deleted', async () => {
    const made = world.admin.rest.get('/servers');
    const { items } = await world.nobody.made<{ items: { id: string }[] }>(made);
    const channel = { serverId: items[0]!.id, name: 'Test track' };
    const { id } = await world.nobody.made<{ id: string }>(world.admin.rest.post('/channels', channel));
    await start({ channelId: id });
    await everyoneIn();
    await world.nobody.made(world.admin.rest.delete(`/channels/${id}`));
    await expect.poll(async () => (await status()).ended).toContain('All bots are gone');
    expect(await status()).toMatchObject({ failed: BOTS, failure: 'It was taken out of the channel.' });
    expect(await botsHere()).toEqual([]);
  });

  it('leaves out who is thrown out', async () => {
    await start({ bots: 3, talkers: 1 });
    await everyoneIn(3);
    const { welcome } = await world.at.guest();
    const bot = welcome.members.find(({ nickname }) => nickname === 'Bot 2')!;
    await world.nobody.made(world.admin.rest.post(`/kick/${bot.id}`, { reason: '' }));
    await everyoneIn(2);
    expect(await status()).toMatchObject({ running: true, failed: 1, failure: 'It was removed from the server.' });
  });

  it('ends by itself when the server falls behind', { timeout: 120_000 }, async () => {
    await start({ bots: 3, talkers: 1, durationS: 120 });
    await everyoneIn(3);
    const word = new Int32Array(new SharedArrayBuffer(4));
    const hog = setInterval(() => Atomics.wait(word, 0, 0, 300), 10);
    try {
      const late = 'The server was more than 200 ms late for 5 s.';
      await expect.poll(async () => (await status()).ended, { timeout: 80_000, interval: 500 }).toBe(late);
    } finally {
      clearInterval(hog);
    }
    expect(await botsHere()).toEqual([]);
  });

  it('ends with the server', async () => {
    const other = await World.start();
    const body = { bots: 3, talkers: 1, channelId: await other.channelId(), rampS: 0, durationS: 60 };
    await other.nobody.made(other.admin.rest.post('/stress', body));
    const exited = once(workers.at(-1)!, 'exit');
    await other[Symbol.asyncDispose]();
    await exited;
  });
});
