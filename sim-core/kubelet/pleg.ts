/** What a look at the runtime tells about one pod (pkg/kubelet/pleg/generic.go). Pure functions. */
import type { ContainerState, RuntimePod } from './runtime.ts';

export interface PodChanges {
  /** Containers and sandboxes that ended since the last look. */
  readonly died: readonly string[];
  /** Anything but a removal. */
  readonly worthASync: boolean;
}

type Seen = 'running' | 'exited' | 'unknown' | 'created';

const NONE: readonly never[] = [];
const NO_CHANGES: PodChanges = { died: NONE, worthASync: false };
const WORTH_A_SYNC: PodChanges = { died: NONE, worthASync: true };

/** The state of a container or sandbox; a pod has a handful of them. */
function stateIn({ sandboxes, containers }: RuntimePod, id: string): Seen | undefined {
  for (const s of sandboxes) if (s.id === id) return s.ready ? 'running' : 'exited';
  for (const c of containers) if (c.id === id) return c.state;
  return undefined;
}

export function changesOf(before: RuntimePod, now: RuntimePod): PodChanges {
  if (before === now) return NO_CHANGES;
  let died: string[] | undefined;
  let worthASync = false;
  const compare = (id: string, state: Seen) => {
    if (state === 'created' || stateIn(before, id) === state) return;
    if (state === 'exited') (died ??= []).push(id);
    worthASync = true;
  };
  const lookForGone = (id: string, was: Seen) => {
    if (was === 'exited' || stateIn(now, id) !== undefined) return;
    (died ??= []).push(id);
    worthASync = true;
  };
  for (const s of now.sandboxes) compare(s.id, s.ready ? 'running' : 'exited');
  for (const c of now.containers) compare(c.id, c.state);
  for (const s of before.sandboxes) lookForGone(s.id, s.ready ? 'running' : 'exited');
  for (const c of before.containers) lookForGone(c.id, c.state);
  if (died !== undefined) return { died, worthASync };
  return worthASync ? WORTH_A_SYNC : NO_CHANGES;
}

/** cleanUpContainersInPod: of each container that died, all but the newest ended one; or all of the pod. */
export function staleContainers(now: RuntimePod, died: readonly string[], removeAll: boolean): readonly string[] {
  if (died.length === 0) return NONE;
  const ended = (name: string | undefined): readonly ContainerState[] =>
    now.containers.filter((c) => c.state === 'exited' && (name === undefined || c.name === name));
  if (removeAll) return ended(undefined).map((c) => c.id);
  const names = new Set(now.containers.filter((c) => died.includes(c.id)).map((c) => c.name));
  return [...names].sort().flatMap((name) =>
    ended(name)
      .slice(1)
      .map((c) => c.id),
  );
}
