import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VoiceClient, type Platform } from '@switchboard/client';
import { nodeClock } from '@switchboard/client/headless';
import { createNodePlatform } from '@switchboard/client/node';
import { EditorPerson } from '../../e2e/editor/harness/editor-person.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { ForkedEngines } from '../../extension/engine/forked-engines.ts';
import { cpuTimeUs, residentBytes } from '../relay/process-figures.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';
import { breath } from '../talk/clicks.ts';
import { NativePerson } from '../talk/native-person.ts';

const RUNS = 3;
const SETTLE_S = 5;
const MEASURE_S = 20;
const SPEECH_DBFS = -20;
const OTHERS = ['Ben', 'Cleo', 'Dora'];
const MIB = 1024 ** 2;

/** The engine's process in a call of four, all of whom speak all the time: without devices, and at an editor with them. */
export const engineCost: BenchPart = {
  name: 'engine',
  async measure(log) {
    await using server = await TestServer.start();
    const runs: Run[] = [];
    const measure = async (devices: 'none' | 'real', pid: number): Promise<void> => {
      await using others = new AsyncDisposableStack();
      for (const nickname of OTHERS) {
        const person = others.use(await NativePerson.join(server.url, nickname, OTHERS.indexOf(nickname) * 6));
        void person.say(breath(SETTLE_S + RUNS * (MEASURE_S + 1), SPEECH_DBFS));
      }
      await sleep(SETTLE_S * 1_000);
      for (let run = 1; run <= RUNS; run++) {
        const [beforeUs, beforeMs] = [cpuTimeUs(pid), performance.now()];
        await sleep(MEASURE_S * 1_000);
        const corePct = (100 * (cpuTimeUs(pid) - beforeUs)) / 1_000 / (performance.now() - beforeMs);
        const rssMb = residentBytes(pid) / MIB;
        runs.push({ devices, run, corePct, rssMb });
        log(`devices: ${devices}, run ${run} of ${RUNS}: ${corePct.toFixed(1)} % of a core, ${rssMb.toFixed(0)} MiB`);
      }
    };
    await withoutDevices(server, (pid) => measure('none', pid));
    await atEditor(server, (pid) => measure('real', pid));
    const medianOf = (devices: string, name: string): number =>
      median(runs.filter((run) => run.devices === devices).map((run) => Number(run[name])));
    return {
      figures: {
        engineCorePct: medianOf('none', 'corePct'),
        engineWithDevicesCorePct: medianOf('real', 'corePct'),
        engineRssMb: medianOf('real', 'rssMb'),
        engineWithoutDevicesRssMb: medianOf('none', 'rssMb'),
      },
      runs,
    };
  },
};

async function withoutDevices(server: TestServer, measure: (pid: number) => Promise<void>): Promise<void> {
  let child: ChildProcess | undefined;
  const engines = new ForkedEngines({
    processPath: fileURLToPath(new URL('engine-without-devices.ts', import.meta.url)),
    clock: nodeClock,
    log: () => undefined,
    fork: (path) => {
      child = fork(path, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
      return child;
    },
  });
  const client = new VoiceClient({ server: server.url, platform: platformWith(engines) });
  try {
    await client.connect({ type: 'guest', nickname: 'Ada' });
    const lobby = client.state.channels.find(({ name }) => name === 'Lobby');
    if (lobby === undefined) throw new Error('The server has no Lobby');
    await client.join(lobby.id);
    if (child?.pid === undefined) throw new Error('The engine has no process');
    await measure(child.pid);
  } finally {
    await client.close();
  }
}

function platformWith(engines: ForkedEngines): Platform {
  const store = new Map<string, string>();
  const kept = {
    get: (key: string) => store.get(key),
    set: (key: string, value: string) => void store.set(key, value),
  };
  const unused = (): never => {
    throw new Error('The devices are in the process of the engine');
  };
  const audio = {
    start: unused,
    openMicrophone: unused,
    closeMicrophone: unused,
    useSpeaker: unused,
    devices: unused,
    close: unused,
  };
  return { ...createNodePlatform({ audio, store: kept }), startEngine: (events) => engines.start(events) };
}

async function atEditor(server: TestServer, measure: (pid: number) => Promise<void>): Promise<void> {
  await using ada = await EditorPerson.open('Ada');
  await ada.voice.addServer(server.url);
  await ada.voice.join('Lobby');
  const saying = ada.card.play(breath(SETTLE_S * 3 + RUNS * (MEASURE_S + 2), SPEECH_DBFS));
  const [pid, ...more] = await ada.engines();
  if (pid === undefined || more.length > 0) throw new Error('There is not one engine');
  await measure(pid);
  ada.card.hush();
  await saying;
}
