import { type PodInfo, podInfo } from '../framework/podInfo.ts';
import type { Status } from '../framework/status.ts';
import { FastDecision } from './fastDecision.ts';

interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms?: readonly {
      readonly matchExpressions?: readonly Requirement[];
      readonly matchFields?: readonly Requirement[];
    }[];
  };
}

/**
 * The one node that a pod requires by name, as pods of DaemonSets do; undefined when it requires anything more of nodes by
 * affinity, or when what it requires changes which nodes its own required spread constraints count.
 */
export function pinnedNode({ pod }: PodInfo): string | undefined {
  const affinity: NodeAffinity | undefined = pod.spec?.affinity?.nodeAffinity;
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms?.length !== 1 || (terms[0].matchExpressions ?? []).length > 0) return undefined;
  const { matchFields = [] } = terms[0];
  if (matchFields.length !== 1) return undefined;
  const [{ key, operator, values = [] }] = matchFields;
  if (key !== 'metadata.name' || operator !== 'In' || values.length !== 1) return undefined;
  const spread: readonly { readonly whenUnsatisfiable?: string }[] = pod.spec.topologySpreadConstraints ?? [];
  return spread.some((c) => c.whenUnsatisfiable !== 'ScheduleAnyway') ? undefined : values[0];
}

/** The pod as it would be without its required node affinity. */
export function unpinned({ pod }: PodInfo): PodInfo {
  const { nodeAffinity, ...others } = pod.spec.affinity;
  const { requiredDuringSchedulingIgnoredDuringExecution: _, ...preferred } = nodeAffinity;
  const rest = Object.keys(preferred).length > 0 ? { ...others, nodeAffinity: preferred } : others;
  const affinity = Object.keys(rest).length > 0 ? rest : undefined;
  return podInfo({ metadata: pod.metadata, spec: { ...pod.spec, affinity }, status: pod.status });
}

/** The decision for a pod that fits on the one node that it names. */
export class PinnedDecision extends FastDecision {
  override get feasible(): readonly string[] {
    return [this.node as string];
  }

  override get totals(): readonly number[] {
    return [];
  }

  override get best(): readonly string[] {
    return this.feasible;
  }

  get absent(): Status | undefined {
    return this.plain().absent;
  }
}
