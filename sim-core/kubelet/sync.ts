import type { Sync } from './rows.ts';
import { EMPTY_POD } from './runtime.ts';

/** A sync that has not come to its operations. */
export const EMPTY_SYNC: Sync = {
  kind: 'sync',
  isPlain: false,
  actions: undefined,
  pod: undefined,
  seen: EMPTY_POD,
  ops: [],
  at: -1,
  kills: [],
  step: 0,
  sandbox: '',
  failures: {},
  failed: false,
  onlyCrashLoop: true,
  expiryUs: Number.MAX_SAFE_INTEGER,
  containerID: '',
  pullStartedUs: 0,
};
