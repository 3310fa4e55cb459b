import { labelsKey } from '../framework/labelsKey.ts';
import { partText } from '../framework/partText.ts';
import type { NamedClass, PodInfo } from '../framework/podInfo.ts';
import type { Resources } from '../framework/resources.ts';

/** Memos of pure functions of immutable parts of pods. */
const amountTexts = new WeakMap<Resources, string>();

interface SpecShape {
  readonly affinity?: object;
  readonly nodeSelector?: object;
  readonly tolerations?: object;
  readonly topologySpreadConstraints?: object;
  readonly nodeName?: string;
  readonly initContainers?: readonly { readonly image?: string }[];
  readonly containers?: readonly { readonly image?: string }[];
  readonly volumes?: readonly object[];
  readonly resourceClaims?: object;
}

/** What of the spec decides besides requests and ports: the parts that are lists of names stand last. */
function specText(spec: SpecShape): string {
  let text = `${partText(spec.affinity)}\u0001${partText(spec.nodeSelector)}\u0001${partText(spec.tolerations)}\u0001`;
  text += `${partText(spec.topologySpreadConstraints)}\u0001${spec.nodeName ?? ''}\u0001`;
  text += partText(spec.resourceClaims);
  for (const { image } of spec.initContainers ?? []) text += `\u0001${image ?? ''}`;
  text += '\u0002';
  for (const { image } of spec.containers ?? []) text += `\u0001${image ?? ''}`;
  for (const volume of spec.volumes ?? []) {
    text += '\u0002';
    // `name`, and the kind of the volume.
    for (const name in volume) text += `\u0001${name}`;
  }
  return text;
}

function amounts(r: Resources): string {
  let text = amountTexts.get(r);
  if (text === undefined) {
    text = `${r.milliCPU},${r.memory},${r.ephemeralStorage}`;
    for (const [name, amount] of r.scalars) text += `,${name}=${amount}`;
    amountTexts.set(r, text);
  }
  return text;
}

/** So many classes of one template are looked through for that of a pod. */
const NAMED_MAX = 8;

/** `specText` would say the same: by identity of the parts that pods of one template share. */
function sameSpec(a: SpecShape, b: SpecShape): boolean {
  return (
    a === b ||
    (a.affinity === b.affinity &&
      a.nodeSelector === b.nodeSelector &&
      a.tolerations === b.tolerations &&
      a.topologySpreadConstraints === b.topologySpreadConstraints &&
      a.resourceClaims === b.resourceClaims &&
      a.nodeName === b.nodeName &&
      sameImages(a.containers, b.containers) &&
      sameImages(a.initContainers, b.initContainers) &&
      sameVolumeKinds(a.volumes, b.volumes))
  );
}

function sameImages(a: SpecShape['containers'], b: SpecShape['containers']): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i].image !== b[i].image) return false;
  return true;
}

function sameVolumeKinds(a: SpecShape['volumes'], b: SpecShape['volumes']): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameNames(a[i], b[i])) return false;
  return true;
}

/** The same names in the same order, as volumes of one template have. */
function sameNames(a: object, b: object): boolean {
  const names = Object.keys(a);
  let i = 0;
  for (const name in b) if (names[i++] !== name) return false;
  return i === names.length;
}

/**
 * Names what decides how a pod fares, as far as the pod alone tells: equal keys mean equal verdicts and scores on every
 * node of the same cluster. Labels take part only where a term of the pod may match the pod itself.
 */
export function podClassKey(pod: PodInfo): string {
  return (pod.memo.classKey ??= namedClass(pod).key);
}

function namedClass(pod: PodInfo): NamedClass {
  const spec: SpecShape = pod.pod.spec ?? {};
  const { namespace, memo } = pod;
  const { classes } = memo.template;
  const labels = looksAtItself(pod, spec) ? pod.labels : undefined;
  for (let i = 0; i < classes.length; i++) {
    const known = classes[i];
    if (known.namespace === namespace && known.labels === labels && sameSpec(known.spec, spec)) return known;
  }
  const { milliCPU, memory, scalars } = pod.scoredRequests;
  const ports = pod.hostPorts.length === 0 ? '' : JSON.stringify(pod.hostPorts);
  const requests = `${amounts(pod.requests)};${milliCPU},${memory};${amounts(scalars)}`;
  const own = labels === undefined ? '' : labelsKey(labels);
  const key = `${namespace}\u0000${requests}\u0000${ports}\u0000${own}\u0000${specText(spec)}`;
  const made: NamedClass = { namespace, labels, spec, key };
  if (classes.length === NAMED_MAX) classes.shift();
  classes.push(made);
  return made;
}

function looksAtItself(pod: PodInfo, spec: SpecShape): boolean {
  return (
    spec.topologySpreadConstraints !== undefined ||
    pod.requiredAffinity.length + pod.requiredAntiAffinity.length + pod.preferredAffinity.length > 0 ||
    pod.preferredAntiAffinity.length > 0
  );
}
