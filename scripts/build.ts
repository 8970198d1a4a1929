import { compile, ensureBuilt, SHIPPED_PROJECTS } from './build-steps.ts';
import { exitCodeOf } from './run.ts';

const compiled = (await exitCodeOf(compile(...SHIPPED_PROJECTS))) === 0;
process.exitCode = compiled && (await ensureBuilt(['server', 'client', 'page', 'plugins'])) ? 0 : 1;
