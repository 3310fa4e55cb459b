import type { ComponentId, WorldContext } from '../contracts/index.ts';
import type { StoredVersion } from './version.ts';

/** Told of each committed version, after its `write` record: to add what the write means to people (pod and node states). */
export type CommitObserver = (
  ctx: WorldContext,
  actor: ComponentId,
  resource: string,
  version: StoredVersion,
  before: StoredVersion | undefined,
  deleted: boolean,
) => void;
