import type { BenchPart } from '../report.ts';
import { Guest } from './guest.ts';
import { ServerChild } from './server-child.ts';

const SESSIONS = 2_000;
/** Come and go before anything is read: what is made once, and compiled, is there by then. */
const WARM_UP_SESSIONS = 100;
const AT_ONCE = 20;

/** What one idle session keeps in the server's heap, after all of them have come in. */
export const idleSessions: BenchPart = {
  name: 'sessions',
  async measure(log) {
    await using server = await ServerChild.start({ SWITCHBOARD_MAX_SESSIONS: String(SESSIONS + 1) });
    const enter = async (count: number, name: string): Promise<Guest[]> => {
      const guests: Guest[] = [];
      while (guests.length < count) {
        const group = Array.from({ length: Math.min(AT_ONCE, count - guests.length) }, (_, i) =>
          Guest.enter(server.controlPort, `${name} ${guests.length + i}`),
        );
        guests.push(...(await Promise.all(group)));
        for (const guest of guests.slice(-group.length)) guest.forgetWelcome();
        if (guests.length % 500 === 0) log(`${guests.length} sessions`);
      }
      return guests;
    };
    for (const guest of await enter(WARM_UP_SESSIONS, 'early')) await guest.leave();
    // Answered in order: what came before has been done.
    const witness = await Guest.enter(server.controlPort, 'witness');
    const before = await server.heap();
    const startedMs = performance.now();
    const guests = await enter(SESSIONS, 'guest');
    const enteringMs = performance.now() - startedMs;
    // What they have been told has reached them: it waits in the server no more.
    for (const guest of guests) await guest.request('session.ping', {});
    const after = await server.heap();
    await Promise.all([witness, ...guests].map((guest) => guest.leave()));
    const heapBytesPerSession = (after.heapBytes - before.heapBytes) / SESSIONS;
    return {
      figures: { heapBytesPerSession },
      runs: [{ sessions: SESSIONS, enteringMs, before: { ...before }, after: { ...after } }],
    };
  },
};
