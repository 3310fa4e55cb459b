import type { KubeObject } from '../../../../sim-core/contracts/index.ts';
import type { Transcript } from './recording.ts';

/**
 * The recorded scheduler broke ties at random: among nodes that score alike, a pod gets the one that the recording gave to a
 * pod of its owner and that no other has got yet; else the lowest name. Where there is no tie the recording has no say.
 */
export function recordedTies(
  transcript: Pick<Transcript, 'writes'>,
): (pod: KubeObject, best: readonly string[]) => string {
  const left = new Map<string, string[]>();
  for (const { resource, subresource, name, body, code } of transcript.writes) {
    if (resource !== 'pods' || subresource !== 'binding' || code >= 300) continue;
    const key = name.replace(/<x\d+>$/, '');
    const { target } = body as { target: { name: string } };
    left.set(key, [...(left.get(key) ?? []), target.name]);
  }
  return ({ metadata }, best) => {
    const nodes = left.get(metadata.generateName ?? '') ?? left.get(metadata.name ?? '') ?? [];
    const at = nodes.findIndex((node) => best.includes(node));
    return at < 0 ? [...best].sort()[0] : nodes.splice(at, 1)[0];
  };
}

/**
 * Of pods that are alike a ReplicaSet deletes those with the lowest uids, which are random and not recorded. Uids of the initial
 * pods that the recorded controllers deleted, in that order.
 */
export function recordedVictims(transcript: Pick<Transcript, 'writes' | 'initialObjects'>): readonly string[] {
  const uids = new Map<string, string>();
  for (const { resource, metadata } of transcript.initialObjects)
    if (resource === 'pods') uids.set(`${metadata.namespace}/${metadata.name}`, metadata.uid ?? '');
  const first: string[] = [];
  for (const { actor, verb, resource, ns, name, code } of transcript.writes) {
    if (resource !== 'pods' || verb !== 'delete' || code >= 300 || !actor.startsWith('kube-controller-manager/'))
      continue;
    const uid = uids.get(`${ns}/${name}`);
    if (uid !== undefined && !first.includes(uid)) first.push(uid);
  }
  return first;
}
