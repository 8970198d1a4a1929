import { build as esbuild, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder of the extension's sources. */
export const EXTENSION = dirname(import.meta.dirname);

/** One file that the editor, or a process of ours, loads. */
export interface Bundle {
  /** Its path in the extension's `dist/`. */
  readonly name: string;
  /** Where it begins; in the extension's folder. */
  readonly entry: string;
  readonly options: BuildOptions;
}

/** What an output was made of. */
export interface Bundled {
  readonly name: string;
  readonly bytes: number;
  /** Source files that went in, as paths from the extension's folder. */
  readonly inputs: readonly string[];
  /** Modules that it imports when it runs. */
  readonly imports: readonly string[];
}

export interface BundleOptions {
  /** As shipped; else readable, with source maps. */
  readonly minify: boolean;
}

/** Loaded from beside the bundles: their binaries cannot be bundled. */
export const NATIVE_MODULES = ['decibri', 'node-web-audio-api', 'uiohook-napi'] as const;

/** The editor's own runtime: VS Code 1.100 is Electron 34, which is Node 20.19. Later editors can more. */
export const EDITOR_RUNTIME = 'node20.19';

/** `ws` tries them and does without. */
const OPTIONAL = ['bufferutil', 'utf-8-validate'];

/** What is loaded at the first use is a bundle of its own, beside the one that loads it. */
const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /^\.\/voice\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './voice.cjs', external: true } : undefined,
    );
  },
};

const host: BuildOptions = { platform: 'node', format: 'cjs', target: EDITOR_RUNTIME, plugins: [loadedLater] };

/** Bundled CommonJS asks for Node's own modules by `require`, which an ES module has not. */
export const REQUIRE_BANNER =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const forked: BuildOptions = {
  platform: 'node',
  format: 'esm',
  target: EDITOR_RUNTIME,
  banner: { js: REQUIRE_BANNER },
};

/** The room view is shown by the editor's own Chromium: that of Electron 34. */
const view: BuildOptions = { platform: 'browser', format: 'esm', target: 'chrome132' };

const web: BuildOptions = { platform: 'browser', format: 'cjs', target: 'es2022' };

export const BUNDLES: readonly Bundle[] = [
  { name: 'extension.cjs', entry: 'extension.ts', options: host },
  { name: 'voice.cjs', entry: 'voice.ts', options: host },
  { name: 'engine-process.mjs', entry: 'engine/engine-process.ts', options: forked },
  { name: 'sandbox-thread.mjs', entry: '../client/platform/node/sandbox-thread.ts', options: forked },
  { name: 'talk-key-process.mjs', entry: 'talk-key/talk-key-process.ts', options: forked },
  { name: 'room-panel/page.js', entry: 'room-panel/page/page.ts', options: view },
  { name: 'web.cjs', entry: 'web.ts', options: web },
];

/**
 * Makes bundles in a folder; what was there under their names is gone first.
 * @returns undefined if one could not be built; esbuild has said why
 */
export async function makeBundles(
  bundles: readonly Bundle[],
  folder: string,
  { minify }: BundleOptions,
): Promise<Bundled[] | undefined> {
  const results = await Promise.allSettled(bundles.map((bundle) => makeBundle(bundle, folder, minify)));
  const unexpected = results.find((result) => result.status === 'rejected' && !isBuildFailure(result.reason));
  if (unexpected?.status === 'rejected') throw unexpected.reason;
  const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return made.length === bundles.length ? made : undefined;
}

function isBuildFailure(error: unknown): boolean {
  return error instanceof Error && 'errors' in error;
}

async function makeBundle({ name, entry, options }: Bundle, folder: string, minify: boolean): Promise<Bundled> {
  const outfile = join(folder, name);
  await mkdir(dirname(outfile), { recursive: true });
  await Promise.all([outfile, `${outfile}.map`].map((file) => rm(file, { force: true })));
  const { metafile } = await esbuild({
    ...options,
    absWorkingDir: EXTENSION,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify,
    sourcemap: minify ? false : 'linked',
    metafile: true,
    charset: 'utf8',
    // Workspace packages from their sources: nothing has to be built before.
    conditions: ['source'],
    external: ['vscode', ...NATIVE_MODULES, ...OPTIONAL],
    // The licences are in the notices of the package.
    legalComments: 'none',
    logLevel: 'warning',
    // A bundle would look for its files in the wrong place.
    logOverride: { 'empty-import-meta': 'error' },
  });
  return bundledOf(name, metafile);
}

function bundledOf(name: string, metafile: Metafile): Bundled {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  if (output === undefined) throw new Error(`esbuild made no ${name}`);
  return {
    name,
    bytes: output.bytes,
    inputs: Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
    imports: [...new Set(output.imports.filter(({ external }) => external).map(({ path }) => path))].sort(),
  };
}
