import type { Bundled } from './bundles.ts';

/** More than this is not "registers commands and loads the rest later". */
export const START_MAX_BYTES = 30 * 1024;

/** What the bundle that every start of the editor loads may not be: large, or more than our own code and the editor's API. */
export function startFaults({ name, bytes, inputs, imports }: Bundled): string[] {
  if (name !== 'extension.cjs') return [];
  const foreign = inputs.filter((path) => path.startsWith('../'));
  const heavy = imports.filter((path) => path !== 'vscode' && path !== './voice.cjs' && !path.startsWith('node:'));
  return [
    ...(bytes > START_MAX_BYTES ? [`${name} has ${bytes} bytes, of which ${START_MAX_BYTES} are allowed`] : []),
    ...foreign.map((path) => `${name} holds ${path}: that belongs behind the first use`),
    ...heavy.map((path) => `${name} imports ${path}: that belongs behind the first use`),
  ];
}
