import { readWav, writeWav } from '@switchboard/client/headless';
import { AUDIO_HOOKS, pluginTarget, type AudioHook, type PluginTarget } from '@switchboard/protocol';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { readIfThere, readNeeded, readPluginFolder, WASM } from './plugin-folder.ts';
import { readRecording, type RecordedCall, type Recording } from './recorded-events.ts';
import { SandboxSession, type CallOutcome } from './sandbox-session.ts';
import { ToolError, UsageError, type ToolCommand, type ToolIo } from './tool-io.ts';
import { runWav } from './wav-run.ts';
import { writeWhole } from './write-file.ts';

const OPTIONS = {
  events: { type: 'string' },
  wav: { type: 'string' },
  out: { type: 'string' },
  hook: { type: 'string' },
  target: { type: 'string' },
} as const;
/** In the folder, used where none is named. */
const EVENTS = 'events.json';
const SOUND = 'test.wav';

const NOTHING_TO_DO = 'There was nothing to call it with: neither events nor a sound.';

interface AudioTest {
  readonly hook: AudioHook;
  readonly samples: Float32Array;
}

export const testCommand: ToolCommand = {
  name: 'test',
  summary: 'runs a plugin against recorded events and a WAV',
  help: `Runs the hooks of a plugin that was built, in the thread that it has everywhere, and says what each answered and
what it took.

  npm run plugin -- test [DIR] [--events FILE] [--wav FILE] [--out FILE] [--hook captured|received] [--target client|server]

  --events FILE    what it is told, and what it is to answer; events.json in the folder, if there is one
  --wav FILE       a sound to send through its audio hook; test.wav in the folder, if there is one
  --out FILE       WAV to write what comes out to
  --hook NAME      which of its audio hooks, if it has both: captured, unless told otherwise
  --target NAME    where it is to run, if it has both targets

events.json is {"target"?, "config"?, "storage"?, "members"?, "calls": [{"hook", "event", "expect"?, "acts"?}, …]}; its
schema is plugins/schema/events.schema.json. An answer that does not hold what is expected, or a hook that fails, makes the exit
code 1.`,

  async run(args, io) {
    const { values, positionals } = parsed(args, OPTIONS);
    const path = pathOf(io, onlyOne(positionals, 'one folder', '.'));
    const { manifest } = await readPluginFolder(path, io);
    const wasm = await readIfThere(join(path, WASM));
    if (wasm === undefined) throw new ToolError(`There is no ${WASM} in ${path}. npm run plugin -- build makes it.`);
    const events = values.events === undefined ? join(path, EVENTS) : pathOf(io, values.events);
    const bytes = values.events === undefined ? await readIfThere(events) : await readNeeded(events);
    const recording = readRecording(bytes, events, manifest, targetOf(values.target));
    const own = join(path, SOUND);
    const wav = values.wav === undefined ? (existsSync(own) ? own : undefined) : pathOf(io, values.wav);
    const hook = audioHookOf(manifest.hooks, values.hook);
    if (hook === undefined && values.wav !== undefined) throw new ToolError('The plugin has no such audio hook.');
    const audio =
      wav === undefined || hook === undefined ? undefined : { hook, samples: readWav(await readNeeded(wav)) };

    const startedMs = performance.now();
    const session = await SandboxSession.start(wasm, manifest, recording);
    try {
      io.say(
        `${manifest.name} ${manifest.version}, as ${recording.target}: up after ${ms(performance.now() - startedMs)}.`,
      );
      const failures = await runCalls(session, manifest.hooks, recording, io);
      if (recording.calls.length === 0 && audio === undefined) io.say(NOTHING_TO_DO);
      if (audio !== undefined) return (await runAudio(session, audio, values.out, io)) + failures === 0 ? 0 : 1;
      return failures === 0 ? 0 : 1;
    } finally {
      session.close();
    }
  },
};

function targetOf(given: string | undefined): PluginTarget | undefined {
  const target = pluginTarget.options.find((one) => one === given);
  if (given !== undefined && target === undefined) throw new UsageError('--target is client or server.');
  return target;
}

