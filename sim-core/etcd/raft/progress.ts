import type { Progress, ProgressState } from './types.ts';

export function newProgress(id: number, next: number): Progress {
  return {
    id,
    match: 0,
    next,
    state: 'probe',
    sentCommit: 0,
    pendingSnapshot: 0,
    recentActive: false,
    paused: false,
    inflights: [],
  };
}

function enter(p: Progress, state: ProgressState): void {
  p.paused = false;
  p.pendingSnapshot = 0;
  p.state = state;
  p.inflights = [];
}

export function becomeProbe(p: Progress): void {
  const pending = p.state === 'snapshot' ? p.pendingSnapshot : 0;
  enter(p, 'probe');
  p.next = Math.max(p.match + 1, pending + 1);
  p.sentCommit = Math.min(p.sentCommit, p.next - 1);
}

export function becomeReplicate(p: Progress): void {
  enter(p, 'replicate');
  p.next = p.match + 1;
}

export function becomeSnapshot(p: Progress, index: number): void {
  enter(p, 'snapshot');
  p.pendingSnapshot = index;
  p.next = index + 1;
  p.sentCommit = index;
}

export function isPaused(p: Progress): boolean {
  return p.state === 'snapshot' || p.paused;
}

/** Notes that the member has everything up to `index`; false if that was known. */
export function maybeUpdate(p: Progress, index: number): boolean {
  if (index <= p.match) return false;
  p.match = index;
  p.next = Math.max(p.next, index + 1);
  p.paused = false;
  return true;
}

/** Steps back after a refused append; false if the refusal is stale. */
export function maybeDecrement(p: Progress, rejected: number, hint: number): boolean {
  if (p.state === 'replicate') {
    if (rejected <= p.match) return false;
    p.next = p.match + 1;
    p.sentCommit = Math.min(p.sentCommit, p.next - 1);
    return true;
  }
  if (p.next - 1 !== rejected) return false;
  p.next = Math.max(Math.min(rejected, hint + 1), p.match + 1);
  p.sentCommit = Math.min(p.sentCommit, p.next - 1);
  p.paused = false;
  return true;
}

export function sentEntries(p: Progress, count: number, maxInflight: number): void {
  if (p.state === 'replicate') {
    if (count > 0) {
      p.next += count;
      p.inflights = [...p.inflights, p.next - 1];
    }
    p.paused = p.inflights.length >= maxInflight;
  } else if (count > 0) {
    p.paused = true;
  }
}

export function canBumpCommit(p: Progress, index: number): boolean {
  return index > p.sentCommit && p.sentCommit < p.next - 1;
}
