import { isPodTerminal } from '../../api/helpers/pods.ts';
import type { Containers, Dict } from '../../contracts/index.ts';
import { type Checker, type Commit, label, type Scene, type Written } from '../checker.ts';

interface Status {
  readonly name: string;
  readonly state?: { readonly running?: object };
}

/**
 * N13: a pod on a node goes only when its grace period is over (0), and a kubelet takes it away only when none of its
 * containers runs. Others (pod GC, a person with --force) may take it earlier.
 */
export function podsEndGracefully(): Checker {
  let running!: Dict<string>;
  return {
    id: 'N13',
    name: 'pod-ends-gracefully',
    resources: ['pods'],
    init(c: Containers) {
      running = c.dict('N13/running');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (!deleted || before === undefined) return;
      const pod = before.object;
      if (!pod.spec?.nodeName || isPodTerminal(pod)) return;
      // A mirror pod only shows what runs by a manifest of the node.
      if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
      const object = label(resource, pod);
      const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
      if (deletionTimestamp === undefined) scene.report(object, 'vanished without being marked for deletion');
      else if (deletionGracePeriodSeconds !== 0)
        scene.report(object, `vanished with ${deletionGracePeriodSeconds} s of grace left`);
      const alive = ((pod.status?.containerStatuses ?? []) as readonly Status[]).find(
        (s) => s.state?.running !== undefined,
      );
      if (alive !== undefined) running.set(String(now.rv), `${object} ${alive.name}`);
    },
    written(scene: Scene, { request, rv }: Written) {
      if (running.size === 0) return;
      const key = String(rv);
      const pod = running.get(key);
      if (pod === undefined) return;
      running.delete(key);
      if (request.user.startsWith('system:node:')) {
        const [object, container] = pod.split(' ');
        scene.report(object, `${request.user} deleted it while container ${container} runs`);
      }
    },
  };
}
