import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** All programs of this name, in the order of `PATH`. */
export function findPrograms(program: string): readonly string[] {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path));
}

export function findProgram(program: string): string | undefined {
  return findPrograms(program)[0];
}
