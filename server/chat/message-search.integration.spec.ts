import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { databaseOptions, openDatabase } from '../database/open-database.ts';
import { MessageSearchService } from './message-search.service.ts';
import { StoredMessage } from './message.entity.ts';
import { messageQuery, type MessageView } from './message.schemas.ts';

/** Two shares of what one page looks at, 20,000 messages, and a bit. */
const STORED = 45_000;
/** The oldest one, and those where the first share ends and the second begins. */
const NEEDLES = [1, 25_000, 25_001];

describe('MessageSearchService, among very many messages', () => {
  let folder: string;
  let database: DataSource;
  let sut: MessageSearchService;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchboard-search-'));
    database = await openDatabase(new DataSource(databaseOptions(join(folder, 'test.sqlite'))));
    await database.query(`INSERT INTO virtual_server VALUES ('server', 'Server', 0)`);
    await database.query(
      `INSERT INTO channel (id, serverId, name, position, bitrateBps, createdAt) VALUES ('room', 'server', 'Room', 0, 1, 0)`,
    );
    await database.query(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${STORED})
       INSERT INTO message SELECT printf('%036d', i), 'room', 'ada', 'Ada', i,
         CASE WHEN i IN (${NEEDLES.join()}) THEN 'needle' ELSE 'hay' END, i, NULL, NULL, NULL, NULL, NULL FROM n`,
    );
    sut = new MessageSearchService(database.getRepository(StoredMessage));
  });
  afterAll(async () => {
    await database.destroy();
    await rm(folder, { recursive: true });
  });

  async function pagesOf(search: string, limit: string): Promise<MessageView[][]> {
    const pages: MessageView[][] = [];
    for (let next: string | null | undefined = undefined; next !== null;) {
      const query = v.parse(messageQuery, { search, limit, ...(next === undefined ? {} : { after: next }) });
      const page: Awaited<ReturnType<typeof sut.find>> = await sut.find(query, 'all');
      pages.push(page.items);
      next = page.next;
    }
    return pages;
  }

  it('looks at a share for each page, and finds all in the end', async () => {
    const pages = await pagesOf('needle', '10');
    expect(pages.map((page) => page.map(({ createdAt }) => createdAt))).toEqual([[25_001], [25_000], [1]]);
  });

  it('passes nothing over where a share ends', async () => {
    const found = (await pagesOf('hay', '100')).flat().map(({ createdAt }) => createdAt);
    const all = Array.from({ length: STORED }, (_, i) => STORED - i).filter((i) => !NEEDLES.includes(i));
    expect(found).toEqual(all);
  });

  it('finds nothing in no channel', async () => {
    expect(await sut.find(v.parse(messageQuery, {}), [])).toEqual({ items: [], next: null });
  });
});
