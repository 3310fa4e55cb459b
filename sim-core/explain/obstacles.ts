import { nodeSelectorTermMatches } from '../api/helpers/nodeAffinity.ts';
import { isHardTaint, tolerationsTolerateTaint } from '../api/helpers/tolerations.ts';
import { matchesAllTerms, termMatches } from '../scheduler/framework/affinityTerms.ts';
import type { NodeInfo } from '../scheduler/framework/nodeInfo.ts';
import { type PodInfo, portsConflict } from '../scheduler/framework/podInfo.ts';
import type { Snapshot } from '../scheduler/framework/snapshot.ts';
import type { Status } from '../scheduler/framework/status.ts';
import { insufficientResources } from '../scheduler/plugins/noderesources/fit.ts';
import { hardSpread } from '../scheduler/plugins/podtopologyspread/podTopologySpread.ts';
import type { Inquiry } from './inquiry.ts';
import type { Message, NearMiss, Obstacle } from './types.ts';

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** `key=value:effect`, as kubectl writes it. */
export function taintText(taint: Taint): string {
  const value = (taint.value ?? '') === '' ? '' : `=${taint.value}`;
  return `${taint.key}${value}:${taint.effect}`;
}

/** The hard taints of a node that the pod does not tolerate. */
export function untoleratedTaints(pod: PodInfo, node: NodeInfo): readonly Taint[] {
  const taints: readonly Taint[] = node.node?.spec?.taints ?? [];
  const tolerations = pod.pod.spec?.tolerations ?? [];
  return taints.filter((t) => isHardTaint(t) && !tolerationsTolerateTaint(tolerations, t));
}

/** Everything that keeps the pod from one node. */
export function obstaclesOf(inquiry: Inquiry, node: NodeInfo): readonly Obstacle[] {
  const { decision, preFilter } = inquiry;
  if (preFilter.status !== undefined) return [reasonObstacle(preFilter.status)];
  const obstacles: Obstacle[] = [];
  if (!inquiry.isInside(node.name)) {
    const plugins = preFilter.restrictedBy;
    obstacles.push(obstacle(plugins.join(' '), { id: 'sched.filter.restricted', params: { plugins } }));
  }
  for (const status of inquiry.verdicts(node)) obstacles.push(...explainStatus(inquiry, node, status));
  const own = decision.failed.get(node.name);
  // Fits by itself: it is the pods that are nominated to the node that leave no room.
  if (obstacles.length === 0 && own !== undefined) obstacles.push(nominatedObstacle(inquiry, node, own));
  return obstacles;
}

function nominatedObstacle(inquiry: Inquiry, node: NodeInfo, status: Status): Obstacle {
  const pods = inquiry.question.nominated(node.name).map((p) => `${p.namespace}/${p.name}`);
  if (pods.length === 0) return reasonObstacle(status);
  const plugin = status.plugin ?? '';
  return obstacle(plugin, {
    id: 'sched.filter.nominated',
    params: { plugin, reason: status.reasons.join(', '), pods },
  });
}

function obstacle(plugin: string, message: Message, distance = 1): Obstacle {
  return { plugin, message, distance };
}

function reasonObstacle(status: Status): Obstacle {
  const plugin = status.plugin ?? '';
  return obstacle(plugin, { id: 'sched.filter.reason', params: { plugin, reason: status.reasons.join(', ') } });
}

function explainStatus(inquiry: Inquiry, node: NodeInfo, status: Status): readonly Obstacle[] {
  const plugin = status.plugin ?? '';
  const messages = messagesOf(inquiry, node, status);
  if (messages.length === 0) return [reasonObstacle(status)];
  return messages.map(({ message, distance }) => obstacle(plugin, message, distance));
}

interface Measured {
  readonly message: Message;
  readonly distance?: number;
}

function messagesOf(inquiry: Inquiry, node: NodeInfo, status: Status): readonly Measured[] {
  const { pod, snapshot } = inquiry.question;
  switch (status.plugin) {
    case 'NodeUnschedulable':
      return [{ message: { id: 'sched.filter.unschedulable', params: {} } }];
    case 'NodeName':
      return [{ message: { id: 'sched.filter.nodeName', params: { wanted: pod.pod.spec?.nodeName ?? '' } } }];
    case 'TaintToleration':
      return untoleratedTaints(pod, node).map((taint) => ({
        message: { id: 'sched.filter.taint', params: { taint: taintText(taint) } },
      }));
    case 'NodeAffinity':
      return affinityMessages(pod, node, status);
    case 'NodePorts':
      return portMessages(pod, node);
    case 'NodeResourcesFit':
      return fitMessages(pod, node, status);
    case 'PodTopologySpread':
      return spreadMessages(inquiry, node);
    case 'InterPodAffinity':
      return podAffinityMessages(pod, node, snapshot);
    default:
      return [];
  }
}

