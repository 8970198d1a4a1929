import { SwitchboardError } from '@switchboard/client';
import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { idleState, roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import type { Bookmark } from '../servers/bookmark.ts';
import { WindowCalls, type Line } from './window-calls.ts';

const bookmark = (id: string): Bookmark => ({
  id,
  address: `https://${id}.example.org`,
  name: id,
  nickname: 'Ada',
  signIn: { type: 'guest' },
});

function setUp() {
  const done: string[] = [];
  const clients = new Map<string, FixtureClient>();
  const openings = new Map<string, () => Promise<void>>();
  const connections = new Map<string, () => Promise<void>>();
  const open = async ({ id }: Bookmark): Promise<Line> => {
    await openings.get(id)?.();
    const client = new FixtureClient(idleState);
    client.script('connect', async () => {
      done.push(`connect ${id}`);
      await connections.get(id)?.();
      client.show({ connection: { status: 'ready' } });
    });
    client.script('close', () => void done.push(`close ${id}`));
    clients.set(id, client);
    return {
      client,
      signIn: { type: 'guest', nickname: 'Ada' },
      flush: () => Promise.resolve(void done.push(`flush ${id}`)),
      close: () => Promise.resolve(void done.push(`end ${id}`)),
    };
  };
  const failures: unknown[] = [];
  const sut = new WindowCalls(open, (error) => failures.push(error), 'A defect.');
  const states: string[] = [];
  sut.subscribe(({ status }) => states.push(status));
  return { sut, done, clients, openings, connections, states, failures };
}

describe('WindowCalls', () => {
  it('is connecting until the server has let one in', async () => {
    const { sut, states, done } = setUp();
    const client = await sut.connect(bookmark('a'));
    expect(states).toEqual(['connecting', 'open']);
    expect(sut.state).toMatchObject({ status: 'open', bookmark: { id: 'a' }, client });
    await sut.disconnect();
    expect(states).toEqual(['connecting', 'open', 'none']);
    expect(done).toEqual(['connect a', 'close a', 'flush a', 'end a']);
  });

  it('hangs up before it calls another', async () => {
    const { sut, done } = setUp();
    await sut.connect(bookmark('a'));
    await sut.connect(bookmark('b'));
    expect(done).toEqual(['connect a', 'close a', 'flush a', 'end a', 'connect b']);
  });

  it('is over at once for those who look on, and written down, however long its end takes', async () => {
    const { sut, clients, states, done } = setUp();
    await sut.connect(bookmark('a'));
    const held = Promise.withResolvers<undefined>();
    clients.get('a')!.script('close', () => held.promise);
    const disconnected = sut.disconnect();
    expect(states.at(-1)).toBe('none');
    await expect.poll(() => done).toContain('flush a');
    expect(done).not.toContain('end a');
    held.resolve(undefined);
    await disconnected;
  });

  it('ends with what refused it', async () => {
    const { sut, connections, states, done } = setUp();
    connections.set('a', () => Promise.reject(new SwitchboardError('auth.nickname_taken')));
    await expect(sut.connect(bookmark('a'))).rejects.toMatchObject({ code: 'auth.nickname_taken' });
    expect(sut.state).toMatchObject({ status: 'ended', problem: { code: 'auth.nickname_taken' } });
    expect(states).toEqual(['connecting', 'ended']);
    expect(done).toContain('end a');
  });

  it('says at once what refused it, however long its end takes', async () => {
    const { sut, clients, connections, states } = setUp();
    const held = Promise.withResolvers<undefined>();
    connections.set('a', () => {
      clients.get('a')!.script('close', () => held.promise);
      return Promise.reject(new SwitchboardError('auth.nickname_taken'));
    });
    const refused = expect(sut.connect(bookmark('a'))).rejects.toMatchObject({ code: 'auth.nickname_taken' });
    await expect.poll(() => states).toContain('ended');
    held.resolve(undefined);
    await refused;
  });

  it.each(['openings', 'connections'] as const)('tells a defect in its %s as one, and the log of it', async (at) => {
    const set = setUp();
    set[at].set('a', () => Promise.reject(new Error('the key chain is locked')));
    await expect(set.sut.connect(bookmark('a'))).rejects.toThrow('locked');
    expect(set.sut.state).toMatchObject({
      status: 'ended',
      problem: { code: 'server.internal', message: 'A defect.' },
    });
    expect(set.failures).toEqual([new Error('the key chain is locked')]);
  });

  it('ends when the server ends it, with the reason', async () => {
    const { sut, clients, done, states } = setUp();
    await sut.connect(bookmark('a'));
    const problem = { code: 'session.kicked', message: 'Out.', reason: 'Noise' } as const;
    clients.get('a')!.show({ connection: { status: 'closed', problem } });
    expect(sut.state).toMatchObject({ status: 'ended', problem });
    expect(states.at(-1)).toBe('ended');
    await sut.connect(bookmark('b'));
    expect(done.slice(1)).toEqual(['close a', 'flush a', 'end a', 'connect b']);
  });

  it('stays open while the client comes back by itself', async () => {
    const { sut, clients } = setUp();
    await sut.connect(bookmark('a'));
    clients.get('a')!.show({
      ...roomState,
      connection: { status: 'reconnecting', attempt: 1, retryAtMs: 0, problem: null },
    });
    expect(sut.state.status).toBe('open');
  });

  it.each(['openings', 'connections'] as const)('gives up an attempt when another is wanted, in its %s', async (at) => {
    const set = setUp();
    const held = Promise.withResolvers<undefined>();
    const reached = Promise.withResolvers<undefined>();
    set[at].set('a', async () => {
      reached.resolve(undefined);
      await held.promise;
    });
    const first = set.sut.connect(bookmark('a'));
    const refused = expect(first).rejects.toMatchObject({ code: 'client.closed' });
    await reached.promise;
    const second = set.sut.connect(bookmark('b'));
    held.resolve(undefined);
    await refused;
    await second;
    expect(set.sut.state).toMatchObject({ status: 'open', bookmark: { id: 'b' } });
    expect(set.done.filter((step) => step === 'end a')).toHaveLength(1);
    expect(set.clients.get('b')!.of('close')).toHaveLength(0);
  });

  it('is over at once for whom hangs up while it is connecting', async () => {
    const { sut, connections, states } = setUp();
    const held = Promise.withResolvers<undefined>();
    connections.set('a', () => held.promise.then(() => undefined));
    const first = sut.connect(bookmark('a'));
    const refused = expect(first).rejects.toMatchObject({ code: 'client.closed' });
    await expect.poll(() => sut.state.status).toBe('connecting');
    await sut.disconnect();
    held.resolve(undefined);
    await refused;
    expect(states).toEqual(['connecting', 'none']);
  });

  it('goes on although a listener, or the end of a call, fails', async () => {
    const { sut, clients, failures } = setUp();
    sut.subscribe(() => {
      throw new Error('a view');
    });
    await sut.connect(bookmark('a'));
    clients.get('a')!.script('close', () => {
      throw new Error('a close');
    });
    await sut.connect(bookmark('b'));
    expect(sut.state).toMatchObject({ status: 'open', bookmark: { id: 'b' } });
    expect(failures).toEqual(expect.arrayContaining([new Error('a view'), new Error('a close')]));
  });
});