function audioHookOf(hooks: readonly string[], given: string | undefined): AudioHook | undefined {
  const wanted = AUDIO_HOOKS.filter((hook) => given === undefined || hook === `on_audio_frame_${given}`);
  if (wanted.length === 0) throw new UsageError('--hook is captured or received.');
  return wanted.find((hook) => hooks.includes(hook));
}

/** @returns how many were not as they should be */
async function runCalls(
  session: SandboxSession,
  hooks: readonly string[],
  { config, calls }: Recording,
  io: ToolIo,
): Promise<number> {
  let failures = 0;
  // Its host does so, too, before everything else.
  const first: RecordedCall = {
    hook: 'on_config',
    input: JSON.stringify({ v: 1, nowMs: 0, seed: 0, config }),
    expect: undefined,
    acts: undefined,
  };
  for (const call of hooks.includes('on_config') ? [first, ...calls] : calls) {
    const outcome = await session.call(call.hook, call.input);
    io.say(`  ${call.hook}  ${us(outcome.costUs)}  ${outcome.output === '' ? 'nothing' : (outcome.output ?? '')}`);
    sayTold(outcome.told, io);
    for (const fault of faultsOf(call, outcome)) {
      failures++;
      io.say(`    ✗ ${fault}`);
    }
  }
  if (calls.length > 0)
    io.say(failures === 0 ? `${calls.length} calls, all as they should be.` : `${failures} are wrong.`);
  return failures;
}

function sayTold(told: CallOutcome['told'], io: ToolIo): void {
  for (const one of told) {
    if (one.type === 'log') io.say(`    log ${one.level}: ${one.text}`);
    else if (one.type === 'act') io.say(`    ${JSON.stringify(shown(one.act))}`);
    else io.say(`    keeps ${one.key}: ${one.value === null ? 'nothing' : `${one.value.length} bytes`}`);
  }
}

function faultsOf({ expect, acts }: RecordedCall, outcome: CallOutcome): readonly string[] {
  if (outcome.fault !== undefined) return [`failed: ${outcome.fault.reason}`];
  const faults: string[] = [];
  const answer = answerOf(outcome.output ?? '');
  if (expect !== undefined && !holds(answer, expect)) faults.push(`expected ${JSON.stringify(expect)}`);
  const done = outcome.acts.map(shown);
  if (acts !== undefined && !(done.length === acts.length && acts.every((act, at) => holds(done[at], act)))) {
    faults.push(`expected it to do ${JSON.stringify(acts)}`);
  }
  return faults;
}

function answerOf(output: string): unknown {
  try {
    return output === '' ? null : (JSON.parse(output) as unknown);
  } catch {
    // Its host would not follow it either.
    return output;
  }
}

/** A clip is named by its length: its samples are too many to write down. */
function shown(act: CallOutcome['acts'][number]): unknown {
  return act.type === 'clip.play' ? { type: act.type, samples: act.samples.length } : act;
}

/** All that is expected is there, as it is expected; there may be more in objects. */
function holds(value: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return isDeepStrictEqual(value, expected);
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(expected)) return false;
  if (Array.isArray(expected) && expected.length !== (value as readonly unknown[]).length) return false;
  return Object.entries(expected).every(([name, part]) => holds((value as Record<string, unknown>)[name], part));
}

/** @returns how many frames the plugin failed at */
async function runAudio(
  session: SandboxSession,
  { hook, samples }: AudioTest,
  out: string | undefined,
  io: ToolIo,
): Promise<number> {
  const run = await runWav(session, hook, samples);
  sayTold(session.told.filter(({ type }) => type === 'log').slice(0, 5), io);
  io.say(
    `  ${hook}  ${run.frames} frames: median ${us(run.medianUs)}, p99 ${us(run.p99Us)}, longest ${us(run.maxUs)}; ` +
      `${run.late} late, ${run.failed} failed.`,
  );
  if (out !== undefined) {
    const path = pathOf(io, out);
    await writeWhole(path, writeWav(run.samples));
    io.say(`Wrote ${path}.`);
  }
  return run.failed;
}

function us(costUs: number): string {
  return `${costUs < 10 ? costUs.toFixed(1) : Math.round(costUs)} µs`;
}

function ms(tookMs: number): string {
  return `${tookMs.toFixed(0)} ms`;
}
