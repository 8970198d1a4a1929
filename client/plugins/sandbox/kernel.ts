import { MAX_PLUGIN_ALLOC_BLOCKS, MAX_PLUGIN_ALLOC_BYTES, MAX_PLUGIN_ALLOC_TOTAL_BYTES } from '@switchboard/protocol';
import type { SandboxFault } from '../sandbox-messages.ts';
import { KERNEL_WASM } from './kernel-wasm.ts';

/** Where the input of a call begins, in the kernel's memory. */
export const INPUT_AT = 8_192;
export const MAX_INPUT_BYTES = 2 * 1024 ** 2;

const HANDLE_SHIFT = 48n;
const KIBIBYTE = 1_024;

/** What kernel.wat exports for its host. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly fault: WebAssembly.Global;
  readonly output_length: WebAssembly.Global;
  readonly speaker_number: WebAssembly.Global;
  readonly log_level: WebAssembly.Global;
  begin(inputLength: number): void;
  output_at(): number;
  error_block(): number;
  stop(): never;
  block_at(block: number): number;
  block_size(block: number): number;
  block_free(block: number): void;
  block_new(size: number): number;
  error_set(handle: bigint): void;
}

/** By the value of `$fault` in kernel.wat. */
const FAULTS: Readonly<Record<number, SandboxFault>> = {
  1: { kind: 'quota', reason: `It asked for more than ${MAX_PLUGIN_ALLOC_BYTES / KIBIBYTE} KiB in one piece.` },
  2: { kind: 'quota', reason: `It asked for more than ${MAX_PLUGIN_ALLOC_TOTAL_BYTES / KIBIBYTE} KiB in one call.` },
  3: { kind: 'quota', reason: `It asked for more than ${MAX_PLUGIN_ALLOC_BLOCKS} blocks of memory in one call.` },
  4: { kind: 'trapped', reason: 'It read or wrote outside of a block of memory.' },
  5: { kind: 'trapped', reason: 'It answered with memory that it does not have.' },
};

/** The memory between one plugin and its host, from the host's side. A block's number is never 0. */
export class Kernel {
  /** All of its memory; it never moves. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What a plugin is linked to, among the rest. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly #exports: KernelExports;

  constructor() {
    const wasm = Uint8Array.from(atob(KERNEL_WASM), (character) => character.charCodeAt(0));
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(wasm), {}).exports;
    this.#exports = this.exports as unknown as KernelExports;
    this.bytes = new Uint8Array(this.#exports.memory.buffer);
  }

  /** Begins a call with the input that is, or will be, at `INPUT_AT`. Whatever was there of the last one is no more. */
  begin(inputLength: number): void {
    this.#exports.begin(inputLength);
  }

  /** Why the call was stopped; undefined if not by the kernel. */
  get fault(): SandboxFault | undefined {
    return FAULTS[this.#exports.fault.value];
  }

  set speaker(speaker: number) {
    this.#exports.speaker_number.value = speaker;
  }

  set logLevel(level: number) {
    this.#exports.log_level.value = level;
  }

  /** Where the output begins; 0 for none. */
  get outputAt(): number {
    return this.#exports.output_at();
  }

  get outputLength(): number {
    return this.#exports.output_length.value;
  }

  /** The block with the error that the plugin has set. */
  get errorBlock(): number | undefined {
    const block = this.#exports.error_block();
    return this.#exports.block_at(block) === 0 ? undefined : block;
  }

  /** Ends the plugin's call from within a host function, in a way that a plugin cannot catch. */
  stop(): never {
    return this.#exports.stop();
  }

  /** The block that a plugin names; undefined where there is none. */
  blockOf(handle: bigint): number | undefined {
    const block = Number(BigInt.asUintN(16, handle >> HANDLE_SHIFT));
    return this.#exports.block_at(block) === 0 ? undefined : block;
  }

  /** A block's bytes as they are now: to be copied before the plugin goes on. */
  view(block: number): Uint8Array<ArrayBuffer> {
    const at = this.#exports.block_at(block);
    return this.bytes.subarray(at, at + this.#exports.block_size(block));
  }

  free(block: number): void {
    this.#exports.block_free(block);
  }

  /**
   * Puts bytes into a new block, which counts as if the plugin had asked for it.
   * @returns its handle
   */
  store(bytes: Uint8Array): bigint {
    const block = this.#exports.block_new(bytes.length);
    this.bytes.set(bytes, this.#exports.block_at(block));
    return BigInt(block) << HANDLE_SHIFT;
  }

  setError(text: Uint8Array): void {
    this.#exports.error_set(this.store(text));
  }
}
