/** Admission of a pod to its node (pkg/kubelet/lifecycle/predicate.go, sysctl, eviction). Pure functions; exact texts. */
import { nodeMatchesRequired } from '../api/helpers/nodeAffinity.ts';
import { podQOSClass, podRequests } from '../api/helpers/pods.ts';
import { findUntoleratedTaint } from '../api/helpers/tolerations.ts';
import { milliValue, value } from '../api/machinery/quantity.ts';
import type { KubeObject } from '../contracts/index.ts';
import { isCritical, isStatic } from './spec.ts';

export interface AdmissionInput {
  readonly pod: KubeObject;
  readonly node: KubeObject;
  /** Pods that hold resources on the node. */
  readonly others: readonly KubeObject[];
  /** Known without a look at the others: the resources suffice. */
  readonly fits?: boolean;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly allowedUnsafeSysctls: readonly string[];
  /** Pressure conditions that hold: `MemoryPressure`, ... */
  readonly pressure: readonly string[];
  readonly shuttingDown: boolean;
}

export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** What does not fit, for preemption: base units (milli for cpu). */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** Sysctls that a pod may set without permission (pkg/kubelet/sysctl/safe_sysctls.go). */
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
];

/** A quantity in the unit in which the scheduler counts it: milli-CPU, else whole units. */
export function amount(resource: string, text: string): number {
  return resource === 'cpu' ? milliValue(text) : value(text);
}

type Amounts = ReadonlyMap<string, number>;

/** Requests by the spec that they are counted from: each pod of a node is counted again for every newcomer. */
const requests = new WeakMap<object, Amounts>();
/** The same by the list of a pod's only container: pods of a template share it. */
const requestsOfOne = new WeakMap<object, Amounts>();

/** The list that alone says what the pod requests, if there is one. */
function onlyRequests({ spec }: KubeObject): object | undefined {
  if (spec.containers?.length !== 1 || spec.initContainers?.length > 0 || spec.resources || spec.overhead)
    return undefined;
  return spec.containers[0].resources?.requests;
}

/** What a pod requests, in the units of `amount`. */
export function requestsOf(pod: KubeObject): Amounts {
  const only = onlyRequests(pod);
  const [memo, key] = only === undefined ? [requests, pod.spec as object] : [requestsOfOne, only];
  const known = memo.get(key);
  if (known) return known;
  const out = new Map<string, number>();
  for (const [name, text] of Object.entries(podRequests(pod))) out.set(name, amount(name, text));
  memo.set(key, out);
  return out;
}

export const FIRST_RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** Resources in the order in which the scheduler's fit plugin looks: pods, cpu, memory, ephemeral-storage, then others. */
export function shortages(input: AdmissionInput): Shortage[] {
  const { pod, others, allocatable } = input;
  const out: Shortage[] = [];
  const maxPods = amount('pods', allocatable['pods'] ?? '110');
  if (others.length + 1 > maxPods) out.push({ resource: 'pods', requested: 1, used: others.length, capacity: maxPods });
  const wanted = requestsOf(pod);
  const all = others.map(requestsOf);
  const rest = [...wanted.keys()].filter((n) => !FIRST_RESOURCES.includes(n as never)).sort();
  for (const name of [...FIRST_RESOURCES, ...rest]) {
    const requested = wanted.get(name) ?? 0;
    if (requested <= 0) continue;
    // removeMissingExtendedResources: what the node does not know at all is not asked for.
    if (allocatable[name] === undefined && isExtended(name)) continue;
    const capacity = allocatable[name] === undefined ? 0 : amount(name, allocatable[name]);
    const used = all.reduce((sum, other) => sum + (other.get(name) ?? 0), 0);
    if (requested > capacity - used) out.push({ resource: name, requested, used, capacity });
  }
  return out;
}

