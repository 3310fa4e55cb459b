import type { KubeObject } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

const NEXT: Readonly<Record<string, readonly string[]>> = {
  Pending: ['Running', 'Succeeded', 'Failed', 'Unknown'],
  Running: ['Succeeded', 'Failed', 'Unknown'],
  Unknown: ['Pending', 'Running', 'Succeeded', 'Failed'],
  Succeeded: [],
  Failed: [],
};

interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
}

export function statusesOf(pod: KubeObject): readonly ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/**
 * N9: a pod goes from Pending to Running to its end, and an end is final; restart counts never fall. A pod whose sandbox was
 * lost runs its init containers again and is Pending meanwhile.
 */
export function phasesGoForward(): Checker {
  return {
    id: 'N9',
    name: 'pod-phase-goes-forward',
    resources: ['pods'],
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (before === undefined || deleted || before.object.status === now.object.status) return;
      if (before.object.metadata.uid !== now.object.metadata.uid) return;
      const [was, is]: readonly string[] = [
        before.object.status?.phase ?? 'Pending',
        now.object.status?.phase ?? 'Pending',
      ];
      const again = was === 'Running' && is === 'Pending' && (now.object.spec?.initContainers ?? []).length > 0;
      if (was !== is && !again && !(NEXT[was] ?? []).includes(is))
        scene.report(label(resource, now.object), `phase went from ${was} to ${is}`);
      if (before.object.status?.containerStatuses !== now.object.status?.containerStatuses)
        counts(scene, before.object, now.object);
    },
  };
}

function counts(scene: Scene, before: KubeObject, now: KubeObject): void {
  const old = statusesOf(before);
  for (const { name, restartCount = 0 } of statusesOf(now)) {
    const earlier = old.find((s) => s.name === name)?.restartCount ?? 0;
    if (restartCount < earlier)
      scene.report(label('pods', now), `restartCount of ${name} fell from ${earlier} to ${restartCount}`);
  }
}
