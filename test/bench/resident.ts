import { readFileSync } from 'node:fs';

/** Resident memory of the largest of some processes, MB; -1 = the system does not tell. */
export function residentMb(pids: readonly number[]): number {
  const of = (pid: number) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
    } catch {
      return -1;
    }
  };
  return Math.round(Math.max(-1, ...pids.map(of)));
}
