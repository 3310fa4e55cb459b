import type { PodInfo } from '../framework/podInfo.ts';
import type { Resources } from '../framework/resources.ts';

/** Memos of pure functions of immutable parts of pods. */
const specTexts = new WeakMap<object, string>();
const amountTexts = new WeakMap<Resources, string>();

function specText(spec: Readonly<Record<string, unknown>>): string {
  let text = specTexts.get(spec);
  if (text === undefined) {
    const { containers, initContainers, volumes, ...rest } = spec;
    const images = (list: unknown) => ((list as readonly { image?: string }[] | undefined) ?? []).map((c) => c.image);
    text = JSON.stringify([
      rest['affinity'],
      rest['nodeSelector'],
      rest['tolerations'],
      rest['topologySpreadConstraints'],
      rest['nodeName'],
      images(initContainers),
      images(containers),
      ((volumes as readonly object[] | undefined) ?? []).map((v) => Object.keys(v)),
      rest['resourceClaims'],
    ]);
    specTexts.set(spec, text);
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
    const spec: Readonly<Record<string, unknown>> = pod.pod.spec ?? {};
    const looksAtItself =
      spec['topologySpreadConstraints'] !== undefined ||
      pod.requiredAffinity.length + pod.requiredAntiAffinity.length + pod.preferredAffinity.length > 0 ||
      pod.preferredAntiAffinity.length > 0;
    const { milliCPU, memory, scalars } = pod.scoredRequests;
    const ports = pod.hostPorts.length === 0 ? '' : JSON.stringify(pod.hostPorts);
    const labels = looksAtItself ? JSON.stringify(Object.entries(pod.labels).sort(byName)) : '';
    const requests = `${amounts(pod.requests)};${milliCPU},${memory};${amounts(scalars)}`;
    key = `${pod.namespace}\u0000${requests}\u0000${ports}\u0000${labels}\u0000${specText(spec)}`;
    pod.memo.classKey = key;
  }
  return key;
}

const byName = (a: readonly [string, string], b: readonly [string, string]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
