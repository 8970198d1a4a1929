import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, defaultClientConditions, defineConfig, type InlineConfig, type Plugin } from 'vite';

/*
 * dist/web: one folder that a server hands out as it is:
 *   index.html, assets/*      the full-page app; hashed names
 *   embed.js                  defines <voice-room>; a stable name, for other people's pages
 *   engine-worker.js, audio-worklet.js   voice, loaded when somebody joins; beside embed.js, which looks for them there
 *   sandbox-worker.js         a plugin's own worker, likewise
 *   admin/index.html, admin/assets/*     the dashboard; built by itself, so that the room shares no chunk with it
 */

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const resolve = { conditions: ['source', ...defaultClientConditions] };
const target = 'es2024';

/** What a visitor loads before joining may weigh this much, gzipped. */
const FIRST_LOAD_LIMIT_BYTES = 60 * 1024;
/** The dashboard, with its charts. */
const ADMIN_LOAD_LIMIT_BYTES = 110 * 1024;

/** A worker and a worklet see no other module of the page: each is built by itself, into one file. */
const VOICE_ENTRIES = ['engine-worker', 'sandbox-worker', 'audio-worklet'] as const;

function voiceBuild(name: (typeof VOICE_ENTRIES)[number]): InlineConfig {
  return {
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    resolve,
    build: {
      target,
      outDir: here('./dist/web'),
      emptyOutDir: false,
      sourcemap: true,
      lib: { entry: here(`../client/platform/browser/${name}.ts`), formats: ['es'], fileName: name },
      rolldownOptions: { external: [/^node:/], output: { codeSplitting: false, entryFileNames: `${name}.js` } },
    },
  };
}

function voice(): Plugin {
  return {
    name: 'switchboard-voice',
    apply: 'build',
    async closeBundle() {
      for (const name of VOICE_ENTRIES) await build(voiceBuild(name));
      for (const name of VOICE_ENTRIES) report(`${name}.js`, gzipped(here(`./dist/web/${name}.js`)), this.info);
    },
  };
}

const adminBuild: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  root: here('.'),
  base: './',
  resolve,
  build: {
    target,
    outDir: here('./dist/web'),
    emptyOutDir: false,
    // What is public is there already; that it is there must be known.
    copyPublicDir: false,
    sourcemap: true,
    modulePreload: false,
    rolldownOptions: {
      input: { admin: here('./admin/index.html') },
      output: {
        entryFileNames: 'admin/assets/[name]-[hash].js',
        chunkFileNames: 'admin/assets/[name]-[hash].js',
        assetFileNames: 'admin/assets/[name]-[hash][extname]',
      },
    },
  },
};

function admin(): Plugin {
  return {
    name: 'switchboard-admin',
    apply: 'build',
    async closeBundle() {
      await build({ ...adminBuild, plugins: [firstLoad(ADMIN_LOAD_LIMIT_BYTES)] });
    },
  };
}

/** Adds up what each entry loads at once, and stops the build when it has become too much. */
function firstLoad(limitBytes: number): Plugin {
  return {
    name: 'switchboard-first-load',
    apply: 'build',
    writeBundle(_options, bundle) {
      for (const entry of Object.values(bundle)) {
        if (entry.type !== 'chunk' || !entry.isEntry) continue;
        const files = new Set<string>();
        const add = (file: string): void => {
          const chunk = bundle[file];
          if (chunk?.type !== 'chunk' || files.has(file)) return;
          files.add(file);
          chunk.imports.forEach(add);
        };
        add(entry.fileName);
        const bytes = [...files].reduce((sum, file) => sum + gzipped(here(`./dist/web/${file}`)), 0);
        report(`${basename(entry.fileName)} with all that it loads at once`, bytes, this.info);
        if (bytes > limitBytes) this.error(`${entry.fileName}: the first load is over the limit.`);
      }
    },
  };
}

function gzipped(file: string): number {
  return gzipSync(readFileSync(file)).length;
}

function report(what: string, bytes: number, info: (message: string) => void): void {
  info(`${what}: ${(bytes / 1024).toFixed(1)} KiB gzipped`);
}

export default defineConfig({
  root: here('.'),
  base: './',
  resolve,
  build: {
    target,
    outDir: here('./dist/web'),
    emptyOutDir: true,
    sourcemap: true,
    modulePreload: false,
    rolldownOptions: {
      input: { app: here('./index.html'), embed: here('./embed.ts') },
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: ({ name }) => (name === 'embed' ? 'embed.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  plugins: [firstLoad(FIRST_LOAD_LIMIT_BYTES), voice(), admin()],
});
