import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';

const KIB = 1024;

/** CPU time of all living threads of a process, user and system, in µs, as the scheduler counts it (man 5 proc, schedstat). */
export function cpuTimeUs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let ns = 0;
  for (const task of readdirSync(tasks)) ns += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
  return ns / 1000;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error('The system does not say how much memory a process has');
  return Number(kib) * KIB;
}

/** Open descriptors. */
export function descriptorCount(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** @throws Error unless the process may use the CPU as this one may. */
export function checkSameNice(pid: number): void {
  const [theirs, ours] = [getPriority(pid), getPriority()];
  if (theirs !== ours) throw new Error(`The server runs at nice ${theirs}, the load at ${ours}`);
}
