import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { ChatService, type Draft } from './chat.service.ts';
import { StoredMessage } from './message.entity.ts';

describe('ChatService', () => {
  let folder: string;
  let database: DataSource;
  let sut: ChatService;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'db.sqlite'))));
    await database.query(`INSERT INTO virtual_server VALUES ('server', 'Ours', 1)`);
    await database.query(
      `INSERT INTO channel (id, serverId, name, position, bitrateBps, createdAt) VALUES ('lobby', 'server', 'Lobby', 0, 32000, 1)`,
    );
    sut = new ChatService(database.getRepository(StoredMessage), new ManualClock());
  });
  afterEach(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  const draft = (userId: string, text: string, changes: Partial<Draft> = {}): Draft => ({
    author: { userId, nickname: userId },
    channelId: 'lobby',
    nonce: text,
    text,
    code: null,
    ...changes,
  });
  const texts = async (): Promise<string[]> =>
    (await database.getRepository(StoredMessage).find({ order: { id: 'ASC' } })).map(({ text }) => text);

  it('stores all, in their order', async () => {
    const drafts = Array.from({ length: 100 }, (_, i) => draft(`user ${i}`, `text ${i}`));
    const stored = await sut.sendAll(drafts);
    expect(stored.map((outcome) => outcome.status === 'fulfilled' && outcome.value.isNew)).toEqual(
      drafts.map(() => true),
    );
    expect(await texts()).toEqual(drafts.map(({ text }) => text));
  });

  it('returns just what is stored', async () => {
    const [stored] = await sut.sendAll([draft('ada', 'as it is')]);
    const { messages } = await sut.history('lobby', undefined, 1);
    expect(stored).toMatchObject({ status: 'fulfilled', value: { message: messages[0] } });
  });

  it('finds those among them that were there already', async () => {
    const [first] = await sut.sendAll([draft('ada', 'kept')]);
    const outcomes = await sut.sendAll([
      draft('bob', 'kept'),
      draft('ada', 'kept'),
      draft('ada', 'another', { nonce: 'kept' }),
    ]);
    expect(outcomes[0]).toMatchObject({ status: 'fulfilled', value: { isNew: true } });
    expect(outcomes[1]).toEqual({
      status: 'fulfilled',
      value: { isNew: false, message: first?.status === 'fulfilled' && first.value.message },
    });
    expect(outcomes[2]).toMatchObject({ status: 'rejected', reason: { code: 'message.nonce_reused' } });
    expect(await texts()).toEqual(['kept', 'kept']);
  });

  it('stores the others when one goes to a channel that is gone', async () => {
    const outcomes = await sut.sendAll([
      draft('ada', 'one'),
      draft('bob', 'lost', { channelId: 'gone' }),
      draft('cid', 'two'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await texts()).toEqual(['one', 'two']);
  });
});
