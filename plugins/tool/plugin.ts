/** `npm run plugin -- COMMAND …`: makes, builds, tests, packs and signs plugins. */

import { runTool } from './tool.ts';

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());

process.exitCode = await runTool(
  process.argv.slice(2),
  {
    say: (line) => console.log(line),
    // npm runs its scripts in the project's folder, and says where it was called.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    nowMs: Date.now,
    ended: ended.signal,
  },
  (line) => console.error(line),
);
