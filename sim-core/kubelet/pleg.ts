/** What a look at the runtime tells about one pod (pkg/kubelet/pleg/generic.go). Pure functions. */
import type { ContainerState, RuntimePod } from './runtime.ts';

export interface PodChanges {
  /** Containers and sandboxes that ended since the last look. */
  readonly died: readonly string[];
  /** Anything but a removal. */
  readonly worthASync: boolean;
}

type Seen = 'running' | 'exited' | 'unknown' | 'created';

function states(pod: RuntimePod): Map<string, Seen> {
  const out = new Map<string, Seen>();
  for (const s of pod.sandboxes) out.set(s.id, s.ready ? 'running' : 'exited');
  for (const c of pod.containers) out.set(c.id, c.state);
  return out;
}

export function changesOf(before: RuntimePod, now: RuntimePod): PodChanges {
  const old = states(before);
  const fresh = states(now);
  const died: string[] = [];
  let worthASync = false;
  for (const [id, state] of fresh) {
    const was = old.get(id);
    if (was === state) continue;
    if (state === 'created') continue;
    if (state === 'exited') died.push(id);
    worthASync = true;
  }
  for (const [id, was] of old) {
    if (fresh.has(id) || was === 'exited') continue;
    died.push(id);
    worthASync = true;
  }
  return { died, worthASync };
}

/** cleanUpContainersInPod: of each container that died, all but the newest ended one; or all of the pod. */
export function staleContainers(now: RuntimePod, died: readonly string[], removeAll: boolean): readonly string[] {
  const ended = (name: string | undefined): readonly ContainerState[] =>
    now.containers.filter((c) => c.state === 'exited' && (name === undefined || c.name === name));
  if (died.length === 0) return [];
  if (removeAll) return ended(undefined).map((c) => c.id);
  const names = new Set(now.containers.filter((c) => died.includes(c.id)).map((c) => c.name));
  return [...names].sort().flatMap((name) =>
    ended(name)
      .slice(1)
      .map((c) => c.id),
  );
}
