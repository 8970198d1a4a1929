import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

const NEVER = ['**/node_modules/**', '**/dist/**'];
const PACKAGES = '{protocol,client,server,webcomponents,extension,plugins,e2e,bench,scripts}';
/** What drives sound devices, screens or whole calls at the pace of the clock: beside other tests it would stutter. */
const REAL_TIME = [
  'extension/{engine,talk-key}/**/*.integration.spec.ts',
  'e2e/{*,editor/**/*,harness/**/*}.integration.spec.ts',
  'client/platform/node/wav-audio.integration.spec.ts',
  'server/bots/**/*.integration.spec.ts',
  'server/plugins/**/*.integration.spec.ts',
  'bench/**/*.integration.spec.ts',
];

// Workspace packages are tested from their sources: the condition `source` in their `exports` names the .ts files.
const fromSources: TestProjectInlineConfiguration = {
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
};
// The same for what a test starts itself: worker threads and forked processes inherit the flag.
const execArgv = ['--conditions=source'];
// The processes and threads of tests strip types of and compile the same files hundreds of times: once is enough.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('.cache/node/', import.meta.url));
/** Also where there are two cores: these tests wait for disks, sockets and hashes about as long as they compute. */
const WORKERS = Math.max(2, availableParallelism() - 1);
const chromium = findChromium();
/** What a test waits for comes when the machine has time for it: only what never comes is a failure. */
const PATIENT = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        ...fromSources,
        test: {
          name: 'unit',
          environment: 'node',
          execArgv,
          include: [`${PACKAGES}/**/*.spec.ts`],
          exclude: [...NEVER, '**/*.{integration,browser,e2e}.spec.ts'],
          testTimeout: 60_000,
          expect: PATIENT,
          // The sizes run one after the other. Not 0: where only one worker fits, vitest puts that group last.
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
        },
      },
      {
        ...fromSources,
        test: {
          name: 'integration',
          environment: 'node',
          // A process each: sockets, native modules and worker threads of one test don't meet another's.
          pool: 'forks',
          execArgv,
          include: [`${PACKAGES}/**/*.integration.spec.ts`],
          exclude: [...NEVER, ...REAL_TIME],
          sequence: { groupOrder: 2 },
          maxWorkers: WORKERS,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: PATIENT,
        },
      },
      {
        ...fromSources,
        test: {
          name: 'real-time',
          environment: 'node',
          pool: 'forks',
          execArgv,
          include: REAL_TIME,
          exclude: NEVER,
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: PATIENT,
        },
      },
      {
        ...fromSources,
        // Found only while a test runs, they would make Vite optimise them then and reload the page under the test.
        optimizeDeps: {
          exclude: ['@vscode-elements/elements', 'libopus-wasm'],
          include: [
            'axe-core',
            'fast-check',
            'fflate',
            'lit',
            'lit/decorators.js',
            'lit/directives/*.js',
            'openapi-fetch',
            'uplot',
            'valibot',
            'wabt',
          ],
        },
        test: {
          name: 'browser',
          include: ['{client,webcomponents,extension}/**/*.browser.spec.ts'],
          exclude: NEVER,
          sequence: { groupOrder: 4 },
          testTimeout: 60_000,
          expect: PATIENT,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                args: [...CHROMIUM_ARGS],
                ...(chromium === undefined ? {} : { executablePath: chromium }),
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        ...fromSources,
        test: {
          name: 'e2e',
          environment: 'node',
          pool: 'forks',
          include: ['e2e/**/*.e2e.spec.ts'],
          exclude: NEVER,
          // Last and one by one: these listen to sound in real time.
          sequence: { groupOrder: 5 },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: PATIENT,
        },
      },
    ],
  },
});