function hostPorts(pod: KubeObject): string[] {
  const out: string[] = [];
  for (const c of pod.spec?.containers ?? []) {
    for (const p of c.ports ?? [])
      if (p.hostPort) out.push(`${p.protocol ?? 'TCP'}/${p.hostIP ?? '0.0.0.0'}/${p.hostPort}`);
  }
  return out;
}

function hasPortConflict(input: AdmissionInput): boolean {
  const ports = hostPorts(input.pod);
  if (ports.length === 0) return false;
  const wanted = ports.map((p) => p.split('/'));
  return input.others.some((o) =>
    hostPorts(o).some((p) => {
      const [protocol, ip, port] = p.split('/');
      return wanted.some(
        (w) => w[0] === protocol && w[2] === port && (w[1] === ip || w[1] === '0.0.0.0' || ip === '0.0.0.0'),
      );
    }),
  );
}

function underPressure(input: AdmissionInput): Rejection | undefined {
  const { pod, pressure } = input;
  if (pressure.length === 0 || isCritical(pod)) return undefined;
  const message = `The node had condition: [${pressure.join(' ')}]. `;
  if (pressure.length === 1 && pressure[0] === 'MemoryPressure') {
    if (podQOSClass(pod) !== 'BestEffort') return undefined;
    const taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };
    if (findUntoleratedTaint([taint], pod.spec?.tolerations ?? [], () => true) === undefined) return undefined;
  }
  return { reason: 'Evicted', message };
}

/** helper.IsExtendedResourceName. */
const isExtended = (name: string): boolean =>
  name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');

/** predicate.go rejectPodAdmissionBasedOnOSSelector and ...OSField: kubelets are of Linux here. */
function wrongOS(pod: KubeObject, node: KubeObject): Rejection | undefined {
  const label = 'kubernetes.io/os';
  const wanted = pod.metadata.labels?.[label];
  if (wanted !== undefined && wanted !== (node.metadata.labels?.[label] ?? 'linux'))
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  const os = pod.spec?.os?.name as string | undefined;
  if (os === undefined || os === 'linux') return undefined;
  return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
}

/** True when the pod asks for nothing but resources: any node takes it that has them, and neither taints nor pressure. */
export function asksForResourcesOnly({ spec, metadata }: KubeObject): boolean {
  if (metadata.labels?.['kubernetes.io/os'] !== undefined) return false;
  if (spec.nodeSelector || spec.affinity || spec.securityContext?.sysctls || spec.os) return false;
  for (const c of spec.containers) for (const port of c.ports ?? NONE) if (port.hostPort) return false;
  return true;
}

const NONE: readonly never[] = [];

