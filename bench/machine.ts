import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { findChromium } from '../scripts/chromium.ts';

/** What a figure depends on besides the code. Neither names of hosts nor paths. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  /** Null where there is none, or none that says its version. */
  readonly chromium: string | null;
  /** Mean of the last minute when the benchmark began: what else went on here. Always 0 on Windows. */
  readonly loadAverage: number;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${distribution() ?? type()}, ${type()} ${release()}`,
    node: process.version,
    chromium: chromiumVersion(),
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function distribution(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
}

function chromiumVersion(): string | null {
  const program = findChromium();
  // On Windows the question would open a window.
  if (program === undefined || process.platform === 'win32') return null;
  const answer = execFileSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return /\d[\d.]+/.exec(answer)?.[0] ?? null;
}
