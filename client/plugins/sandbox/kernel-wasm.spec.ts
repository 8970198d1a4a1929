import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { kernelModuleOf } from './testing/kernel-source.ts';

const SOURCE = new URL('kernel.wat', import.meta.url);
const COMPILED = new URL('kernel-wasm.ts', import.meta.url);

it('is what kernel.wat compiles to (write it anew: UPDATE_KERNEL=1 npx vitest run --project unit kernel-wasm)', async () => {
  const compiled = await kernelModuleOf(await readFile(SOURCE, 'utf8'));
  if (process.env.UPDATE_KERNEL === '1') await writeFile(COMPILED, compiled);
  expect(await readFile(COMPILED, 'utf8')).toBe(compiled);
});
