import { CLIENT_HOOKS, SERVER_HOOKS } from '@switchboard/protocol';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCHEMA_FOLDER } from './schemas-command.ts';
import { schemaFiles, schemaText } from './schemas.ts';

describe('plugins/schema', () => {
  it('holds what is checked now; if not, npm run plugin -- schemas', async () => {
    const files = schemaFiles();
    expect((await readdir(SCHEMA_FOLDER)).sort()).toEqual(Object.keys(files).sort());
    for (const [name, schema] of Object.entries(files)) {
      expect(await readFile(join(SCHEMA_FOLDER, name), 'utf8'), name).toBe(schemaText(schema));
    }
  });

  it('has event and result of each hook', () => {
    const files = schemaFiles();
    for (const [name, hooks] of [
      ['client-hooks.schema.json', CLIENT_HOOKS],
      ['server-hooks.schema.json', SERVER_HOOKS],
    ] as const) {
      const wanted = Object.keys(hooks).flatMap((hook) => [`${hook}.event`, `${hook}.result`]);
      expect(Object.keys(files[name]?.$defs ?? {})).toEqual(wanted);
    }
  });

  it('asks of an author what packing does not know: no hash, no publisher', () => {
    const { 'manifest.schema.json': packed, 'plugin.schema.json': written } = schemaFiles();
    expect(packed?.required).toContain('sha256');
    expect(written?.required).toEqual(packed?.required?.filter((name) => name !== 'sha256'));
    expect(Object.keys(written?.properties ?? {})).not.toContain('publisher');
    expect(Object.keys(written?.properties ?? {})).toContain('$schema');
  });
});
