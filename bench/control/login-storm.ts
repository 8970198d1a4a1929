import { setTimeout as sleep } from 'node:timers/promises';
import { hexToBytes } from '@switchboard/protocol';
import { itemAt } from '../relay/item-at.ts';
import { LoadGenerator } from '../relay/load/load-generator.ts';
import type { LoadPlan, LoadResult } from '../relay/load/load.ts';
import type { BenchPart } from '../report.ts';
import { median } from '../statistics.ts';
import { Guest } from './guest.ts';
import { ServerChild } from './server-child.ts';

const MEMBERS = 50;
const TALKERS = 3;
const LOG_INS = 50;
const RUNS = 5;
/** About as long as the server takes for all of them, and so long that everyone pings once, which keeps a lane bound. */
const SECONDS = 5;
const WARM_UP = { talkers: 16, seconds: 5 };
const NO_WARM_UP = { talkers: 1, seconds: 0.02 };
const PASSWORD = 'plum-staple-harbour-42';
/** Who is told that too many log in comes again after this. */
const RETRY_MS = 250;

/** How much later voice arrives while fifty people log in at once. */
export const loginStorm: BenchPart = {
  name: 'storm',
  async measure(log) {
    await using server = await ServerChild.start();
    log(`making ${LOG_INS} accounts`);
    const usernames = await makeAccounts(server);
    const guests: Guest[] = [];
    for (let i = 0; i < MEMBERS; i++) guests.push(await Guest.enter(server.controlPort, `guest ${i}`));
    const channelId = itemAt(guests, 0).channelId('Lobby');
    const members = [];
    for (const guest of guests) {
      const { token, hopKey } = await guest.join(channelId);
      members.push({ token, hopKey: hexToBytes(hopKey) });
    }
    await using load = await LoadGenerator.enter({ protocol: 'switchboard', port: server.voicePort, members }, MEMBERS);
    const talk = (warmUp: LoadPlan['warmUp'], seed: number): Promise<LoadResult> =>
      load.measure({ talkers: TALKERS, seconds: SECONDS, warmUp, seed, serverPid: server.pid });
    const runs = [];
    for (let run = 1; run <= RUNS; run++) {
      const calm = await talk(WARM_UP, run);
      const [stormy, storm] = await Promise.all([talk(NO_WARM_UP, run), logInAll(server, usernames)]);
      runs.push({
        run,
        calm: { ...calm },
        stormy: { ...stormy },
        ...storm,
        addedMs: stormy.addedMsP99 - calm.addedMsP99,
      });
      log(`run ${run} of ${RUNS}: all were in after ${(storm.stormMs / 1_000).toFixed(1)} s`);
    }
    await Promise.all(guests.map((guest) => guest.leave()));
    return {
      figures: {
        loginStormVoiceDelayMs: median(runs.map(({ addedMs }) => addedMs)),
        loginStormVoiceLossPct: Math.max(
          ...runs.map(({ stormy: { lost, delivered } }) => (lost / (lost + delivered)) * 100),
        ),
        loginStormMs: median(runs.map(({ stormMs }) => stormMs)),
      },
      runs,
    };
  },
};

async function makeAccounts(server: ServerChild): Promise<string[]> {
  const account = (username: string): object => ({ username, password: PASSWORD, cookie: false });
  const { accessToken } = await server.api<{ accessToken: string }>('/auth/setup', {
    code: server.setupCode,
    ...account('root'),
  });
  const usernames = Array.from({ length: LOG_INS }, (_, i) => `person${i}`);
  for (const username of usernames) {
    const { code: invite } = await server.api<{ code: string }>('/invites', {}, accessToken);
    await server.api('/auth/register', { invite, ...account(username) });
  }
  return usernames;
}

/** Everyone at once; who is turned away as there are too many comes again. @throws Error if somebody is refused for another reason. */
async function logInAll(
  server: ServerChild,
  usernames: readonly string[],
): Promise<{ stormMs: number; turnedAway: number }> {
  const startMs = performance.now();
  let turnedAway = 0;
  await Promise.all(
    usernames.map(async (username) => {
      for (;;) {
        const response = await server.post('/auth/login', { username, password: PASSWORD, cookie: false });
        const text = await response.text();
        if (response.ok) return;
        if (!text.includes('server.rate_limited')) throw new Error(`A log-in was refused: ${text}`);
        turnedAway++;
        await sleep(RETRY_MS);
      }
    }),
  );
  return { stormMs: performance.now() - startMs, turnedAway };
}
