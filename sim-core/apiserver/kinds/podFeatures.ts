import type { KubeObject } from '../../contracts/index.ts';
import { replaced, withFields } from '../strategies.ts';

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn';
  readonly values: readonly string[];
}

interface Selecting {
  readonly labelSelector?: { readonly matchExpressions?: readonly unknown[] };
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

const SPREAD_KEYS = 'MatchLabelKeysInPodTopologySpread';

/** Fields of a new pod that are dropped where their feature gate is off. Source: pkg/api/pod/util.go DropDisabledPodFields. */
export function withoutDisabled(pod: KubeObject, off: readonly string[]): KubeObject {
  if (off.length === 0) return pod;
  let spec = pod.spec ?? {};
  if (off.includes('PodLevelResources') && spec.resources !== undefined)
    spec = replaced(spec, { resources: undefined });
  const spread: readonly Selecting[] = spec.topologySpreadConstraints ?? [];
  if (off.includes(SPREAD_KEYS) && spread.some((c) => c.matchLabelKeys !== undefined))
    spec = replaced(spec, {
      topologySpreadConstraints: spread.map(({ matchLabelKeys: _, ...constraint }) => constraint),
    });
  return spec === pod.spec ? pod : withFields(pod, { spec });
}

/**
 * The values that the pod itself has for the keys of matchLabelKeys and mismatchLabelKeys become part of the selectors.
 * Source: pkg/registry/core/pod/strategy.go applyMatchLabelKeysAndMismatchLabelKeys, features MatchLabelKeysInPodAffinity and
 * MatchLabelKeysInPodTopologySpreadSelectorMerge.
 */
export function withLabelKeys(pod: KubeObject, off: readonly string[]): KubeObject {
  const labels: Labels = pod.metadata.labels ?? {};
  const { affinity, topologySpreadConstraints: spread } = pod.spec ?? {};
  const changed: Record<string, unknown> = {};
  const merges = !off.includes(SPREAD_KEYS) && !off.includes('MatchLabelKeysInPodTopologySpreadSelectorMerge');
  if (merges && (spread as readonly Selecting[] | undefined)?.some(hasKeys))
    changed['topologySpreadConstraints'] = (spread as readonly Selecting[]).map((c) => merged(c, labels));
  const parts: Record<string, unknown> = {};
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const part = affinity?.[name];
    if (part === undefined) continue;
    const required: readonly Selecting[] = part.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred: readonly { readonly podAffinityTerm?: Selecting }[] =
      part.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (
      !required.some(hasKeys) &&
      !preferred.some((p) => p.podAffinityTerm !== undefined && hasKeys(p.podAffinityTerm))
    )
      continue;
    parts[name] = {
      ...part,
      ...(required.length > 0 && {
        requiredDuringSchedulingIgnoredDuringExecution: required.map((term) => merged(term, labels)),
      }),
      ...(preferred.length > 0 && {
        preferredDuringSchedulingIgnoredDuringExecution: preferred.map((p) =>
          p.podAffinityTerm === undefined ? p : { ...p, podAffinityTerm: merged(p.podAffinityTerm, labels) },
        ),
      }),
    };
  }
  if (Object.keys(parts).length > 0) changed['affinity'] = { ...affinity, ...parts };
  if (Object.keys(changed).length === 0) return pod;
  return withFields(pod, { spec: replaced(pod.spec ?? {}, changed) });
}

const hasKeys = ({ matchLabelKeys, mismatchLabelKeys }: Selecting): boolean =>
  (matchLabelKeys?.length ?? 0) + (mismatchLabelKeys?.length ?? 0) > 0;

/** Without a selector there is nothing to narrow. */
function merged<T extends Selecting>(term: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (labelSelector === undefined || labelSelector === null) return term;
  const requirements = (keys: readonly string[], operator: Requirement['operator']): readonly Requirement[] =>
    keys.filter((key) => labels[key] !== undefined).map((key) => ({ key, operator, values: [labels[key]] }));
  const added = [...requirements(matchLabelKeys, 'In'), ...requirements(mismatchLabelKeys, 'NotIn')];
  if (added.length === 0) return term;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...added];
  return { ...term, labelSelector: { ...labelSelector, matchExpressions } };
}
