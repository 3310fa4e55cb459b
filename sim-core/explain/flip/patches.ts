import { patchSchemaOfKind } from '../../api/machinery/patchSchema.ts';
import { createTwoWayMergePatch } from '../../api/machinery/strategicDiff.ts';
import { applyStrategicMergePatch } from '../../api/machinery/strategicMerge.ts';
import type { KubeObject } from '../../contracts/objects.ts';
import type { Question } from '../../scheduler/cycle/question.ts';
import type { Flip } from '../types.ts';
import { applyAll, type Change, type Setting, settingOf } from './setting.ts';

type JsonObject = Parameters<typeof createTwoWayMergePatch>[0];

const plain = (object: KubeObject): JsonObject => JSON.parse(JSON.stringify(object)) as JsonObject;

const schemaOf = (kind: 'Pod' | 'Node') => {
  const schema = patchSchemaOfKind('v1', kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return schema;
};

function patchOf(kind: 'Pod' | 'Node', before: KubeObject, after: KubeObject): string {
  return JSON.stringify(createTwoWayMergePatch(plain(before), plain(after), schemaOf(kind)));
}

/** The changes as strategic merge patches, as `kubectl patch` takes them, and as a piece of KubeSchedulerConfiguration. */
export function patchesOf(question: Question, changes: readonly Change[]): Flip['patches'] {
  if (changes.length === 0) return [];
  const { pod, nodes, weights } = applyAll(question, changes);
  const patches: Flip['patches'][number][] = [];
  if (pod !== question.pod.pod)
    patches.push({ target: 'pod', name: question.pod.name, patch: patchOf('Pod', question.pod.pod, pod) });
  for (const [name, node] of nodes)
    patches.push({
      target: 'node',
      name,
      patch: patchOf('Node', question.snapshot.node(name)?.node as KubeObject, node),
    });
  if (weights.size > 0) {
    const enabled = [...weights].map(([name, weight]) => ({ name, weight }));
    const schedulerName: string = question.pod.pod.spec?.schedulerName ?? 'default-scheduler';
    const disabled = enabled.map(({ name }) => ({ name }));
    const profile = { schedulerName, plugins: { score: { disabled, enabled } } };
    patches.push({ target: 'profile', name: schedulerName, patch: JSON.stringify({ profiles: [profile] }) });
  }
  return patches;
}

/** What the patches make of the objects, as an API server would apply them. */
export function settingAfter(question: Question, patches: Flip['patches']): Setting {
  const patched = (kind: 'Pod' | 'Node', object: KubeObject, patch: string): KubeObject =>
    applyStrategicMergePatch(plain(object), JSON.parse(patch) as JsonObject, schemaOf(kind)) as unknown as KubeObject;
  let { pod, nodes, weights } = settingOf(question);
  for (const { target, name, patch } of patches) {
    if (target === 'pod') pod = patched('Pod', pod, patch);
    else if (target === 'node')
      nodes = new Map(nodes).set(name, patched('Node', question.snapshot.node(name)?.node as KubeObject, patch));
    else {
      const [profile] = JSON.parse(patch).profiles as {
        plugins: { score: { enabled: { name: string; weight: number }[] } };
      }[];
      weights = new Map(profile.plugins.score.enabled.map((p) => [p.name, p.weight]));
    }
  }
  return { pod, nodes, weights };
}
