import { pluginId } from '@switchboard/protocol';
import { cp, glob, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { PluginLanguage } from '../sdk/sources.ts';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { ToolError, UsageError, type ToolCommand } from './tool-io.ts';

const TEMPLATES = fileURLToPath(new URL('../sdk/templates/', import.meta.url));
const LANGUAGES: readonly PluginLanguage[] = ['assemblyscript', 'c', 'rust'];

/** As templates call themselves. */
const ID = 'my-plugin';
const NAME = 'My plugin';
/** Made, and of the template. */
const LEFT_OUT = ['plugin.wasm', 'sources.sha256'];
const TEXT = new Set(['.json', '.md', '.ts', '.c', '.h', '.rs', '.toml']);

export const newCommand: ToolCommand = {
  name: 'new',
  summary: 'makes the folder of a plugin, which works at once',
  help: `Makes the folder of a new plugin, which builds and works at once.

  npm run plugin -- new NAME --lang assemblyscript|c|rust [--dir DIR]

  NAME         id of the plugin: lower-case letters and digits, with hyphens or dots between, as in voice-changer
  --lang LANG  what it is written in
  --dir DIR    the folder; NAME, if none is named`,

  async run(args, io) {
    const { values, positionals } = parsed(args, { lang: { type: 'string' }, dir: { type: 'string' } });
    const id = onlyOne(positionals, 'the plugin');
    const checked = v.safeParse(pluginId, id);
    if (!checked.success) throw new UsageError(`"${id}" is no id: it ${checked.issues[0].message}.`);
    const language = LANGUAGES.find((one) => one === values.lang);
    if (language === undefined) throw new UsageError(`Give --lang, one of ${LANGUAGES.join(', ')}.`);
    const folder = pathOf(io, values.dir ?? id);
    await makeFolder(folder);
    await copyTemplate(join(TEMPLATES, language), folder, id);
    const shown = relative(io.cwd, folder) || '.';
    io.say(`Made ${folder}. Next:`);
    io.say(`  npm run plugin -- build ${shown}`);
    io.say(`  npm run plugin -- test ${shown}`);
    io.say(`  npm run plugin -- pack ${shown}`);
    return 0;
  },
};

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    throw new ToolError(
      `${folder} could not be made: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
  throw new ToolError(`${folder} is not empty: nothing in it was changed. Name another with --dir.`);
}

async function copyTemplate(template: string, folder: string, id: string): Promise<void> {
  const left = LEFT_OUT.map((name) => join(template, name));
  await cp(template, folder, { recursive: true, filter: (path) => !left.includes(path) });
  for await (const file of glob('**/*', { cwd: folder })) {
    if (!TEXT.has(extname(file))) continue;
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll(ID, id).replaceAll(NAME, nameOf(id)));
  }
}

/** `voice-changer` is shown as "Voice changer". */
function nameOf(id: string): string {
  const words = id.replaceAll(/[.-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
