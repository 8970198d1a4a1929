import { readFile } from 'node:fs/promises';
import { openApiDocument } from '@switchboard/server/openapi';
import { describe, expect, it } from 'vitest';

import { TYPES_FILE, typesOf } from './openapi-types.ts';

describe('the types of the REST API', () => {
  it('are those of this version’s routes; `npm run openapi` makes them', async () => {
    expect(await readFile(TYPES_FILE, 'utf8')).toBe(await typesOf(await openApiDocument()));
  });
});
