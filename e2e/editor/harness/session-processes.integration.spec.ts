import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CAN_TEST_EDITOR } from '../../../scripts/editor-tools.ts';
import { endSession, gone, processesOfSession } from './session-processes.ts';

/** Longer than any test. */
const SLEEP = 'sleep 600';

describe.skipIf(!CAN_TEST_EDITOR)('the processes of a session', () => {
  async function session(script: string): Promise<number> {
    const leader = spawn('sh', ['-c', `${script}\necho ready\nwait`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(leader.stdout, 'data');
    return leader.pid!;
  }

  it('are found and ended although who started them has gone', async () => {
    const leader = await session(`(sh -c '${SLEEP} & ${SLEEP}' &)`);
    await expect.poll(async () => (await processesOfSession(leader)).length).toBe(3);
    const all = (await processesOfSession(leader)).map(({ pid }) => pid);
    expect(await endSession(leader, 10_000)).toEqual([]);
    expect(await gone(all, 10_000)).toBe(true);
  });

  it('are killed where they do not end when asked, and told', async () => {
    const leader = await session(`trap '' TERM; (trap '' TERM; ${SLEEP}) &`);
    const stubborn = await endSession(leader, 200);
    expect(stubborn.map(({ commandLine }) => commandLine)).toContain(SLEEP);
    expect(
      await gone(
        stubborn.map(({ pid }) => pid),
        10_000,
      ),
    ).toBe(true);
    expect(await processesOfSession(leader)).toEqual([]);
  });
});
