import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../e2e/harness/free-port.ts';
import { ended, idOf, LogTail } from '../child.ts';
import { HOST, type RunningTarget, type Target } from '../target.ts';

/** As Debian's package names it, before and since Mumble 1.5. */
const PROGRAMS = ['/usr/sbin/murmurd', '/usr/sbin/mumble-server', '/usr/bin/mumble-server'];
const START_LIMIT_MS = 20_000;
/** Clients that are busy talking send nothing on the control connection for as long as a benchmark takes. */
const TIMEOUT_S = 36_000;

/** Undefined where it is not installed. */
export function findMumbleServer(): Target | undefined {
  const program = PROGRAMS.find((path) => existsSync(path));
  return program === undefined ? undefined : { name: 'mumble', start: (members) => startMumble(program, members) };
}

async function startMumble(program: string, members: number): Promise<RunningTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-bench-mumble-'));
  // Started by root it goes on as a user of its own. There is nothing in here that anyone may not see.
  await chmod(folder, 0o777);
  const port = await freePort();
  const ini = join(folder, 'mumble-server.ini');
  await writeFile(ini, settings(folder, port, members));
  const child = spawn(program, ['-fg', '-ini', ini], { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
  const log = new LogTail(child);
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const deadlineMs = performance.now() + START_LIMIT_MS;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || performance.now() > deadlineMs) throw new Error('mumble-server does not listen');
      await sleep(20);
    }
  } catch (cause) {
    await stop();
    throw new Error(`mumble-server did not start:\n${log.text}`, { cause });
  }
  return { pid: idOf(child), entrance: { protocol: 'mumble', port }, log, [Symbol.asyncDispose]: stop };
}

/** Nothing that limits what it does or sends it elsewhere: no bans, no bandwidth limit that matters, no directory, no buses. */
function settings(folder: string, port: number, members: number): string {
  const lines: Record<string, string | number> = {
    database: join(folder, 'mumble-server.sqlite'),
    logfile: '',
    ice: '""',
    dbus: '""',
    bonjour: 'false',
    host: HOST,
    port,
    users: members + 10,
    bandwidth: 558_000,
    opusthreshold: 0,
    autobanAttempts: 0,
    timeout: TIMEOUT_S,
    welcometext: '""',
    uname: '""',
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
