import type { Message } from '@switchboard/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../presence/session.ts';
import { ChatTurns, keyOf, type Outcome, type Outgoing } from './chat-turns.ts';

describe('ChatTurns', () => {
  let sut: ChatTurns;
  /** The texts of each turn, in order. */
  let turns: string[][];
  /** Lets the first turn end: a disk that takes its time. */
  let release: () => void;

  beforeEach(() => {
    sut = new ChatTurns();
    turns = [];
    const disk = Promise.withResolvers<undefined>();
    release = () => disk.resolve(undefined);
    void sut.take(() => disk.promise);
  });

  const by = (userId: string, text: string): Outgoing => ({
    session: { identity: { userId } } as Session,
    channelId: 'lobby',
    nonce: text,
    text,
  });
  const store = (together: readonly Outgoing[]): Promise<Map<string, Outcome>> => {
    turns.push(together.map(({ text }) => text));
    const outcomeOf = ({ text }: Outgoing): Outcome =>
      text === 'bad'
        ? { status: 'rejected', reason: new Error('refused') }
        : { status: 'fulfilled', value: { text } as Message };
    return Promise.resolve(new Map(together.map((message) => [keyOf(message), outcomeOf(message)])));
  };
  const send = (userId: string, text: string): Promise<Message> => sut.takeTogether(by(userId, text), store);

  it('takes together who waits for the same turn, and gives each its own outcome', async () => {
    const sent = [send('ada', 'one'), send('bob', 'bad'), send('cid', 'three')];
    release();
    const outcomes = await Promise.allSettled(sent);
    expect(turns).toEqual([['one', 'bad', 'three']]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { text: 'one' } },
      { status: 'rejected', reason: { message: 'refused' } },
      { status: 'fulfilled', value: { text: 'three' } },
    ]);
  });

  it('lets nobody in once a turn has begun', async () => {
    release();
    await send('ada', 'one');
    await send('bob', 'two');
    expect(turns).toEqual([['one'], ['two']]);
  });

  it('keeps the order with what is done alone', async () => {
    const sent = [
      send('ada', 'one'),
      sut.take(() => {
        turns.push(['an edit']);
        return Promise.resolve();
      }),
      send('bob', 'two'),
      send('cid', 'three'),
    ];
    release();
    await Promise.all(sent);
    expect(turns).toEqual([['one'], ['an edit'], ['two', 'three']]);
  });

  it('takes one message of an author at a time', async () => {
    const sent = [send('ada', 'one'), send('bob', 'two'), send('ada', 'three'), send('cid', 'four')];
    release();
    await Promise.all(sent);
    expect(turns).toEqual([
      ['one', 'two'],
      ['three', 'four'],
    ]);
  });

  it('takes no more than a hundred at a time', async () => {
    const sent = Array.from({ length: 250 }, (_, i) => send(`user ${i}`, `${i}`));
    release();
    await Promise.all(sent);
    expect(turns.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('fails for all of a turn that fails, and for nobody after them', async () => {
    const failing = () => Promise.reject(new Error('the disk is full'));
    const sent = ['ada', 'bob'].map((userId) => sut.takeTogether(by(userId, userId), failing));
    release();
    for (const outcome of await Promise.allSettled(sent)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the disk is full' } });
    }
    expect(await send('cid', 'after')).toEqual({ text: 'after' });
  });
});
