import { BrowserPerson } from '../../e2e/harness/browser.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { Talker } from '../../e2e/harness/talker.ts';
import { secondsOf, spokenOnce, WavFolder } from '../../e2e/harness/wavs.ts';
import type { VoiceName } from '../../e2e/hearing/speech.ts';
import { understood } from '../../e2e/hearing/understood.ts';
import type { BenchPart } from '../report.ts';
import { median } from '../statistics.ts';

const RUNS = 3;
/** Below this nothing of the voice is in the recording, or not the whole of it: a run that went wrong, not a bad figure. */
const HEARD_STOI = 0.5;

const DIRECTIONS = {
  stoiPageToPage: 'page Ada to page Ben',
  stoiPageToPageBack: 'page Ben to page Ada',
  stoiPageToNative: 'page Ada to native',
  stoiOtherPageToNative: 'page Ben to native',
  stoiNativeToPage: 'native to page Ada',
  stoiNativeToOtherPage: 'native to page Ben',
  stoiNativeToNative: 'native to native',
} as const;

type Direction = keyof typeof DIRECTIONS;

interface Heard {
  readonly run: number;
  readonly direction: Direction;
  readonly stoi: number;
  readonly estoi: number;
}

/** Speech through the whole system, each way between two pages and native clients, each speaker in their turn. */
export const understanding: BenchPart = {
  name: 'stoi',
  async measure(log) {
    using wavs = new WavFolder();
    await using server = await TestServer.start();
    await using ada = await BrowserPerson.open('Ada', wavs.voice('anna'));
    await using ben = await BrowserPerson.open('Ben', wavs.voice('bruno'));
    for (const person of [ada, ben]) {
      await person.join(server.url, 'Lobby');
      await person.mute();
    }
    const runs: Heard[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const judge = (direction: Direction, voice: VoiceName, recording: Float32Array): void => {
        const { stoi, estoi } = understood(spokenOnce(voice), recording);
        if (stoi < HEARD_STOI) throw new Error(`run ${run}, ${DIRECTIONS[direction]}: not heard (STOI ${stoi})`);
        runs.push({ run, direction, stoi, estoi });
      };
      await heardInTerminal(server, wavs, async () => {
        await ada.unmute();
        judge('stoiPageToPage', 'anna', await ben.record(roundSeconds('anna')));
        await ada.mute();
      }).then((recording) => judge('stoiPageToNative', 'anna', recording));
      await heardInTerminal(server, wavs, async () => {
        await ben.unmute();
        judge('stoiPageToPageBack', 'bruno', await ada.record(roundSeconds('bruno')));
        await ben.mute();
      }).then((recording) => judge('stoiOtherPageToNative', 'bruno', recording));
      await heardInTerminal(server, wavs, async () => {
        await using cleo = new Talker({ ...at(server), nickname: 'Cleo', play: wavs.voice('clara'), args: ['--loop'] });
        await cleo.connected();
        const seconds = roundSeconds('clara');
        const [atAda, atBen] = await Promise.all([ada.record(seconds), ben.record(seconds)]);
        judge('stoiNativeToPage', 'clara', atAda);
        judge('stoiNativeToOtherPage', 'clara', atBen);
      }).then((recording) => judge('stoiNativeToNative', 'clara', recording));
      log(`run ${run} of ${RUNS}`);
    }
    const stoiOf = (direction: Direction): number =>
      median(runs.filter((heard) => heard.direction === direction).map(({ stoi }) => stoi));
    const directions = (Object.keys(DIRECTIONS) as Direction[]).map(
      (direction) => [direction, stoiOf(direction)] as const,
    );
    return {
      figures: {
        stoiMin: Math.min(...directions.map(([, stoi]) => stoi)),
        stoiWorstRun: Math.min(...runs.map(({ stoi }) => stoi)),
        ...Object.fromEntries(directions),
      },
      runs: runs.map((heard) => ({ ...heard })),
    };
  },
};

/** What a native client in the room hears while something happens. */
async function heardInTerminal(
  server: TestServer,
  wavs: WavFolder,
  happening: () => Promise<void>,
): Promise<Float32Array> {
  await using listener = new Talker({ ...at(server), nickname: 'Dora', record: wavs.path('dora') });
  await listener.connected();
  await happening();
  await listener.stop();
  return wavs.read('dora');
}

function at(server: TestServer): { server: string; channel: string } {
  return { server: server.url, channel: 'Lobby' };
}

/** Two rounds of a looped voice: every utterance is whole in it, wherever it begins. */
function roundSeconds(voice: VoiceName): number {
  return secondsOf(spokenOnce(voice)) * 2;
}
