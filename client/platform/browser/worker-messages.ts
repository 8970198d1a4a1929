import type { EngineCommand, EngineEvent } from '../../engine/engine-messages.ts';

/* What the page and the engine's worker tell each other. */

export type ToWorker =
  | { readonly type: 'command'; readonly command: EngineCommand }
  /** The line to the playback worklet: an empty buffer comes in, goes back with the next frame. */
  | { readonly type: 'playback'; readonly port: MessagePort }
  /** The line to a capture worklet, replacing the one before: 20 ms at this rate come in, the buffer goes back. */
  | { readonly type: 'capture'; readonly port: MessagePort; readonly sampleRateHz: number }
  /** The line to a plugin's worker: its frames go straight there. */
  | { readonly type: 'sandbox'; readonly sandboxId: number; readonly port: MessagePort }
  /** That worker has ended. */
  | { readonly type: 'sandbox.ended'; readonly sandboxId: number };

export type FromWorker =
  /** The engine runs and the codec is loaded. */
  | { readonly type: 'ready' }
  /** The codec could not be loaded. */
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'event'; readonly event: EngineEvent }
  /** A plugin's worker missed too many frames in a row. */
  | { readonly type: 'sandbox.stuck'; readonly sandboxId: number };
