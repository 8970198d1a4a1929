import { createRequire } from 'node:module';

const packageJson = createRequire(import.meta.url)('@switchboard/server/package.json') as { readonly version: string };

export const VERSION = packageJson.version;
