import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.ts';

const NEVER = ['**/node_modules/**', '**/dist/**'];
const PACKAGES = '{protocol,client,server,webcomponents,extension,e2e,bench,scripts}';

// Workspace packages are tested from their sources: the condition `source` in their `exports` names the .ts files.
const fromSources: TestProjectInlineConfiguration = {
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
};
// The same for what a test starts itself: worker threads and forked processes inherit the flag.
const execArgv = ['--conditions=source'];
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
          exclude: NEVER,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: PATIENT,
        },
      },
      {
        ...fromSources,
        // Found only while a test runs, they would make Vite optimise them then and reload the page under the test.
        optimizeDeps: { exclude: ['libopus-wasm'], include: ['openapi-fetch', 'uplot'] },
        test: {
          name: 'browser',
          include: ['{client,webcomponents,extension}/**/*.browser.spec.ts'],
          exclude: NEVER,
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: PATIENT,
        },
      },
    ],
  },
});
