import { readFileSync } from 'node:fs';
import { checkModule } from '@switchboard/client/plugins';
import { join } from 'node:path';
import { globSync } from 'node:fs';
import { ALL_HOOKS, type PluginManifest } from '@switchboard/protocol';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import { ROOT } from '../../scripts/run.ts';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';

const RUNS = 50;

/** Looking through a plugin's module before it is compiled: the one of ours that takes longest. */
export const moduleCheck: BenchPart = {
  name: 'check',
  async measure() {
    const runs: Run[] = [];
    const { wasm, manifest } = await gain();
    const modules: [string, Uint8Array, PluginManifest][] = [['gain', wasm, manifest]];
    for (const file of globSync('plugins/*/plugin.wasm', { cwd: ROOT })) {
      const written = JSON.parse(readFileSync(join(ROOT, file, '../plugin.json'), 'utf8')) as Partial<PluginManifest>;
      // As it is completed when it is packed.
      const whole = { permissions: [], limits: {}, ...written } as PluginManifest;
      if (!whole.hooks.every((hook) => ALL_HOOKS.includes(hook))) throw new Error(`${file} has unknown hooks`);
      modules.push([file, readFileSync(join(ROOT, file)), whole]);
    }
    const medians = modules.map(([file, bytes, rules]) => {
      const times = Array.from({ length: RUNS }, () => {
        const startMs = performance.now();
        const checked = checkModule(new Uint8Array(bytes), rules);
        const ms = performance.now() - startMs;
        if (!checked.ok) throw new Error(`${file}: ${checked.fault.reason}`);
        return ms;
      });
      runs.push({ file, bytes: bytes.length, firstMs: times[0] ?? Number.NaN, medianMs: median(times) });
      return median(times);
    });
    return { figures: { checkMs: Math.max(...medians) }, runs };
  },
};
