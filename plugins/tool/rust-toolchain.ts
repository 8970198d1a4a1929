import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPrograms } from './find-program.ts';

export const RUST_TARGET = 'wasm32-unknown-unknown';

const run = promisify(execFile);

/** A Rust compiler that has the target installed: often not the first, where there are one of the system and one of rustup. */
export async function rustWithTarget(): Promise<string | undefined> {
  for (const rustc of [process.env.RUSTC ?? [], findPrograms('rustc')].flat()) {
    if (await hasTarget(rustc)) return rustc;
  }
  return undefined;
}

/** The one that was made for this compiler, if it is there: an older compiler does not understand a newer Cargo. */
export function cargoFor(rustc: string): string {
  const beside = join(dirname(rustc), process.platform === 'win32' ? 'cargo.exe' : 'cargo');
  return existsSync(beside) ? beside : 'cargo';
}

async function hasTarget(rustc: string): Promise<boolean> {
  try {
    const { stdout } = await run(rustc, ['--print', 'sysroot']);
    return existsSync(join(stdout.trim(), 'lib/rustlib', RUST_TARGET));
  } catch {
    // rustup's stand-in for a compiler that is not installed.
    return false;
  }
}
