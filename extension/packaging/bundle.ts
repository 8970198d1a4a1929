/** `node extension/packaging/bundle.ts [--dev] [NAME]…`: bundles into extension/dist, all of them or those that are named. */

import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { BUNDLES, EXTENSION, makeBundles } from './bundles.ts';
import { startFaults } from './start-faults.ts';

const { values, positionals } = parseArgs({ options: { dev: { type: 'boolean' } }, allowPositionals: true });
const named = BUNDLES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.find((position) => !BUNDLES.some(({ name }) => name === position));
if (unknown !== undefined) {
  console.error(`There is no bundle ${unknown}: ${BUNDLES.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const made = await makeBundles(named, join(EXTENSION, 'dist'), { minify: values.dev !== true });
  const faults = values.dev === true ? [] : (made ?? []).flatMap(startFaults);
  for (const { name, bytes } of made ?? [])
    console.log(`${name.padEnd(24)} ${(bytes / 1024).toFixed(1).padStart(8)} KiB`);
  for (const fault of faults) console.error(fault);
  if (made === undefined || faults.length > 0) process.exitCode = 1;
}
