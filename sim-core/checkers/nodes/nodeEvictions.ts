import type { Containers, Dict, IntMap, IntSets, KubeObject, TimeUs } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import type { Checker, Commit, Scene } from '../checker.ts';

const KEYS: readonly string[] = ['node.kubernetes.io/unreachable', 'node.kubernetes.io/not-ready'];
const LEASES = 'leases.coordination.k8s.io';
/** A pass of the node monitor that began before the last node failed may write its taints so much later. */
const PASS_US = 15 * SECOND_US;
/** A lease that was renewed this short before cannot have run out, whatever the monitor had seen. */
const FRESH_PERCENT = 50;

interface Condition {
  readonly type: string;
  readonly status: string;
}

function readyOf(node: KubeObject | undefined): string {
  return (
    ((node?.status?.conditions ?? []) as readonly Condition[]).find((c) => c.type === 'Ready')?.status ?? 'Unknown'
  );
}

function isTainted(node: KubeObject | undefined): boolean {
  const taints: readonly { readonly key: string; readonly effect: string }[] = node?.spec?.taints ?? [];
  return taints.some((t) => t.effect === 'NoExecute' && KEYS.includes(t.key));
}

function isExcluded(node: KubeObject): boolean {
  return node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] !== undefined;
}

const ALL = 0;
const READY = 1;

/**
 * N14: nothing is evicted while every node is down (then the fault is taken to be the control plane's): no node gets its
 * NoExecute taint then. One pass of the monitor may end after the last node failed. Nodes without the taint only: a switch
 * from not-ready to unreachable is none.
 */
export function noEvictionInFullOutage(): Checker {
  let nodes!: IntSets;
  let outageUs!: IntMap;
  return {
    id: 'N14',
    name: 'no-eviction-in-full-outage',
    resources: ['nodes'],
    init(c: Containers) {
      nodes = c.intSets('N14/nodes');
      outageUs = c.intMap('N14/outage');
    },
    commit(scene: Scene, { obj, now, before, deleted }: Commit) {
      const ready = !deleted && readyOf(now.object) === 'True';
      const was = nodes.has(READY, obj);
      const counts = !deleted && !isExcluded(now.object);
      if (counts) nodes.add(ALL, obj);
      else nodes.remove(ALL, obj);
      if (ready !== was) {
        if (ready) nodes.add(READY, obj);
        else nodes.remove(READY, obj);
      }
      const out = nodes.count(READY) === 0 && nodes.count(ALL) > 0;
      if (!out) outageUs.delete(0);
      else if (!outageUs.has(0)) outageUs.set(0, scene.nowUs);
      const since = outageUs.get(0);
      if (since === undefined || deleted || before === undefined || isTainted(before.object) || !isTainted(now.object))
        return;
      if (scene.nowUs - since > PASS_US)
        scene.report(
          `nodes/${now.object.metadata.name}`,
          `tainted NoExecute ${Math.floor((scene.nowUs - since) / SECOND_US)} s after the last node failed`,
        );
    },
  };
}

/**
 * N14: a node becomes Unknown only when its lease was not renewed for the grace period. What the monitor saw last may be
 * older than the truth while faults delay watches, so then it is not judged.
 */
export function nodesFailAfterGrace(): Checker {
  let renewedUs!: Dict<TimeUs>;
  return {
    id: 'N14',
    name: 'node-unknown-after-grace',
    resources: ['nodes', LEASES],
    init(c: Containers) {
      renewedUs = c.dict('N14/renewed');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      const name = now.object.metadata.name ?? '';
      if (resource === LEASES) {
        if (now.object.metadata.namespace !== 'kube-node-lease') return;
        if (deleted) renewedUs.delete(name);
        else renewedUs.set(name, scene.nowUs);
        return;
      }
      if (deleted || before === undefined) return;
      if (readyOf(before.object) !== 'True' || readyOf(now.object) !== 'Unknown') return;
      const graceUs = scene.flags.nodeMonitorGracePeriodUs;
      const renewed = renewedUs.get(name);
      if (renewed === undefined || scene.lastFaultUs > scene.nowUs - 2 * graceUs) return;
      const ageUs = scene.nowUs - renewed;
      if (ageUs * 100 < graceUs * FRESH_PERCENT)
        scene.report(`nodes/${name}`, `Unknown ${Math.floor(ageUs / SECOND_US)} s after its lease was renewed`);
    },
  };
}
