/**
 * `npm run bench -- editor [--minutes 10]`: voice in a real VS Code, with the packed extension and real (virtual) sound devices.
 * docs/benchmarks.md says what each figure includes.
 */

import { ensureBuilt } from '../scripts/build-steps.ts';
import { ensureEditor } from '../scripts/editor-tools.ts';
import { activation } from './editor/activation.ts';
import { blockedHost } from './editor/blocked-host.ts';
import { clickTime } from './editor/click-time.ts';
import { editorUnderstanding } from './editor/editor-understanding.ts';
import { engineCost } from './editor/engine-cost.ts';
import { throughDevices } from './editor/through-devices.ts';
import { takeMinutes } from './relay/options.ts';
import { runBenchmark } from './report.ts';

/** How long the call lasts in which the extensions are held up. */
const MINUTES = 10;

try {
  const [minutes, args] = takeMinutes(process.argv.slice(2), MINUTES);
  if ((await ensureBuilt(['page', 'extension'])) && (await ensureEditor())) {
    const parts = [activation, clickTime, throughDevices, engineCost, editorUnderstanding, blockedHost(minutes)];
    await runBenchmark('editor', parts, args);
  } else process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
