/** What a command of the tool has of the world around it. */
export interface ToolIo {
  /** A line for whoever reads. */
  say(line: string): void;
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Since 1970. */
  nowMs(): number;
  /** Aborts when the person wants it to end. */
  readonly ended: AbortSignal;
}

export interface ToolCommand {
  readonly name: string;
  /** For the list of all. */
  readonly summary: string;
  /** For `--help`. */
  readonly help: string;
  /**
   * @returns the exit code
   * @throws UsageError, ToolError, SwitchboardError
   */
  run(args: readonly string[], io: ToolIo): Promise<number>;
}

/** The command line was not as it should be; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something could not be done; the message says why, for people. */
export class ToolError extends Error {
  override readonly name = 'ToolError';

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
