import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Permission } from '@switchboard/protocol';
import { accessOfApp } from '@switchboard/server/access';
import { itemAt } from '../relay/item-at.ts';
import type { BenchPart } from '../report.ts';
import { median } from '../statistics.ts';

const CHECKS = 1_000_000;
const RUNS = 5;
const ASKED: readonly Permission[] = ['see', 'join', 'speak', 'chat.send', 'member.mute'];
const US_PER_MS = 1_000;

/** Whether somebody may do something in a channel, on a server's own channels and roles. */
export const permissionCheck: BenchPart = {
  name: 'permission',
  async measure() {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchboard-bench-'));
    try {
      await using access = await accessOfApp(dataDir);
      const { people, channelIds } = access;
      const check = (): { us: number; granted: number } => {
        let granted = 0;
        const startMs = performance.now();
        for (let i = 0; i < CHECKS; i++) {
          const person = itemAt(people, i % people.length);
          if (access.may(person, itemAt(ASKED, i % ASKED.length), itemAt(channelIds, i % channelIds.length))) granted++;
        }
        return { us: ((performance.now() - startMs) * US_PER_MS) / CHECKS, granted };
      };
      check();
      const runs = Array.from({ length: RUNS }, (_, i) => ({ run: i + 1, ...check() }));
      // What nobody may, or everybody, would say that nothing was looked up.
      if (runs.some(({ granted }) => granted === 0 || granted === CHECKS)) throw new Error('All checks had one answer');
      return { figures: { permissionUs: median(runs.map(({ us }) => us)) }, runs };
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
};
