import { setTimeout as sleep } from 'node:timers/promises';
import type { EditorWindow } from '../../e2e/editor/harness/editor-window.ts';
import { Editor } from '../../e2e/editor/harness/editor.ts';
import { RUNS_HERE, VSIX } from '../../e2e/editor/harness/voice-window.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';

const RUNS = 7;
const SETTLE_MS = 3_000;
/** Of the list of running extensions only what is seen is there. */
const TALL = { height: 2_400 };
/** The list is not to be restored with the window: it would cost the next start. */
const SETTINGS = { ...RUNS_HERE, 'workbench.editor.restoreEditors': false };
const VIEW = 'Switchboard Voice';
/** The editor's own mark: views and files are as they were left. */
const RESTORED = 'code/LifecyclePhase/Restored';

/**
 * What the extension costs the start of a window: how much later a window is restored with it than without, and, where its view was
 * left open, which alone makes a start load it, the editor's own figure for that: its code loaded and `activate` run.
 */
export const activation: BenchPart = {
  name: 'activation',
  async measure(log) {
    await using bare = await Editor.start({ settings: SETTINGS });
    await using equipped = await Editor.start({ vsix: VSIX, settings: SETTINGS });
    await using without = await bare.open('project', {}, TALL);
    await using installed = await equipped.open('project', {}, TALL);
    await using open = await equipped.open('project', {}, TALL);
    await open.openView(VIEW);
    // The window writes down after a while what is open.
    await sleep(2 * SETTLE_MS);
    const windows = { without, installed, open };
    // Their first start fills the caches of the browser; it is not counted.
    for (const window of Object.values(windows)) await window.reload();
    const runs: Run[] = [];
    for (let run = 1; run <= RUNS; run++) {
      const restored: Record<string, number> = {};
      for (const [name, window] of Object.entries(windows)) {
        await window.reload();
        restored[name] = await restoredAtMs(window);
        // Its extension host is not done yet, and the keyboard is not heard at once.
        await sleep(SETTLE_MS);
      }
      const activationMs = await activatedInMs(open);
      runs.push({ run, activationMs, restoredAtMs: restored });
      log(`run ${run} of ${RUNS}: activated in ${activationMs} ms; restored ${JSON.stringify(restored)}`);
    }
    const restoredMs = (name: keyof typeof windows): number =>
      median(runs.map((run) => (run.restoredAtMs as Record<string, number>)[name] ?? Number.NaN));
    return {
      figures: {
        activationMs: median(runs.map((run) => Number(run.activationMs))),
        startUpAddedMs: restoredMs('installed') - restoredMs('without'),
        startUpMs: restoredMs('installed'),
        startUpWithViewMs: restoredMs('open'),
      },
      runs,
    };
  },
};

/** Since the navigation began. */
async function restoredAtMs({ page }: EditorWindow): Promise<number> {
  const mark = await page.waitForFunction((name) => performance.getEntriesByName(name).at(-1)?.startTime, RESTORED);
  const atMs = await mark.jsonValue();
  if (atMs === undefined) throw new Error('The window was not restored');
  return atMs;
}

/** As the list of running extensions says it. */
async function activatedInMs(window: EditorWindow): Promise<number> {
  await window.run('Developer: Show Running Extensions');
  const entry = window.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: VIEW });
  const text = await entry.locator('.activation-time').innerText();
  const ms = /Activation: (\d+)\s?ms/.exec(text)?.[1];
  if (ms === undefined) throw new Error(`The editor says of its activation: ${text}`);
  return Number(ms);
}
