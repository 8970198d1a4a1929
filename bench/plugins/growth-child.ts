/** Forked with --expose-gc: calls a sandbox, the same as in a plugin's thread, and tells its parent what that left behind. */

import { Sandbox } from '../../client/plugins/sandbox/sandbox.ts';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import { toneFrame } from './paced-frames.ts';

interface Memory {
  /** Of objects in use, and buffers outside of the heap. */
  readonly heapBytes: number;
  readonly wasmBytes: number;
  readonly rssBytes: number;
}

export interface GrowthFigures {
  readonly calls: number;
  readonly before: Memory;
  readonly after: Memory;
}

const CALLS = 50_000;
const FIRST_CALLS = 10_000;

const memories: WebAssembly.Memory[] = [];

/** Every memory that a module is given or has. */
function watchMemories(): void {
  const { Instance, Memory } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
      const instance = new target(module, imports);
      for (const value of Object.values(instance.exports)) if (value instanceof Memory) memories.push(value);
      return instance;
    },
  });
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      const memory = new target(descriptor);
      memories.push(memory);
      return memory;
    },
  });
}

async function memoryNow(): Promise<Memory> {
  if (globalThis.gc === undefined) throw new Error('This was started without --expose-gc');
  // What the first finds to be finalised, the second gives back.
  await globalThis.gc({ type: 'major', execution: 'async' });
  await globalThis.gc({ type: 'major', execution: 'async' });
  const { heapUsed, external, rss } = process.memoryUsage();
  const wasmBytes = [...new Set(memories)].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  return { heapBytes: heapUsed + external, wasmBytes, rssBytes: rss };
}

watchMemories();
const { manifest, wasm } = await gain();
let answers = 0;
let faults = 0;
const sandbox = new Sandbox({
  post: ({ type }) => {
    if (type === 'result') answers++;
    else if (type !== 'loaded' && type !== 'started') faults++;
  },
  nowMs: () => performance.now(),
});
sandbox.receive({ type: 'start', wasm, manifest, target: 'client', config: {}, storage: {} });

let calls = 0;
const samples = toneFrame(0);
function call(times: number): void {
  for (let i = 0; i < times; i++) {
    sandbox.receive({
      type: 'call',
      id: calls++,
      hook: 'on_command',
      input: '{"v":1,"name":"test","args":"some words"}',
    });
    if (sandbox.frame({ sequence: i, hook: 'on_audio_frame_captured', speaker: 0, samples }).failed) faults++;
  }
}

call(FIRST_CALLS);
const before = await memoryNow();
call(CALLS);
const after = await memoryNow();
if (answers !== calls || faults > 0) throw new Error(`${answers} of ${calls} answers, ${faults} faults`);
process.send?.({ calls: CALLS, before, after } satisfies GrowthFigures);
