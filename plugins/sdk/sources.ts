import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/* Which sources a plugin's Wasm is made of: people get the Wasm as it is in the repository, so a test can tell when it is of other sources. */

export type PluginLanguage = 'assemblyscript' | 'c' | 'rust';

interface LanguageSources {
  /** What shows that a folder holds a plugin in this language. */
  readonly mark: string;
  /** Folders and endings of its sources. */
  readonly folder: string;
  readonly endings: readonly string[];
}

const LANGUAGES: Readonly<Record<PluginLanguage, LanguageSources>> = {
  assemblyscript: { mark: 'assembly/index.ts', folder: 'assembly', endings: ['.ts'] },
  c: { mark: 'plugin.c', folder: '.', endings: ['.c', '.h'] },
  rust: { mark: 'src/lib.rs', folder: 'src', endings: ['.rs'] },
};
const NAMES = Object.keys(LANGUAGES) as PluginLanguage[];
const SDK = import.meta.dirname;

/** Undefined if the folder holds no sources of a language that there is an SDK for. */
export function languageOf(folder: string): PluginLanguage | undefined {
  return NAMES.find((name) => existsSync(join(folder, LANGUAGES[name].mark)));
}

/**
 * The SHA-256, in hexadecimal, of the plugin's sources and its SDK's: of a line for each file with its path, a zero byte and the SHA-256 of
 * what is in it. Line ends do not count.
 */
export async function hashOfSources(folder: string): Promise<string> {
  const language = languageOf(folder);
  if (language === undefined) throw new TypeError(`${folder} holds no sources of a plugin.`);
  const { folder: inside, endings } = LANGUAGES[language];
  const lines = [
    ...(await linesOf(join(folder, inside), folder, 'plugin', endings)),
    ...(await linesOf(join(SDK, language), join(SDK, language), 'sdk', endings)),
  ];
  return sha256(lines.sort().join(''));
}

async function linesOf(from: string, root: string, label: string, endings: readonly string[]): Promise<string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    ({ name }) => endings.some((ending) => name.endsWith(ending)) && !name.endsWith('.spec.ts'),
  );
  return Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        const text = await readFile(path, 'utf8');
        const shown = relative(root, path).split(sep).join('/');
        return `${label}/${shown}\0${sha256(text.replaceAll('\r\n', '\n'))}\n`;
      }),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