function fitMessages(pod: PodInfo, node: NodeInfo, status: Status): readonly Measured[] {
  return insufficientResources(pod, node)
    .filter((m) => status.reasons.includes(m.reason))
    .map(({ resource, requested, used, capacity }): Measured => {
      if (resource === 'pods') return { message: { id: 'sched.filter.tooManyPods', params: { pods: used, capacity } } };
      const isTooSmall = requested > capacity;
      const free = Math.max(0, capacity - used);
      const short = isTooSmall ? requested - capacity : requested - (capacity - used);
      return {
        message: isTooSmall
          ? { id: 'sched.filter.tooSmall', params: { resource, requested, capacity, free, short } }
          : { id: 'sched.filter.insufficient', params: { resource, requested, free, capacity, short } },
        distance: shareShort(requested, capacity - used),
      };
    });
}

function portMessages(pod: PodInfo, node: NodeInfo): readonly Measured[] {
  const taken = pod.hostPorts.filter((wanted) => node.ports.some((port) => portsConflict(wanted, port)));
  return taken.map(({ port, protocol }) => {
    const holder = node.pods.find((p) => p.hostPorts.some((h) => taken.some((t) => portsConflict(h, t))));
    const name = holder === undefined ? '' : `${holder.namespace}/${holder.name}`;
    return { message: { id: 'sched.filter.port', params: { port, protocol, pod: name } } };
  });
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** `key In (a, b)` */
export function expressionText({ key, operator, values = [] }: Requirement): string {
  return values.length === 0 ? `${key} ${operator}` : `${key} ${operator} (${values.join(', ')})`;
}

function affinityMessages(pod: PodInfo, node: NodeInfo, status: Status): readonly Measured[] {
  if (status.reasons.some((r) => r.includes('scheduler-enforced')))
    return [{ message: { id: 'sched.filter.addedAffinity', params: {} } }];
  const { nodeSelector = {}, affinity } = pod.pod.spec ?? {};
  const messages: Measured[] = [];
  for (const key of Object.keys(nodeSelector).sort()) {
    const wanted: string = nodeSelector[key];
    const found = node.labels[key];
    if (found === wanted) continue;
    messages.push({
      message:
        found === undefined
          ? { id: 'sched.filter.labelMissing', params: { key, wanted } }
          : { id: 'sched.filter.label', params: { key, wanted, found } },
    });
  }
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required !== undefined && required !== null) messages.push(...unmetTerm(required.nodeSelectorTerms ?? [], node));
  return messages;
}

