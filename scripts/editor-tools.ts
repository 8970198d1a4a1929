import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { exitCodeOf, ROOT, startNode } from './run.ts';

/** A package of its own, no workspace: code-server installs under Node 24 alone, with a lock file that nothing else needs. */
const FOLDER = join(ROOT, 'e2e/editor/code-server');
const INSTALLED = join(FOLDER, 'node_modules/code-server/out/node/entry.js');
/** Of what it was installed; `npm ci` takes it away with everything else. */
const STAMP = join(FOLDER, 'node_modules/.installed-from');

/** The tests in an editor play through PulseAudio, which only Linux has. */
export const CAN_TEST_EDITOR = process.platform === 'linux';

/**
 * @param filter as given to vitest: parts of paths; none means all
 * @returns whether such a run has tests in an editor
 */
export function runsEditorTests(filter: readonly string[]): boolean {
  if (!CAN_TEST_EDITOR) return false;
  const specs = globSync('e2e/editor/*.spec.ts', { cwd: ROOT });
  return filter.length === 0 || specs.some((spec) => filter.some((part) => spec.includes(part)));
}

/**
 * Installs the VS Code that tests run in, where it is not there yet or was built for another Node.
 * @returns false if that failed; npm has said why
 */
export async function ensureEditor(): Promise<boolean> {
  const wanted = [readFileSync(join(FOLDER, 'package-lock.json'), 'utf8'), process.versions.modules, process.arch];
  const state = wanted.join('\n');
  if (existsSync(INSTALLED) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === state) return true;
  console.error('Installing code-server, a VS Code for tests; once, it takes a minute or two …');
  const startedMs = performance.now();
  const code = await npm('ci', '--loglevel=error', '--no-audit');
  if (code !== 0 || !existsSync(INSTALLED)) {
    console.error(
      'Installing code-server failed. It needs g++, make, Python 3 and the headers of Kerberos (libkrb5-dev).',
    );
    return false;
  }
  writeFileSync(STAMP, state);
  console.error(`Installed code-server in ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
  return true;
}

/** Resolves with the exit code. */
function npm(...args: string[]): Promise<number> {
  const options = { cwd: FOLDER, env: installEnv() };
  const script = process.env.npm_execpath;
  if (script !== undefined && /\.c?js$/.test(script)) return exitCodeOf(startNode([script, ...args], options));
  return exitCodeOf(spawn(`npm ${args.join(' ')}`, { ...options, stdio: 'inherit', shell: true }));
}

function installEnv(): NodeJS.ProcessEnv {
  // It names the Node of the npm that started this one, and code-server goes by it.
  const { npm_config_user_agent: _startedBy, ...env } = process.env;
  return {
    ...env,
    // This Node, whichever one npm was started by.
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    // Its headers, which node-gyp would download otherwise: a package of the same install has them.
    npm_config_nodedir: join(FOLDER, 'node_modules', `node-linux-${process.arch}`),
    // Compiled on all cores, and not for speed: a minute instead of two.
    JOBS: 'max',
    CFLAGS: '-O0',
    CXXFLAGS: '-O0',
  };
}
