import type { ToSandbox } from '../../plugins/sandbox-messages.ts';

/** What a page tells a plugin's worker. It answers in `FromSandbox`. */
export type ToSandboxWorker =
  | ToSandbox
  /** The line for frames, from the engine's worker: `FrameQuestion` comes in, `FrameAnswer` goes back. */
  | { readonly type: 'frames'; readonly port: MessagePort };
