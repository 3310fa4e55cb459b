import type { Question } from '../../scheduler/cycle/question.ts';
import type { Flip } from '../types.ts';
import { applyAll, type Change, mergeDiff } from './setting.ts';

/** The changes as merge patches of the objects, and as a piece of KubeSchedulerConfiguration. */
export function patchesOf(question: Question, changes: readonly Change[]): Flip['patches'] {
  if (changes.length === 0) return [];
  const { pod, nodes, weights } = applyAll(question, changes);
  const patches: Flip['patches'][number][] = [];
  const podPatch = mergeDiff(question.pod.pod, pod);
  if (podPatch !== undefined) patches.push({ target: 'pod', name: question.pod.name, patch: JSON.stringify(podPatch) });
  for (const [name, node] of nodes) {
    const patch = mergeDiff(question.snapshot.node(name)?.node, node);
    if (patch !== undefined) patches.push({ target: 'node', name, patch: JSON.stringify(patch) });
  }
  if (weights.size > 0) {
    const enabled = [...weights].map(([name, weight]) => ({ name, weight }));
    const schedulerName: string = question.pod.pod.spec?.schedulerName ?? 'default-scheduler';
    const disabled = enabled.map(({ name }) => ({ name }));
    const profile = { schedulerName, plugins: { score: { disabled, enabled } } };
    patches.push({ target: 'profile', name: schedulerName, patch: JSON.stringify({ profiles: [profile] }) });
  }
  return patches;
}