interface Term {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

/** What is unmet of the term that is nearest: terms are alternatives. */
function unmetTerm(terms: readonly Term[], node: NodeInfo): readonly Measured[] {
  const object = node.node ?? { metadata: { name: node.name, labels: node.labels } };
  let nearest: readonly Measured[] | undefined;
  for (const term of terms) {
    if (nodeSelectorTermMatches(term, object)) return [];
    const unmet: Measured[] = [];
    for (const r of term.matchExpressions ?? []) {
      if (nodeSelectorTermMatches({ matchExpressions: [r] }, object)) continue;
      const found = node.labels[r.key];
      const expression = expressionText(r);
      unmet.push({
        message:
          found === undefined
            ? { id: 'sched.filter.expressionMissing', params: { expression, key: r.key } }
            : { id: 'sched.filter.expression', params: { expression, key: r.key, found } },
      });
    }
    for (const r of term.matchFields ?? []) {
      if (!nodeSelectorTermMatches({ matchFields: [r] }, object))
        unmet.push({ message: { id: 'sched.filter.field', params: { expression: expressionText(r), key: r.key } } });
    }
    if (nearest === undefined || unmet.length < nearest.length) nearest = unmet;
  }
  return nearest ?? [];
}

function spreadMessages(inquiry: Inquiry, node: NodeInfo): readonly Measured[] {
  const spread = hardSpread(inquiry.state);
  const messages: Measured[] = [];
  spread?.constraints.forEach((c, i) => {
    const { topologyKey, maxSkew } = c;
    const value = node.labels[topologyKey];
    if (value === undefined) {
      messages.push({ message: { id: 'sched.filter.spreadLabel', params: { topologyKey } } });
      return;
    }
    const count = spread.counts[i].get(value) ?? 0;
    const minimum = spread.minimums[i];
    const skew = count + (c.selector(inquiry.question.pod.labels) ? 1 : 0) - minimum;
    if (skew > maxSkew)
      messages.push({
        message: { id: 'sched.filter.spread', params: { topologyKey, value, count, minimum, skew, maxSkew } },
      });
  });
  return messages;
}

/** The pods of all nodes in the same domain. */
function* podsIn(snapshot: Snapshot, topologyKey: string, value: string): Generator<PodInfo> {
  for (const node of snapshot.nodes) if (node.labels[topologyKey] === value) yield* node.pods;
}

function podAffinityMessages(pod: PodInfo, node: NodeInfo, snapshot: Snapshot): readonly Measured[] {
  const labels = snapshot.listers.namespaceLabels;
  const messages: Measured[] = [];
  const full = (p: PodInfo) => `${p.namespace}/${p.name}`;
  for (const { topologyKey } of pod.requiredAffinity) {
    const value = node.labels[topologyKey];
    if (value === undefined) {
      messages.push({ message: { id: 'sched.filter.podAffinityLabel', params: { topologyKey } } });
      continue;
    }
    let isNear = false;
    for (const other of podsIn(snapshot, topologyKey, value))
      if (matchesAllTerms(pod.requiredAffinity, other, labels)) isNear = true;
    if (!isNear) messages.push({ message: { id: 'sched.filter.podAffinity', params: { topologyKey, value } } });
  }
  for (const term of pod.requiredAntiAffinity) {
    const { topologyKey } = term;
    const value = node.labels[topologyKey];
    if (value === undefined) continue;
    const near = [...podsIn(snapshot, topologyKey, value)].filter((other) => termMatches(term, other, labels));
    if (near.length > 0)
      messages.push({
        message: {
          id: 'sched.filter.podAntiAffinity',
          params: { topologyKey, value, pod: full(near[0]), pods: near.length },
        },
      });
  }
  // One pod a topology key tells enough.
  const told = new Set<string>();
  for (const other of snapshot.nodesWithRequiredAntiAffinity()) {
    for (const existing of other.podsWithRequiredAntiAffinity) {
      for (const term of existing.requiredAntiAffinity) {
        const { topologyKey } = term;
        const value = node.labels[topologyKey];
        if (told.has(topologyKey) || value === undefined || other.labels[topologyKey] !== value) continue;
        if (!termMatches(term, pod, labels)) continue;
        told.add(topologyKey);
        messages.push({
          message: { id: 'sched.filter.existingAntiAffinity', params: { topologyKey, value, pod: full(existing) } },
        });
      }
    }
  }
  return messages;
}

interface Distance {
  readonly count: number;
  readonly distance: number;
}

function isNearer(a: Distance, b: Distance): boolean {
  return a.count < b.count || (a.count === b.count && a.distance < b.distance);
}

/** The nodes that are nearest to taking the pod, the nearest first: fewest obstacles, then the smallest. */
export function nearestMisses(inquiry: Inquiry, limit: number): readonly NearMiss[] {
  const { decision, question } = inquiry;
  if (inquiry.preFilter.status !== undefined || limit <= 0) return [];
  const nearest: (Distance & { readonly node: NodeInfo })[] = [];
  for (const node of question.snapshot.nodes) {
    const status = decision.failed.get(node.name);
    if (status === undefined && inquiry.isInside(node.name)) continue;
    const farthest = nearest.length < limit ? undefined : nearest[nearest.length - 1];
    // What the first failing filter says is a lower bound, and mostly enough.
    if (farthest !== undefined && status !== undefined && !isNearer(sizeOf(inquiry, node, status), farthest)) continue;
    const whole = roughDistance(inquiry, node);
    if (farthest !== undefined && !isNearer(whole, farthest)) continue;
    if (farthest !== undefined) nearest.pop();
    const at = nearest.findIndex((n) => isNearer(whole, n));
    nearest.splice(at < 0 ? nearest.length : at, 0, { ...whole, node });
  }
  return nearest.map(({ node }) => {
    const obstacles = obstaclesOf(inquiry, node);
    return { node: node.name, obstacles, distance: obstacles.reduce((sum, o) => sum + o.distance, 0) };
  });
}

/** How many obstacles a node has and how large they are, without looking for the pods that cause them. */
function roughDistance(inquiry: Inquiry, node: NodeInfo): Distance {
  let count = inquiry.isInside(node.name) ? 0 : 1;
  let distance = count;
  inquiry.eachVerdict(node, (plugin, status) => {
    const size = sizeOf(inquiry, node, { ...status, plugin });
    count += size.count;
    distance += size.distance;
  });
  return { count, distance };
}

/** The obstacles that one filter sees. */
function sizeOf(inquiry: Inquiry, node: NodeInfo, status: Status): Distance {
  const { plugin } = status;
  if (plugin === 'NodeResourcesFit') {
    let count = 0;
    let distance = 0;
    for (const m of insufficientResources(inquiry.question.pod, node)) {
      if (!status.reasons.includes(m.reason)) continue;
      count++;
      distance += m.resource === 'pods' ? 1 : shareShort(m.requested, m.capacity - m.used);
    }
    return { count, distance };
  }
  const isMany = plugin === 'TaintToleration' || plugin === 'NodeAffinity';
  const count = isMany ? Math.max(1, messagesOf(inquiry, node, status).length) : 1;
  return { count, distance: count };
}

/** The part of a request for which there is no room. */
function shareShort(requested: number, free: number): number {
  return (requested - Math.max(0, free)) / requested;
}
