/** `npm run bench -- control`: what the server does besides voice, and what that does to voice. docs/benchmarks.md says what each figure includes. */

import { roomChat } from './control/chat.ts';
import { loginStorm } from './control/login-storm.ts';
import { permissionCheck } from './control/permission.ts';
import { idleSessions } from './control/sessions.ts';
import { runBenchmark } from './report.ts';

try {
  await runBenchmark('control', [idleSessions, roomChat, permissionCheck, loginStorm]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
