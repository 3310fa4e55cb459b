import { labelsKey } from '../framework/labelsKey.ts';
import { partText } from '../framework/partText.ts';
import type { PodInfo } from '../framework/podInfo.ts';
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

/**
 * Names what decides how a pod fares, as far as the pod alone tells: equal keys mean equal verdicts and scores on every
 * node of the same cluster. Labels take part only where a term of the pod may match the pod itself.
 */
export function podClassKey(pod: PodInfo): string {
  let key = pod.memo.classKey;
  if (key === undefined) {
    const spec: SpecShape = pod.pod.spec ?? {};
    const looksAtItself =
      spec.topologySpreadConstraints !== undefined ||
      pod.requiredAffinity.length + pod.requiredAntiAffinity.length + pod.preferredAffinity.length > 0 ||
      pod.preferredAntiAffinity.length > 0;
    const { milliCPU, memory, scalars } = pod.scoredRequests;
    const ports = pod.hostPorts.length === 0 ? '' : JSON.stringify(pod.hostPorts);
    const labels = looksAtItself ? labelsKey(pod.labels) : '';
    const requests = `${amounts(pod.requests)};${milliCPU},${memory};${amounts(scalars)}`;
    key = `${pod.namespace}\u0000${requests}\u0000${ports}\u0000${labels}\u0000${specText(spec)}`;
    pod.memo.classKey = key;
  }
  return key;
}
