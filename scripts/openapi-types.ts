import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { exitCodeOf, ROOT, startNode } from './run.ts';

/** The types of the REST API that the admin pages are checked by; made of the OpenAPI document. */
export const TYPES_FILE = join(ROOT, 'webcomponents/admin/api/schema.d.ts');

/**
 * What that file should hold for this document, formatted as everything is.
 * @throws Error if the generator cannot read the document; it has said why.
 */
export async function typesOf(document: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'openapi-'));
  try {
    const input = join(folder, 'openapi.json');
    const output = join(folder, 'schema.d.ts');
    await writeFile(input, JSON.stringify(document));
    // What has a default need not be sent; where it is answered, the document says itself that it is always there.
    const choices = ['--root-types', '--default-non-nullable=false'];
    const generator = startNode([generatorScript(), input, '--output', output, ...choices], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if ((await exitCodeOf(generator)) !== 0) throw new Error('no types could be made of the OpenAPI document');
    const options = await resolveConfig(TYPES_FILE);
    return await format(await readFile(output, 'utf8'), { ...options, parser: 'typescript' });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** It lies with the package that uses its types. */
function generatorScript(): string {
  const require = createRequire(join(ROOT, 'webcomponents/package.json'));
  return join(dirname(require.resolve('openapi-typescript/package.json')), 'bin/cli.js');
}
