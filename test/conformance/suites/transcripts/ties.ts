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
