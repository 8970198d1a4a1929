import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { runProgram } from './run-program.ts';
import type { TargetName } from './targets.ts';

const VSCE = fileURLToPath(import.meta.resolve('@vscode/vsce/vsce'));

/**
 * Packs a folder as an extension for one target; everything in the folder goes in.
 * @param hasRepository whether the manifest names one, from which vsce makes addresses for what the README names
 * @throws Error with what vsce found wrong
 */
export async function makeVsix(
  folder: string,
  target: TargetName,
  file: string,
  hasRepository: boolean,
): Promise<void> {
  await rm(file, { force: true });
  const args = ['package', '--target', target, '--out', file, '--no-dependencies', '--no-git-tag-version'];
  if (!hasRepository) args.push('--allow-missing-repository', '--no-rewrite-relative-links');
  await runProgram(process.execPath, [VSCE, ...args], { cwd: folder });
}
