import { isPodTerminal } from '../../api/helpers/pods.ts';
import type { Containers, Dict, KubeObject } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { podInfo } from '../../scheduler/framework/podInfo.ts';
import { resourcesOf } from '../../scheduler/framework/resources.ts';
import { type Checker, type Commit, label, type Scene } from '../checker.ts';

interface Used {
  readonly pods: number;
  readonly milliCPU: number;
  readonly memory: number;
  readonly ephemeralStorage: number;
}

const NOTHING: Used = { pods: 0, milliCPU: 0, memory: 0, ephemeralStorage: 0 };
/** A scheduler that takes over may not know the last bindings of the one before. */
const TAKE_OVER_US = 30 * SECOND_US;

function nodeOf(pod: KubeObject | undefined): string {
  return pod === undefined || isPodTerminal(pod) ? '' : (pod.spec?.nodeName ?? '');
}

/**
 * N1: what the pods of a node ask for fits its allocatable. Judged when a scheduler binds a pod: allocatable may shrink later,
 * and pods that come with a node's name (static pods, pods made by hand) are the kubelet's to refuse. Not with schedulers of
 * several configurations, which race, nor just after a new leader among the schedulers.
 */
export function nodesAreNotOvercommitted(): Checker {
  let used!: Dict<Used>;
  let electedUs!: Dict<number>;
  return {
    id: 'N1',
    name: 'node-not-overcommitted',
    resources: ['pods', 'leases.coordination.k8s.io'],
    init(c: Containers) {
      used = c.dict('N1/used');
      electedUs = c.dict('N1/elected');
    },
    commit(scene: Scene, { resource, now, before, deleted }: Commit) {
      if (resource !== 'pods') {
        const changed = now.object.spec?.holderIdentity !== before?.object.spec?.holderIdentity;
        if (changed && now.object.metadata.namespace === 'kube-system')
          electedUs.set(now.object.metadata.name ?? '', scene.nowUs);
        return;
      }
      const [was, is] = [nodeOf(before?.object), deleted ? '' : nodeOf(now.object)];
      const resized = was === is && before !== undefined && is !== '' && before.object.spec !== now.object.spec;
      if (was === is && !resized) return;
      if (was !== '' && before !== undefined) add(used, was, before.object, -1);
      if (is !== '') add(used, is, now.object, 1);
      const bound = before !== undefined && was === '' && is !== '';
      const elected = electedUs.get('kube-scheduler') ?? -1;
      if (!bound || scene.flags.rivalSchedulers || (elected >= 0 && scene.nowUs - elected < TAKE_OVER_US)) return;
      judge(scene, is, used.get(is) ?? NOTHING, now.object);
    },
  };
}

function add(used: Dict<Used>, node: string, pod: KubeObject, sign: 1 | -1): void {
  const old = used.get(node) ?? NOTHING;
  const { requests } = podInfo(pod);
  const next = {
    pods: old.pods + sign,
    milliCPU: old.milliCPU + sign * requests.milliCPU,
    memory: old.memory + sign * requests.memory,
    ephemeralStorage: old.ephemeralStorage + sign * requests.ephemeralStorage,
  };
  if (next.pods === 0) used.delete(node);
  else used.set(node, next);
}

function judge(scene: Scene, name: string, used: Used, pod: KubeObject): void {
  const node = scene.find('nodes', '', name)?.object;
  if (node === undefined) return;
  const room = resourcesOf(node.status?.allocatable);
  const over = (what: string, has: number, most: number) => {
    if (has > most) scene.report(`nodes/${name}`, `${label('pods', pod)} makes ${what} ${has} of ${most}`);
  };
  over('pods', used.pods, room.allowedPodNumber);
  over('cpu (milli)', used.milliCPU, room.milliCPU);
  over('memory', used.memory, room.memory);
  if (room.ephemeralStorage > 0) over('ephemeral-storage', used.ephemeralStorage, room.ephemeralStorage);
}
