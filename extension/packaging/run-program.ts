import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
}

/**
 * Runs a program to its end.
 * @returns what it wrote to its standard output
 * @throws Error if it can't be started or fails, with all that it wrote
 */
export function runProgram(command: string, args: readonly string[], { cwd }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      all += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${command} ${args[0] ?? ''} failed:\n${all}`));
    });
  });
}

/** Runs npm: the one that runs this, where there is one. */
export function runNpm(args: readonly string[], options: RunOptions): Promise<string> {
  const script = process.env.npm_execpath;
  if (script !== undefined && /\.c?js$/.test(script)) return runProgram(process.execPath, [script, ...args], options);
  return process.platform === 'win32'
    ? runProgram('cmd.exe', ['/c', 'npm', ...args], options)
    : runProgram('npm', args, options);
}
