import { EditorPerson } from '../../e2e/editor/harness/editor-person.ts';
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

type Direction = 'stoiEditorToEditor' | 'stoiEditorToNative' | 'stoiNativeToEditor' | 'stoiNativeToOtherEditor';

interface Heard {
  readonly run: number;
  readonly direction: Direction;
  readonly stoi: number;
  readonly estoi: number;
}

/** Speech through devices and the whole system: between two editors, and between an editor and a native client. */
export const editorUnderstanding: BenchPart = {
  name: 'stoi',
  async measure(log) {
    using wavs = new WavFolder();
    await using server = await TestServer.start();
    await using ada = await EditorPerson.open('Ada');
    await using ben = await EditorPerson.open('Ben');
    for (const person of [ada, ben]) {
      await person.voice.addServer(server.url);
      await person.voice.join('Lobby');
    }
    const runs: Heard[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const judge = (direction: Direction, voice: VoiceName, recording: Float32Array): void => {
        const { stoi, estoi } = understood(spokenOnce(voice), recording);
        if (stoi < HEARD_STOI) throw new Error(`run ${run}, ${direction}: not heard (STOI ${stoi})`);
        runs.push({ run, direction, stoi, estoi });
      };
      {
        await using dora = new Talker({ ...at(server), nickname: 'Dora', record: wavs.path('dora') });
        await dora.connected();
        await using _anna = ada.speaks('anna');
        const { samples } = await ben.take(roundSeconds('anna'));
        await dora.stop();
        judge('stoiEditorToEditor', 'anna', samples);
        judge('stoiEditorToNative', 'anna', wavs.read('dora'));
      }
      {
        await using cleo = new Talker({ ...at(server), nickname: 'Cleo', play: wavs.voice('clara'), args: ['--loop'] });
        await cleo.connected();
        const [atAda, atBen] = await Promise.all([ada, ben].map((person) => person.take(roundSeconds('clara'))));
        if (atAda === undefined || atBen === undefined) throw new Error('two takes were made');
        judge('stoiNativeToEditor', 'clara', atAda.samples);
        judge('stoiNativeToOtherEditor', 'clara', atBen.samples);
      }
      log(
        `run ${run} of ${RUNS}: ${runs
          .slice(-4)
          .map(({ stoi }) => stoi.toFixed(3))
          .join(', ')}`,
      );
    }
    const directions = [...new Set(runs.map(({ direction }) => direction))].map((direction): [Direction, number] => [
      direction,
      median(runs.filter((heard) => heard.direction === direction).map(({ stoi }) => stoi)),
    ]);
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

function at(server: TestServer): { server: string; channel: string } {
  return { server: server.url, channel: 'Lobby' };
}

/** Two rounds of a looped voice: every utterance is whole in it, wherever it begins. */
function roundSeconds(voice: VoiceName): number {
  return secondsOf(spokenOnce(voice)) * 2;
}
