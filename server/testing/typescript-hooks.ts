import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';

/*
 * Lets a process of its own run the server from its sources: Node strips types, but knows no decorators.
 * `node --conditions=source --import …/typescript-hooks.ts main.ts`
 *
 * What was translated once is kept by its content: most of such a start was the compiler's, and a test run has dozens.
 */

const SERVER = new URL('../', import.meta.url).href;
const CACHE = fileURLToPath(new URL('../../.cache/typescript/', import.meta.url));

const require = createRequire(import.meta.url);
const { version } = require('typescript/package.json') as { version: string };

/** What the compiler makes of a source depends on this file too. */
const SALT = `${version}\n${readFileSync(fileURLToPath(import.meta.url), 'utf8')}`;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(SERVER) || !url.endsWith('.ts') || url.includes('/node_modules/'))
      return nextLoad(url, context);
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true };
  },
});

function translated(file: string): string {
  const source = readFileSync(file, 'utf8');
  const key = createHash('sha256').update([SALT, file, source].join('\0')).digest('hex');
  const kept = `${CACHE}${key}.js`;
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const output = translate(file, source);
    mkdirSync(CACHE, { recursive: true });
    // Others may be reading: it is there whole, or not at all.
    const whole = `${kept}.${randomUUID()}`;
    writeFileSync(whole, output);
    renameSync(whole, kept);
    return output;
  }
}

function translate(fileName: string, source: string): string {
  // Loaded where it is needed alone: it is large.
  const compiler = require('typescript') as typeof ts;
  return compiler.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: compiler.ScriptTarget.ES2024,
      module: compiler.ModuleKind.ESNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      inlineSourceMap: true,
    },
  }).outputText;
}
