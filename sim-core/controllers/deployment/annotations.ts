import type { Deployment, ReplicaSet } from '../../api/types/apps.ts';

/** Annotations of pkg/controller/deployment/util/deployment_util.go. */
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
export const ROLLBACK_TO = 'deprecated.deployment.rollback.to';

const REVISION_HISTORY_CHARACTERS_MAX = 2000;

const notCopied: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
];

type Annotations = Readonly<Record<string, string>>;

function integerAnnotation(rs: ReplicaSet, name: string): number | undefined {
  const text = rs.metadata.annotations?.[name];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

export function revisionOf(object: ReplicaSet | Deployment): number {
  const text = object.metadata.annotations?.[REVISION];
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}

export function maxRevision(sets: readonly ReplicaSet[]): number {
  return sets.reduce((max, rs) => Math.max(max, revisionOf(rs)), 0);
}

/** The second highest revision, or 0. */
export function lastRevision(sets: readonly ReplicaSet[]): number {
  let max = 0;
  let second = 0;
  for (const rs of sets) {
    const revision = revisionOf(rs);
    if (revision >= max) {
      second = max;
      max = revision;
    } else if (revision > second) second = revision;
  }
  return second;
}

export function desiredReplicas(rs: ReplicaSet): number | undefined {
  return integerAnnotation(rs, DESIRED_REPLICAS);
}

export function maxReplicas(rs: ReplicaSet): number | undefined {
  return integerAnnotation(rs, MAX_REPLICAS);
}

export function withReplicasAnnotations(
  annotations: Annotations | undefined,
  desired: number,
  max: number,
): Annotations {
  return { ...annotations, [DESIRED_REPLICAS]: String(desired), [MAX_REPLICAS]: String(max) };
}

export function replicasAnnotationsDiffer(rs: ReplicaSet, desired: number, max: number): boolean {
  const annotations = rs.metadata.annotations;
  return annotations?.[DESIRED_REPLICAS] !== String(desired) || annotations?.[MAX_REPLICAS] !== String(max);
}

/** The Deployment's annotations that a rollback gives back to it. */
export function copiedAnnotations(annotations: Annotations | undefined): Annotations {
  const copy: Record<string, string> = {};
  for (const [key, value] of Object.entries(annotations ?? {})) if (!notCopied.includes(key)) copy[key] = value;
  return copy;
}

export function keptAnnotations(annotations: Annotations | undefined): Annotations {
  const copy: Record<string, string> = {};
  for (const [key, value] of Object.entries(annotations ?? {})) if (notCopied.includes(key)) copy[key] = value;
  return copy;
}

function lengthenedHistory(history: string, oldRevision: string): string {
  if (history === '') return oldRevision;
  const revisions = history.split(',');
  let total = history.length + oldRevision.length + 1;
  let start = 0;
  while (total > REVISION_HISTORY_CHARACTERS_MAX && start < revisions.length) {
    total -= revisions[start].length + 1;
    start += 1;
  }
  return total <= REVISION_HISTORY_CHARACTERS_MAX ? [...revisions.slice(start), oldRevision].join(',') : history;
}

/**
 * Annotations of the new ReplicaSet: the Deployment's, the revision, and the history of revisions when an old ReplicaSet
 * becomes the new one again. Returns the same object when nothing changes.
 */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  annotations: Annotations | undefined,
  newRevision: number,
): Annotations | undefined {
  const result: Record<string, string> = { ...annotations };
  let differs = false;
  for (const [key, value] of Object.entries(copiedAnnotations(deployment.metadata.annotations))) {
    if (result[key] === value) continue;
    result[key] = value;
    differs = true;
  }
  const oldRevision = annotations?.[REVISION];
  if (oldRevision && !/^[+-]?\d+$/.test(oldRevision)) return differs ? result : annotations;
  if (Number(oldRevision ?? 0) < newRevision) {
    result[REVISION] = String(newRevision);
    differs = true;
    if (oldRevision !== undefined)
      result[REVISION_HISTORY] = lengthenedHistory(result[REVISION_HISTORY] ?? '', oldRevision);
  }
  return differs ? result : annotations;
}
