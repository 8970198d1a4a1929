/* The part of the AudioWorkletGlobalScope in use; TypeScript's DOM library has none of it. */

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  abstract process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean;
}

declare function registerProcessor(name: string, processor: new (options: never) => AudioWorkletProcessor): void;
