import { spawn } from 'node:child_process';
import { ToolError } from './tool-io.ts';

/** What to say where a program is not there. */
export interface Wanted {
  /** Where it is not known by the name of its file. */
  readonly name?: string;
  readonly what: string;
  /** How it is installed, by `process.platform`. */
  readonly install: Readonly<Record<'linux' | 'darwin' | 'win32', string>>;
}

/**
 * Runs a program to its end.
 * @throws ToolError if it is not there, with how to install it; if it fails, with all that it wrote
 */
export function runProgram(program: string, args: readonly string[], cwd: string, wanted: Wanted): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const written: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => written.push(part));
    child.stderr.on('data', (part: Buffer) => written.push(part));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT' ? missing(program, wanted) : new ToolError(`${program} could not be started.`, error),
      ),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else
        reject(
          new ToolError(
            `${wanted.name ?? program} failed (${signal ?? code}):\n${Buffer.concat(written).toString('utf8').trim()}`,
          ),
        );
    });
  });
}

/** @param wanted says for each system how it is installed */
export function missing(program: string, { what, install }: Wanted): ToolError {
  const { linux, darwin, win32 } = install;
  return new ToolError(
    `${what} is needed, and there is no ${program} here. On Debian or Ubuntu: ${linux}. On macOS: ${darwin}. On Windows: ${win32}.`,
  );
}
