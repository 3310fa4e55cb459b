import type { WorldContext } from '../../contracts/index.ts';
import { BACKEND_COMMIT_US } from '../latency.ts';
import { DEFAULT_QUOTA_BYTES, isWithinQuota } from '../mvcc/quota.ts';
import { type Env, NUMBER } from './state.ts';

/** Quota check at the door, against the size of the last commit of the backend. */
export function fits(env: Env, ctx: WorldContext, cost: number): boolean {
  const { store, numbers } = env.shared;
  if (cost === 0) return true;
  if (ctx.nowUs - numbers.get(NUMBER.backendCommitUs) >= BACKEND_COMMIT_US) {
    store.commitBackend();
    numbers.set(NUMBER.backendCommitUs, ctx.nowUs);
  }
  return isWithinQuota(store, cost, env.options.quotaBytes ?? DEFAULT_QUOTA_BYTES);
}
