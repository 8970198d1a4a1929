/* The real engine's worker, in a test. */

import './dynamic-imports.ts';
import '../engine-worker.ts';
