import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

import { ensureBuilt } from './build-steps.ts';
import { TYPES_FILE, typesOf } from './openapi-types.ts';
import { ROOT } from './run.ts';

if (await ensureBuilt(['server'])) {
  const { openApiDocument } = await import('@switchboard/server/openapi');
  const types = await typesOf(await openApiDocument());
  await mkdir(dirname(TYPES_FILE), { recursive: true });
  await writeFile(TYPES_FILE, types);
  console.log(`Wrote ${relative(ROOT, TYPES_FILE)}.`);
} else {
  process.exitCode = 1;
}
