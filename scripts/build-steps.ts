import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint } from './fingerprint.ts';
import { exitCodeOf, ROOT, startNode, startTool, startWorkspaceScript } from './run.ts';

/** One thing that is built from sources, whole. */
interface BuildStep {
  readonly sources: readonly string[];
  /** What must exist for the step to count as done. */
  readonly outputs: readonly string[];
  /** Where the fingerprint of the sources is kept that the outputs were made of. */
  readonly stamp: string;
  readonly start: () => ChildProcess;
}

export type BuildStepName = 'server' | 'client' | 'page' | 'plugins' | 'extension';

const SHARED = ['package-lock.json', 'tsconfig.base.json'];

/** The editor's name for this machine. */
const TARGET = `${process.platform}-${process.arch}`;
const { version } = JSON.parse(readFileSync(join(ROOT, 'extension/package.json'), 'utf8')) as { version: string };

/** The packed extension of this machine, as `extension` builds it. */
export const EXTENSION_VSIX = `extension/dist/vsix/switchboard-voice-${TARGET}-${version}.vsix`;

const STEPS: Readonly<Record<BuildStepName, BuildStep>> = {
  server: {
    // Its bots are clients.
    sources: [...SHARED, 'protocol', 'client', 'server'],
    outputs: ['protocol/dist/index.js', 'server/dist/main.js'],
    stamp: 'server/dist/.built-from',
    start: () => compile('server'),
  },
  client: {
    sources: [...SHARED, 'protocol', 'client'],
    outputs: ['protocol/dist/index.js', 'client/dist/index.js', 'client/dist/platform/node/node-platform.js'],
    stamp: 'client/dist/.built-from',
    start: () => compile('client/platform/node', 'client/platform/browser'),
  },
  page: {
    sources: [...SHARED, 'protocol', 'client', 'webcomponents'],
    outputs: [
      'webcomponents/dist/web/index.html',
      'webcomponents/dist/web/embed.js',
      'webcomponents/dist/web/admin/index.html',
    ],
    stamp: 'webcomponents/dist/.built-from',
    start: () => startWorkspaceScript('@switchboard/webcomponents', 'build'),
  },
  // Their Wasm is in the repository: no compiler is needed.
  plugins: {
    sources: [...SHARED, 'protocol', 'client/plugins', 'plugins'],
    outputs: ['plugins/dist/packages/voice-changer.zip', 'plugins/dist/packages/word-filter.zip'],
    stamp: 'plugins/dist/.built-from',
    start: () => startNode(['--conditions=source', 'plugins/tool/plugin.ts', 'pack', '--ours']),
  },
  extension: {
    sources: [...SHARED, 'protocol', 'client', 'webcomponents', 'extension'],
    outputs: [EXTENSION_VSIX],
    stamp: 'extension/dist/.built-from',
    start: () => startNode(['extension/packaging/package.ts', '--target', TARGET]),
  },
};

/**
 * Builds what is missing or older than its sources; says so only where there is something to build.
 * @returns false if a step failed; its own messages have said why.
 */
export async function ensureBuilt(names: readonly BuildStepName[]): Promise<boolean> {
  for (const name of names) {
    const step = STEPS[name];
    const state = fingerprint(ROOT, step.sources);
    if (isBuiltFrom(step, state)) continue;
    console.error(`Building ${name} …`);
    const startedMs = performance.now();
    if ((await exitCodeOf(step.start())) !== 0) {
      console.error(`Building ${name} failed.`);
      return false;
    }
    const missing = step.outputs.filter((output) => !existsSync(join(ROOT, output)));
    if (missing.length > 0) {
      console.error(`Building ${name} made no ${missing.join(', ')}.`);
      return false;
    }
    writeFileSync(join(ROOT, step.stamp), state);
    console.error(`Built ${name} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
  }
  return true;
}

/** The arguments for `tsc` that compile everything that is shipped, and nothing else. */
export const SHIPPED_PROJECTS: readonly string[] = [
  'protocol',
  'client',
  'client/platform/node',
  'client/platform/browser',
  'server',
  'webcomponents',
];

export function compile(...projects: readonly string[]): ChildProcess {
  return startTool('typescript/bin/tsc', ['--build', ...projects]);
}

function isBuiltFrom(step: BuildStep, state: string): boolean {
  const stamp = join(ROOT, step.stamp);
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === state &&
    step.outputs.every((output) => existsSync(join(ROOT, output)))
  );
}
