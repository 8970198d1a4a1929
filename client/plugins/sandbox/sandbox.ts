import { FRAME_SAMPLES, MAX_PLUGIN_OUTPUT_BYTES } from '@switchboard/protocol';
import { sanitizeSamples } from '../../audio/frame.ts';
import type { FrameAnswer, FrameQuestion, FromSandbox, SandboxFault, ToSandbox } from '../sandbox-messages.ts';
import { INPUT_AT, MAX_INPUT_BYTES } from './kernel.ts';
import { checkModule } from './module-check.ts';
import { PluginCode } from './plugin-code.ts';

const FRAME_BYTES = FRAME_SAMPLES * Float32Array.BYTES_PER_ELEMENT;
const US_PER_MS = 1_000;

const NOT_STARTED: SandboxFault = { kind: 'trapped', reason: 'It does not run.' };
const INPUT_TOO_LARGE: SandboxFault = {
  kind: 'quota',
  reason: `What it was to be told has more than ${MAX_INPUT_BYTES / 1024} KiB.`,
};
const OUTPUT_TOO_LARGE: SandboxFault = {
  kind: 'output',
  reason: `It answered with more than ${MAX_PLUGIN_OUTPUT_BYTES / 1024} KiB.`,
};
const OUTPUT_NO_TEXT: SandboxFault = { kind: 'output', reason: 'It answered with what is no text in UTF-8.' };
const OUTPUT_NO_FRAME: SandboxFault = {
  kind: 'output',
  reason: `It answered a frame with something else than ${FRAME_SAMPLES} samples.`,
};

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface SandboxParts {
  /** Speaks to the host. What is in `transfer` is not used here again. */
  readonly post: (message: FromSandbox, transfer?: readonly ArrayBuffer[]) => void;
  /** Monotonic, in ms, with fractions. */
  readonly nowMs: () => number;
}

/**
 * The inside of a plugin's thread. It runs one plugin, once: after a trap nothing of it is called again, and a new thread is what helps. Nothing here
 * ends a plugin that does not return: that is for who opened the thread.
 */
export class Sandbox {
  readonly #post: SandboxParts['post'];
  readonly #nowMs: () => number;
  #code: PluginCode | undefined;
  /** Where a frame is put for the plugin, and where it is read from. */
  #frame = new Float32Array(0);
  #hasBegun = false;
  /** Of the frame before: a plugin that fails with each frame says so once. */
  #frameFault = '';
  /** One for all frames. */
  readonly #answer = { sequence: 0, samples: new Float32Array(0), costUs: 0, failed: false };

  constructor({ post, nowMs }: SandboxParts) {
    this.#post = post;
    this.#nowMs = nowMs;
  }

  /** What the host says. Never throws; what there is to say about it has been posted when it returns. */
  receive(message: ToSandbox): void {
    switch (message.type) {
      case 'start':
        this.#start(message);
        return;
      case 'call':
        this.#call(message);
        return;
      case 'config':
        if (this.#code !== undefined) this.#code.host.config = message.config;
        return;
      case 'members':
        if (this.#code !== undefined) this.#code.host.members = message.members;
        return;
    }
  }

  /** Frames in this lead to nothing outside of the plugin; but one that traps has failed. */
  rehearse(frames: () => void): void {
    this.#code?.host.rehearse(frames);
    // What was wrong with them is told where it comes again.
    this.#frameFault = '';
  }

  /**
   * Has the plugin change a frame. Never throws, and allocates nothing as long as all goes well.
   * @returns always the same object, with the samples that it was given
   */
  frame({ sequence, hook, speaker, samples }: FrameQuestion): FrameAnswer {
    const answer = this.#answer;
    const code = this.#code;
    answer.sequence = sequence;
    answer.samples = samples;
    answer.costUs = 0;
    answer.failed = code === undefined || code.isBroken || samples.length !== FRAME_SAMPLES;
    if (code === undefined || answer.failed || !code.has(hook)) return answer;
    const sinceMs = this.#nowMs();
    this.#frame.set(samples);
    code.kernel.speaker = speaker;
    const fault = code.call(hook, FRAME_BYTES) ?? this.#takeFrame(code, samples);
    answer.costUs = this.#usSince(sinceMs);
    if (fault === undefined) return answer;
    answer.failed = true;
    this.#tellFrameFault(code, fault);
    return answer;
  }

  #start({ wasm, manifest, target, config, storage, spent }: Extract<ToSandbox, { type: 'start' }>): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const checked = checkModule(wasm, manifest);
    if (!checked.ok) {
      this.#post({ type: 'failed', fault: checked.fault });
      return;
    }
    const code = new PluginCode({ manifest, target, config, storage, spent, post: this.#post, nowMs: this.#nowMs });
    const fault = code.start(checked.wasm);
    if (fault !== undefined) {
      this.#post({ type: 'failed', fault });
      return;
    }
    this.#frame = new Float32Array(code.kernel.bytes.buffer, INPUT_AT, FRAME_SAMPLES);
    this.#code = code;
    this.#post({ type: 'started' });
  }

  #call({ id, hook, input }: Extract<ToSandbox, { type: 'call' }>): void {
    const code = this.#code;
    if (code === undefined) {
      this.#post({ type: 'fault', id, fault: NOT_STARTED });
      return;
    }
    if (!code.has(hook)) {
      this.#post({ type: 'result', id, output: '', costUs: 0 });
      return;
    }
    const sinceMs = this.#nowMs();
    const { read, written } = encoder.encodeInto(
      input,
      code.kernel.bytes.subarray(INPUT_AT, INPUT_AT + MAX_INPUT_BYTES),
    );
    code.kernel.speaker = 0;
    const fault = read < input.length ? INPUT_TOO_LARGE : code.call(hook, written);
    const output = fault ?? takeText(code);
    if (typeof output === 'string') {
      this.#post({ type: 'result', id, output, costUs: this.#usSince(sinceMs) });
    } else {
      this.#post({ type: 'fault', id, fault: output });
    }
  }

  /** @returns why the samples are as they were, where they should not be */
  #takeFrame({ kernel }: PluginCode, samples: Float32Array): SandboxFault | undefined {
    const at = kernel.outputAt;
    if (at === 0 || kernel.outputLength === 0) return undefined;
    if (kernel.outputLength !== FRAME_BYTES) return OUTPUT_NO_FRAME;
    // It may be anywhere; moved to where the input was, it can be read as samples without a view of its own.
    if (at !== INPUT_AT) kernel.bytes.copyWithin(INPUT_AT, at, at + FRAME_BYTES);
    samples.set(this.#frame);
    sanitizeSamples(samples);
    return undefined;
  }

  #tellFrameFault(code: PluginCode, fault: SandboxFault): void {
    if (code.isBroken) this.#post({ type: 'failed', fault });
    else if (fault.reason !== this.#frameFault) code.host.log('error', fault.reason);
    this.#frameFault = fault.reason;
  }

  #usSince(sinceMs: number): number {
    return Math.max(0, this.#nowMs() - sinceMs) * US_PER_MS;
  }
}

/** What a hook that is told an event has answered. */
function takeText({ kernel }: PluginCode): string | SandboxFault {
  const at = kernel.outputAt;
  const length = kernel.outputLength;
  if (at === 0) return '';
  if (length > MAX_PLUGIN_OUTPUT_BYTES) return OUTPUT_TOO_LARGE;
  try {
    return strict.decode(kernel.bytes.subarray(at, at + length));
  } catch (error) {
    if (error instanceof TypeError) return OUTPUT_NO_TEXT;
    throw error;
  }
}
