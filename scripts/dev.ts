import { join } from 'node:path';

import { ensureBuilt, SHIPPED_PROJECTS } from './build-steps.ts';
import { exitCodeOf, ROOT, startNode, startTool } from './run.ts';

if (await ensureBuilt(['server', 'page', 'plugins'])) {
  const children = [
    startTool('typescript/bin/tsc', ['--build', ...SHIPPED_PROJECTS, '--watch', '--preserveWatchOutput']),
    startTool('vite/bin/vite.js', ['build', '--watch'], { cwd: join(ROOT, 'webcomponents') }),
    startNode(['--watch', '--watch-preserve-output', '--enable-source-maps', 'server/dist/main.js']),
  ];
  const endAll = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.on('SIGINT', endAll).on('SIGTERM', endAll);
  process.exitCode = await Promise.race(children.map(exitCodeOf));
  endAll();
} else {
  process.exitCode = 1;
}
