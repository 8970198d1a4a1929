import { parseCLI, startVitest, type TestModule } from 'vitest/node';

import { ensureBuilt } from './build-steps.ts';
import { ensureEditor, runsEditorTests } from './editor-tools.ts';
import { compilesPlugins, prepareTestMachine } from './test-machine.ts';

/** What a run came to; a file or suite that broke outside its tests counts as one failure. */
interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

// `npm test -- --project unit client/audio` narrows the run as it does for vitest itself.
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const projects = [options.project ?? []].flat();
const isWhole = projects.length === 0 || projects.some((name) => name !== 'unit' && name !== 'integration');

const editor = (projects.length === 0 || projects.includes('e2e')) && runsEditorTests(filter);
const steps = ['server', 'client', 'page', 'plugins', ...(editor ? (['extension'] as const) : [])] as const;

const plugins = (projects.length === 0 || projects.includes('integration')) && compilesPlugins(filter);
if (!prepareTestMachine({ whole: isWhole, editor, plugins })) process.exit(1);
if (isWhole && !(await ensureBuilt(steps))) process.exit(1);
if (editor && !(await ensureEditor())) process.exit(1);

const vitest = await startVitest(filter, { ...options, watch: false, run: true });
const tally = tallyOf(vitest.state.getTestModules());
tally.failed += vitest.state.getUnhandledErrors().length;
const isGreen = tally.failed === 0 && tally.passed > 0 && (process.exitCode ?? 0) === 0;

console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exit(isGreen ? 0 : 1);

function tallyOf(modules: readonly TestModule[]): Tally {
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) tally.failed += 1;
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) tally.failed += 1;
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      tally[state === 'passed' || state === 'failed' ? state : 'skipped'] += 1;
    }
  }
  return tally;
}
