import { FRAME_SAMPLES, type EventHook, type PluginConfig, type PluginTarget } from '@switchboard/protocol';
import type { FrameQuestion, FromSandbox, SpentQuotas, StoredValues } from '../../sandbox-messages.ts';
import type { TestPlugin } from '../../testing/wat.ts';
import { Sandbox } from '../sandbox.ts';

export interface Start {
  readonly target?: PluginTarget;
  readonly config?: PluginConfig;
  readonly storage?: StoredValues;
  readonly spent?: SpentQuotas;
}

/** A sandbox without its thread, with all that it says. */
export class SandboxFixture {
  readonly said: FromSandbox[] = [];
  /** Of its clock, in ms. */
  nowMs = 0;
  readonly sut = new Sandbox({ post: (message) => this.said.push(message), nowMs: () => this.nowMs });
  #calls = 0;
  #frames = 0;

  start({ manifest, wasm }: TestPlugin, { target = 'client', config = {}, storage = {}, spent }: Start = {}): this {
    this.sut.receive({ type: 'start', wasm, manifest, target, config, storage, spent });
    return this;
  }

  /** What there is to hear of one call: of the answer without its cost. */
  call(input = '', hook: EventHook = 'on_command'): readonly unknown[] {
    return this.messagesOf(input, hook).map((message) => {
      if (message.type === 'result') return { output: message.output };
      return message.type === 'fault' ? message.fault : message;
    });
  }

  /** The same, to the letter. */
  messagesOf(input: string, hook: EventHook = 'on_command'): readonly FromSandbox[] {
    const from = this.said.length;
    this.sut.receive({ type: 'call', id: ++this.#calls, hook, input });
    return this.said.slice(from);
  }

  /** What becomes of a frame in which each sample is `level`. */
  frame(
    level = 0.5,
    { hook = 'on_audio_frame_captured', speaker = 0 }: Partial<Pick<FrameQuestion, 'hook' | 'speaker'>> = {},
  ): { readonly samples: readonly number[]; readonly failed: boolean } {
    const samples = new Float32Array(FRAME_SAMPLES).fill(level);
    const answer = this.sut.frame({ sequence: ++this.#frames, hook, speaker, samples });
    return { samples: Array.from(answer.samples), failed: answer.failed };
  }
}
