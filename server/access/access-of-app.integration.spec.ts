import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { accessOfApp } from './access-of-app.ts';

it('answers as a server with the default roles and channels does', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-'));
  try {
    await using sut = await accessOfApp(dataDir);
    expect(sut.channelIds.length).toBeGreaterThan(0);
    expect(sut.people).toHaveLength(2);
    for (const person of sut.people) {
      for (const channelId of sut.channelIds) {
        expect(sut.may(person, 'speak', channelId)).toBe(true);
        expect(sut.may(person, 'member.mute', channelId)).toBe(false);
      }
      expect(sut.may(person, 'speak', 'none')).toBe(false);
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
