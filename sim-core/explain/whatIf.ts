import type { KubeObject } from '../contracts/objects.ts';
import type { Question } from '../scheduler/cycle/question.ts';
import { schedulePod } from '../scheduler/cycle/schedulePod.ts';
import { emptyNodeInfo, type NodeInfo, withNode } from '../scheduler/framework/nodeInfo.ts';
import { createSnapshot } from '../scheduler/framework/snapshot.ts';
import type { Message, WhatIf } from './types.ts';

export interface WhatIfOptions {
  /** An existing node, after which the new ones are made. */
  readonly like: string;
  readonly count: number;
}

const HOSTNAME = 'kubernetes.io/hostname';

/** The same cycle with more nodes: empty ones, with the labels, taints and allocatable of a node that exists. */
export function whatIfMoreNodes(question: Question, { like, count }: WhatIfOptions): WhatIf {
  const { snapshot, framework, pod, options } = question;
  const model = snapshot.node(like)?.node as KubeObject;
  const added: NodeInfo[] = [];
  for (let i = 1; added.length < count; i++) {
    const name = `${like}-new-${i}`;
    if (snapshot.node(name) === undefined) added.push(withNode(emptyNodeInfo(name), copyOf(model, name)));
  }
  const more = createSnapshot([...snapshot.nodes, ...added], snapshot.listers);
  const decision = schedulePod(framework, pod, more, { ...options, extenders: options.extenders?.again() });
  const node = decision.node ?? '';
  const isNewNode = added.some((n) => n.name === node);
  const message: Message =
    node === ''
      ? { id: 'sched.whatIf.unschedulable', params: { count, like } }
      : { id: isNewNode ? 'sched.whatIf.newNode' : 'sched.whatIf.oldNode', params: { count, like, node } };
  return {
    like,
    count,
    result: node !== '' ? 'scheduled' : decision.result === 'Error' ? 'error' : 'unschedulable',
    node,
    isNewNode,
    message: decision.message,
    messages: [message],
  };
}

/** A fresh node like it: schedulable, without what tells of its state. */
function copyOf(model: KubeObject, name: string): KubeObject {
  const { unschedulable: _cordon, taints = [], ...spec } = model.spec ?? {};
  const { labels = {} } = model.metadata;
  return {
    ...model,
    metadata: {
      ...model.metadata,
      name,
      uid: name,
      labels: labels[HOSTNAME] === undefined ? labels : { ...labels, [HOSTNAME]: name },
    },
    spec: { ...spec, taints: taints.filter((t: { key: string }) => !t.key.startsWith('node.kubernetes.io/')) },
    status: { ...model.status, images: [] },
  };
}
