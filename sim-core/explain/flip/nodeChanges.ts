import type { KubeObject } from '../../contracts/objects.ts';
import type { NodeInfo } from '../../scheduler/framework/nodeInfo.ts';
import type { PodInfo } from '../../scheduler/framework/podInfo.ts';
import { amountOf } from '../../scheduler/framework/resources.ts';
import { taintText } from '../obstacles.ts';
import type { Message } from '../types.ts';
import { quantityOf, roundDown, roundUp } from './amounts.ts';
import type { Taint } from './podChanges.ts';
import { type Change, type Path, pathText, setIn } from './setting.ts';

const CORDON_TAINT = 'node.kubernetes.io/unschedulable';

function nodeChange(
  info: NodeInfo,
  path: Path,
  edit: (node: KubeObject) => KubeObject,
  message: Message,
  more: {
    readonly relative?: number;
    readonly scope?: Change['scope'];
    readonly from?: string;
    readonly to?: string;
  } = {},
): Change {
  return {
    target: 'node',
    name: info.name,
    field: pathText(path),
    from: more.from ?? '',
    to: more.to ?? '',
    relative: more.relative ?? 1,
    message,
    scope: more.scope ?? 'node',
    apply: (setting) => {
      const node = setting.nodes.get(info.name) ?? (info.node as KubeObject);
      return { ...setting, nodes: new Map(setting.nodes).set(info.name, edit(node)) };
    },
  };
}

/** The node with another amount of a resource; undefined when that is no change. */
export function allocatableChange(info: NodeInfo, resource: string, to: number): Change | undefined {
  const from = amountOf(info.allocatable, resource);
  if (to === from || to < 0) return undefined;
  const path: Path = ['status', 'allocatable', resource];
  return nodeChange(
    info,
    path,
    (node) => setIn(node, path, quantityOf(resource, to)),
    { id: 'sched.flip.allocatable', params: { node: info.name, resource, from, to } },
    {
      relative: from === 0 ? 1 : Math.abs(to - from) / from,
      from: quantityOf(resource, from),
      to: quantityOf(resource, to),
    },
  );
}

/** Resources that a pod asks for, and room for itself. */
export function resourcesAskedFor(pod: PodInfo): readonly string[] {
  const named = ['cpu', 'memory', 'ephemeral-storage', ...pod.requests.scalars.keys()];
  return [...named.filter((r) => amountOf(pod.requests, r) > 0), 'pods'];
}

/** The least allocatable with which the pod fits as far as this resource goes; undefined when it does. */
export function fittingAllocatable(pod: PodInfo, info: NodeInfo, resource: string): Change | undefined {
  const needed =
    resource === 'pods'
      ? info.pods.length + 1
      : roundUp(resource, amountOf(info.requested, resource) + amountOf(pod.requests, resource));
  return needed <= amountOf(info.allocatable, resource) ? undefined : allocatableChange(info, resource, needed);
}

export function allocatableLadder(
  info: NodeInfo,
  resource: string,
  percents: readonly number[],
  direction: 1 | -1,
): readonly Change[] {
  const from = amountOf(info.allocatable, resource);
  return percents
    .map((percent) => {
      const part = (from * percent) / 100;
      const to = direction > 0 ? roundUp(resource, from + part) : roundDown(resource, from - part);
      return allocatableChange(info, resource, to);
    })
    .filter((c) => c !== undefined);
}

export function taintRemoval(info: NodeInfo, taint: Taint, pod: KubeObject): Change {
  const text = taintText(taint);
  const path: Path = ['spec', 'taints'];
  return nodeChange(
    info,
    path,
    (node) =>
      setIn(
        node,
        path,
        (node.spec?.taints ?? []).filter((t: Taint) => taintText(t) !== text),
      ),
    { id: 'sched.flip.removeTaint', params: { taint: text, node: info.name } },
    { from: text, scope: scopeFor(pod) },
  );
}

/** Uncordoning takes away the taint too, as the node lifecycle controller does. */
export function cordonChange(info: NodeInfo, pod: KubeObject): Change {
  const isCordoned = info.node?.spec?.unschedulable === true;
  const path: Path = ['spec', 'unschedulable'];
  const edit = (node: KubeObject): KubeObject => {
    if (!isCordoned) return setIn(node, path, true);
    const taints = (node.spec?.taints ?? []).filter((t: Taint) => t.key !== CORDON_TAINT);
    return setIn(setIn(node, path, undefined), ['spec', 'taints'], taints.length === 0 ? undefined : taints);
  };
  const message: Message = {
    id: isCordoned ? 'sched.flip.uncordon' : 'sched.flip.cordon',
    params: { node: info.name },
  };
  return nodeChange(info, path, edit, message, {
    from: String(isCordoned),
    to: String(!isCordoned),
    scope: scopeFor(pod),
  });
}

/** Taints and labels of nodes decide which of them a spread constraint counts. */
function scopeFor(pod: KubeObject): Change['scope'] {
  return pod.spec?.topologySpreadConstraints === undefined ? 'node' : 'other';
}

export function nodeLabelChange(info: NodeInfo, key: string, to: string): Change {
  const path: Path = ['metadata', 'labels', key];
  return nodeChange(
    info,
    path,
    (node) => setIn(node, path, to),
    { id: 'sched.flip.nodeLabel', params: { node: info.name, key, to } },
    { from: info.labels[key] ?? '', to, scope: 'other' },
  );
}