/** The first reason why the pod may not run here, or undefined. Preemption for critical pods is the caller's. */
export function admit(input: AdmissionInput): Rejection | undefined {
  const { pod, node } = input;
  if (input.shuttingDown) return { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' };
  const pressure = underPressure(input);
  if (pressure) return pressure;
  for (const s of (pod.spec?.securityContext?.sysctls ?? []) as readonly { name: string }[]) {
    const name = s.name.replaceAll('/', '.');
    const allowed = input.allowedUnsafeSysctls.some(
      (p) => p === name || (p.endsWith('*') && name.startsWith(p.slice(0, -1))),
    );
    if (!SAFE_SYSCTLS.includes(name) && !allowed) {
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(s.name)} not allowlisted` };
    }
  }
  const os = wrongOS(pod, node);
  if (os !== undefined) return os;
  const short = input.fits ? undefined : shortages(input)[0];
  if (short !== undefined) return outOf(short);
  const { nodeSelector, affinity } = pod.spec;
  if ((nodeSelector || affinity) && !nodeMatchesRequired(pod, node as never)) {
    return {
      reason: 'NodeAffinity',
      message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    };
  }
  if (hasPortConflict(input)) {
    return {
      reason: 'NodePorts',
      message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    };
  }
  const taints = node.spec?.taints;
  if (taints?.length > 0 && !isStatic(pod)) {
    const taint = findUntoleratedTaint(taints, pod.spec?.tolerations ?? [], (t) => t.effect === 'NoExecute');
    if (taint)
      return {
        reason: 'TaintToleration',
        message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
      };
  }
  return undefined;
}

export function outOf(s: Shortage): Rejection {
  const message = `Node didn't have enough resource: ${s.resource}, requested: ${s.requested}, used: ${s.used}, capacity: ${s.capacity}`;
  return { reason: `OutOf${s.resource}`, message };
}

type Missing = ReadonlyMap<string, number>;

const gainOf = (pod: KubeObject, resource: string): number =>
  resource === 'pods' ? 1 : (requestsOf(pod).get(resource) ?? 0);

/** What is still missing when these pods are gone. */
function without(missing: Missing, pods: readonly KubeObject[]): Missing {
  const out = new Map<string, number>();
  for (const [resource, n] of missing) {
    const rest = n - pods.reduce((sum, p) => sum + gainOf(p, resource), 0);
    if (rest > 0) out.set(resource, rest);
  }
  return out;
}

function distance(missing: Missing, pod: KubeObject): number {
  let sum = 0;
  for (const [resource, n] of missing) {
    const fraction = (n - gainOf(pod, resource)) / n;
    if (fraction > 0) sum += fraction * fraction;
  }
  return sum;
}

/** Ties: the pod that requests less memory, then CPU; the later one when both are alike. */
function smaller(a: KubeObject, b: KubeObject): boolean {
  for (const resource of ['memory', 'cpu']) {
    const d = gainOf(a, resource) - gainOf(b, resource);
    if (d !== 0) return d < 0;
  }
  return true;
}

/** getPodsToPreemptByDistance: one pod after the other, each the nearest to what is missing. */
function byDistance(pods: readonly KubeObject[], wanted: Missing): readonly KubeObject[] {
  const chosen: KubeObject[] = [];
  let left = [...pods];
  let missing = wanted;
  while (missing.size > 0 && left.length > 0) {
    let best = left[0];
    for (const pod of left.slice(1)) {
      const d = distance(missing, pod) - distance(missing, best);
      if (d < 0 || (d === 0 && smaller(pod, best))) best = pod;
    }
    chosen.push(best);
    left = left.filter((p) => p !== best);
    missing = without(missing, [best]);
  }
  return chosen;
}

function missingOf(input: AdmissionInput): Missing {
  return new Map(shortages(input).map((s) => [s.resource, s.requested - (s.capacity - s.used)]));
}

const preemptable = (input: AdmissionInput): readonly KubeObject[] =>
  input.others.filter((o) => !isCritical(o) && (o.spec?.priority ?? 0) < (input.pod.spec?.priority ?? 0));

/**
 * Pods to kill so that a critical pod fits (preemption.go getPodsToPreempt), in the order in which they are killed.
 * undefined: no set is enough.
 */
export function victims(input: AdmissionInput): readonly KubeObject[] | undefined {
  const missing = missingOf(input);
  const candidates = preemptable(input);
  if (without(missing, candidates).size > 0) return undefined;
  const of = (qos: string) => candidates.filter((p) => podQOSClass(p) === qos);
  const [bestEffort, burstable, guaranteed] = [of('BestEffort'), of('Burstable'), of('Guaranteed')];
  const third = byDistance(guaranteed, without(missing, [...bestEffort, ...burstable]));
  const second = byDistance(burstable, without(missing, [...bestEffort, ...third]));
  const first = byDistance(bestEffort, without(missing, [...second, ...third]));
  return [...first, ...second, ...third];
}

/** `[(res: cpu, q: 5000), ]`: what no set of pods gives, as the error prints it. */
export function shortageText(input: AdmissionInput): string {
  const missing = without(missingOf(input), preemptable(input));
  return `[${[...missing].map(([resource, n]) => `(res: ${resource}, q: ${n}), `).join('')}]`;
}
