import { deepEqual } from '../../../api/machinery/update.ts';
import type { KubeObject } from '../../../contracts/index.ts';
import type { NodeInfo } from '../../framework/nodeInfo.ts';
import type { Plugin } from '../../framework/plugin.ts';
import type { Listers } from '../../framework/snapshot.ts';
import { SKIP, type Status, unresolvable } from '../../framework/status.ts';
import {
  claimOf,
  classOf,
  holdsNothing,
  notFound,
  PVS,
  STORAGE_CLASSES,
  usesClaim,
  volumesOf,
} from '../volumes/claims.ts';

const CONFLICT = 'node(s) had no available volume zone';
const STATE = 'PreFilterVolumeZone';
/** Each label with the one that took its place. */
const LABELS: readonly (readonly [string, string])[] = [
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
];

interface Topology {
  readonly volume: string;
  readonly label: string;
  readonly current: string;
  readonly values: readonly string[];
}

/** Zones and regions of a volume: `a__b` names two. A value with an empty part is passed over. */
function topologiesOf(volume: KubeObject): readonly Topology[] {
  const topologies: Topology[] = [];
  for (const [label, current] of LABELS) {
    const text: string | undefined = volume.metadata.labels?.[label];
    if (text === undefined) continue;
    const values = text.split('__').map((v) => v.trim());
    if (!values.includes('')) topologies.push({ volume: volume.metadata.name as string, label, current, values });
  }
  return topologies;
}

function podTopologies(pod: KubeObject, listers: Listers): readonly Topology[] | Status {
  const topologies: Topology[] = [];
  for (const { persistentVolumeClaim } of volumesOf(pod)) {
    if (persistentVolumeClaim === undefined) continue;
    const name = persistentVolumeClaim.claimName ?? '';
    if (name === '') return unresolvable('PersistentVolumeClaim had no name');
    const claim = claimOf(listers, pod, name);
    if (claim === undefined) return notFound('persistentvolumeclaim', name);
    const volumeName: string = claim.spec?.volumeName ?? '';
    if (volumeName === '') {
      const unbound = unboundStatus(claim, listers);
      if (unbound !== undefined) return unbound;
      continue;
    }
    const volume = listers.get(PVS, '', volumeName);
    if (volume === undefined) return notFound('persistentvolume', volumeName);
    topologies.push(...topologiesOf(volume));
  }
  return topologies;
}

/** A claim that waits for its first consumer has no zone yet; any other unbound claim is a reason to wait. */
function unboundStatus(claim: KubeObject, listers: Listers): Status | undefined {
  const className = classOf(claim);
  if (className === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name');
  const storageClass = listers.get(STORAGE_CLASSES, '', className);
  if (storageClass === undefined) return notFound('storageclass.storage.k8s.io', className);
  const mode = storageClass['volumeBindingMode'];
  if (mode === undefined) return unresolvable(`VolumeBindingMode not set for StorageClass "${className}"`);
  return mode === 'WaitForFirstConsumer' ? undefined : unresolvable('PersistentVolume had no name');
}

function check(topologies: readonly Topology[], node: NodeInfo): Status | undefined {
  // A node outside of any zone, as in a cluster of a single machine, takes all volumes.
  if (!LABELS.some(([label]) => node.labels[label] !== undefined)) return undefined;
  for (const { label, current, values } of topologies) {
    const value = node.labels[label] ?? node.labels[current];
    if (value === undefined || !values.includes(value)) return unresolvable(CONFLICT);
  }
  return undefined;
}

/** Nodes must be in a zone of the bound volumes. Source: plugins/volumezone. */
export function volumeZone(): Plugin {
  return {
    name: 'VolumeZone',
    preFilter(state, pod, snapshot) {
      const topologies = podTopologies(pod.pod, snapshot.listers);
      if ('code' in topologies) return { status: topologies };
      if (topologies.length === 0) return { status: SKIP };
      state.write(STATE, topologies);
      return {};
    },
    filter: (state, _pod, node) => check(state.read<readonly Topology[]>(STATE) ?? [], node),
    decompose: (pod) => (holdsNothing(pod.pod) ? {} : undefined),
    events: () => [
      {
        resource: 'StorageClass',
        actions: ['Add'],
        hint: (_pod, _before, now) =>
          (now as { volumeBindingMode?: string } | undefined)?.volumeBindingMode === 'WaitForFirstConsumer'
            ? 'Queue'
            : 'QueueSkip',
      },
      { resource: 'Node', actions: ['Add', 'UpdateNodeLabel'] },
      {
        resource: 'PersistentVolumeClaim',
        actions: ['Add', 'Update'],
        hint: (pod, _before, now) => (now !== undefined && usesClaim(pod, now, false) ? 'Queue' : 'QueueSkip'),
      },
      {
        resource: 'PersistentVolume',
        actions: ['Add', 'Update'],
        hint: (_pod, before, now) =>
          before === undefined || now === undefined || !deepEqual(topologiesOf(before), topologiesOf(now))
            ? 'Queue'
            : 'QueueSkip',
      },
    ],
  };
}
