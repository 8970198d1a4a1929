import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { schemaFiles, schemaText } from './schemas.ts';
import type { ToolCommand } from './tool-io.ts';
import { writeWhole } from './write-file.ts';

/** Where the project keeps them. */
export const SCHEMA_FOLDER = fileURLToPath(new URL('../schema/', import.meta.url));

export const schemasCommand: ToolCommand = {
  name: 'schemas',
  summary: 'writes the JSON Schemas of manifests and hooks',
  help: `Writes the JSON Schemas of plugin.json, of events.json, and of what each hook is told and may answer.

  npm run plugin -- schemas [DIR]

  DIR   plugins/schema of the project, if none is named`,

  async run(args, io) {
    const folder = pathOf(io, onlyOne(parsed(args, {}).positionals, 'one folder', SCHEMA_FOLDER));
    await mkdir(folder, { recursive: true });
    for (const [name, schema] of Object.entries(schemaFiles()))
      await writeWhole(join(folder, name), schemaText(schema));
    io.say(`Wrote ${Object.keys(schemaFiles()).join(', ')} into ${folder}.`);
    return 0;
  },
};
