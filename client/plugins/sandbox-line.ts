import type { FromSandbox, ToSandbox } from './sandbox-messages.ts';

/** The thread of one plugin, as it is seen from outside. */
export interface SandboxLine {
  /** Names it to the engine; never used again. */
  readonly id: number;
  post(message: ToSandbox): void;
  /** Ends the thread at once, whatever it does. Nothing is heard of it afterwards. */
  close(): void;
}

export interface SandboxEvents {
  /** Unchecked. */
  message(message: FromSandbox): void;
  /** The engine has missed too many of its frames in a row. */
  stuck(): void;
  /** The thread has ended by itself, or broke. Called once. */
  ended(reason: string): void;
}

/** Starts a thread with nothing in it yet. It never throws: what goes wrong is told by `ended`, after it has returned. */
export type OpenSandbox = (events: SandboxEvents) => SandboxLine;
