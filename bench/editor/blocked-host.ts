import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { EditorPerson } from '../../e2e/editor/harness/editor-person.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { MICROPHONE } from '../../e2e/harness/sound-card.ts';
import { Talker } from '../../e2e/harness/talker.ts';
import { WavFolder } from '../../e2e/harness/wavs.ts';
import { dbfsToAmplitude, SAMPLE_RATE_HZ } from '../../client/audio/frame.ts';
import { writeWav } from '../../client/audio/wav.ts';
import type { BenchPart, Run } from '../report.ts';
import { tone, toneGlitches, type Glitch } from './tone-glitches.ts';

const HELD_UP_MS = 500;
const EVERY_MS = 5_000;
/** As long as the hold-ups last, at most: what the machine does to sound by itself. */
const CONTROL_MINUTES = 2;
const AMPLITUDE = dbfsToAmplitude(-17);
/** Joining, and the first frames: not what is looked for here. */
const SETTLE_S = 5;
/** Whoever speaks is not to be what breaks off. */
const PLAYER_BUFFER_MS = 500;
/** What is wrong at the microphone is heard, and what is wrong with the machine is wrong everywhere, about that long. */
const TOGETHER_S = 0.5;
/** Over and over; whole periods. */
const TONE_S = 10;

interface Call {
  readonly heldUpAtMs: readonly number[];
  /** By who heard them; without those of the devices. */
  readonly glitches: Readonly<Record<'editor' | 'native', readonly Glitch[]>>;
  /** What was wrong in what the microphone got to hear: the made devices were held up, and everything around them. */
  readonly ofDevices: readonly Glitch[];
  /** How far the native client fell behind the clock, which is a glitch of its own. */
  readonly nativeStalledMs: number;
}

/**
 * A call between an editor and a native client, in which the editor's extensions are held up for half a second every five: each says
 * a steady tone, and what is wrong in it at the other's loudspeaker is counted. Before it a call without that, for what the machine
 * does to sound by itself.
 */
export const blockedHost = (minutes: number): BenchPart => ({
  name: 'blocked',
  async measure(log) {
    using wavs = new WavFolder();
    await writeFile(wavs.path('tone'), writeWav(tone(TONE_S, AMPLITUDE), 'int16'));
    await using server = await TestServer.start();
    await using ada = await EditorPerson.open('Ada');
    await ada.voice.addServer(server.url);
    await ada.voice.join('Lobby');
    const measure = async (name: string, callMinutes: number, heldUp: boolean): Promise<Call> => {
      const call = await talk(ada, server, wavs, callMinutes * 60, heldUp);
      const { editor, native } = call.glitches;
      log(
        `${name}, ${callMinutes} minutes: ${editor.length} glitches at the editor, ${native.length} at the native client`,
      );
      return call;
    };
    const controlMinutes = Math.min(CONTROL_MINUTES, minutes);
    const control = await measure('undisturbed', controlMinutes, false);
    const blocked = await measure('held up', minutes, true);
    return {
      figures: {
        glitchesPer10Min: per10Minutes(blocked, minutes),
        glitchesPer10MinUndisturbed: per10Minutes(control, controlMinutes),
        deviceGlitchesPer10Min: (blocked.ofDevices.length * 10) / minutes,
      },
      runs: [runOf('undisturbed', control), runOf('held up', blocked)],
    };
  },
});

async function talk(
  ada: EditorPerson,
  server: TestServer,
  wavs: WavFolder,
  seconds: number,
  heldUp: boolean,
): Promise<Call> {
  const play = wavs.path('tone');
  const at = { server: server.url, channel: 'Lobby', nickname: 'Ben', play, record: wavs.path('ben') };
  await using ben = new Talker({ ...at, args: ['--loop'] });
  await ben.connected();
  const saying = ada.card.play(tone(seconds + 3 * SETTLE_S, AMPLITUDE), MICROPHONE, PLAYER_BUFFER_MS);
  await sleep(SETTLE_S * 1_000);
  const told = ben.lines.length;
  // Before the call: to look through all processes takes time that sound would miss.
  const hosts = heldUp ? await ada.extensionHosts() : [];
  const [heard, said] = [await ada.card.record(), await ada.card.recordMicrophone()];
  const startedAtMs = performance.now();
  const heldUpAtMs: number[] = [];
  while (performance.now() - startedAtMs < seconds * 1_000) {
    await sleep(EVERY_MS - HELD_UP_MS);
    if (heldUp) heldUpAtMs.push(performance.now() - startedAtMs);
    for (const pid of hosts) process.kill(pid, 'SIGSTOP');
    await sleep(HELD_UP_MS);
    for (const pid of hosts) process.kill(pid, 'SIGCONT');
  }
  await Promise.all([heard.stop(), said.stop()]);
  const atAda = heard.samples;
  const ofDevices = toneGlitches(said.samples);
  const ofOurs = (samples: Float32Array): Glitch[] =>
    toneGlitches(samples).filter((glitch) => !ofDevices.some((other) => areTogether(glitch, other)));
  await ben.stop();
  ada.card.hush();
  await saying;
  return {
    heldUpAtMs,
    // Its recording began before: what it ends with is what was heard meanwhile.
    glitches: { editor: ofOurs(atAda), native: ofOurs(wavs.read('ben').subarray(-atAda.length)) },
    ofDevices,
    nativeStalledMs: ben.lines
      .slice(told)
      .reduce((sum, { type, ms }) => (type === 'stalled' ? sum + Number(ms) : sum), 0),
  };
}

function areTogether(a: Glitch, b: Glitch): boolean {
  const reach = TOGETHER_S * SAMPLE_RATE_HZ;
  return a.atSamples < b.atSamples + b.lengthSamples + reach && b.atSamples < a.atSamples + a.lengthSamples + reach;
}

function per10Minutes({ glitches }: Call, minutes: number): number {
  return ((glitches.editor.length + glitches.native.length) * 10) / minutes;
}

/** In ms from the beginning of the recordings, which is that of the hold-ups. */
function runOf(call: string, { heldUpAtMs, glitches, ofDevices, nativeStalledMs }: Call): Run {
  const timed = (list: readonly Glitch[]): { atMs: number; lengthMs: number }[] =>
    list.map(({ atSamples, lengthSamples }) => ({ atMs: msOf(atSamples), lengthMs: msOf(lengthSamples) }));
  return {
    call,
    heldUpAtMs: heldUpAtMs.map(Math.round),
    nativeStalledMs,
    editor: timed(glitches.editor),
    native: timed(glitches.native),
    ofDevices: timed(ofDevices),
  };
}

function msOf(samples: number): number {
  return (samples * 1_000) / SAMPLE_RATE_HZ;
}
