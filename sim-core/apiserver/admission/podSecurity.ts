import { type FieldError, invalid } from '../../api/machinery/fieldErrors.ts';
import { goQuote } from '../../api/machinery/gotext.ts';
import type { ResourceInfo } from '../../api/schema/index.ts';
import type { ApiResponse, KubeObject } from '../../contracts/index.ts';
import type { PipelineEnv } from '../model.ts';
import { forbidden } from '../status.ts';
import { BASELINE, RESTRICTED, type Violation } from './podSecurityChecks.ts';

/**
 * PodSecurity: the levels that a namespace's labels ask for (pod-security-admission, admission/admission.go). Pods are refused
 * and warned about, workloads that make pods only warned about. All versions have the checks of the latest one.
 */

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];

// biome-ignore lint/suspicious/noExplicitAny: a pod spec of any kind
type PodSpec = any;

function podSpecOf({ kind, spec, template }: KubeObject): PodSpec | undefined {
  switch (kind) {
    case 'Pod':
      return spec;
    case 'PodTemplate':
      return template?.spec;
    case 'CronJob':
      return spec?.jobTemplate?.spec?.template?.spec;
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
    case 'ReplicationController':
      return spec?.template?.spec;
    default:
      return undefined;
  }
}

function violationsOf(level: string | undefined, spec: PodSpec): readonly Violation[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const checks = level === 'baseline' ? BASELINE : RESTRICTED;
  return checks.flatMap((check) => check(spec) ?? []);
}

function textOf(level: string, version: string | undefined, violations: readonly Violation[]): string {
  const all = violations.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');
  return `PodSecurity ${goQuote(`${level}:${version ?? 'latest'}`)}: ${all}`;
}

/** What the namespace's levels say of a new object: a refusal, or warnings. */
export function podSecurity(
  env: PipelineEnv,
  info: ResourceInfo,
  namespace: string,
  object: KubeObject,
): ApiResponse | readonly string[] {
  const labels = namespace === '' ? undefined : env.get('namespaces', '', namespace)?.object.metadata.labels;
  const enforce = labels?.[`${LABEL}enforce`];
  const warn = labels?.[`${LABEL}warn`];
  if (labels === undefined || (enforce === undefined && warn === undefined)) return [];
  const spec = podSpecOf(object);
  if (!spec) return [];
  const refused = object.kind === 'Pod' ? violationsOf(enforce, spec) : [];
  if (enforce !== undefined && refused.length > 0) {
    const why = `violates ${textOf(enforce, labels[`${LABEL}enforce-version`], refused)}`;
    return forbidden(info, object.metadata.name ?? '', why);
  }
  const warned = violationsOf(warn, spec);
  if (warn === undefined || warned.length === 0) return [];
  return [`would violate ${textOf(warn, labels[`${LABEL}warn-version`], warned)}`];
}

/** A namespace's levels must be levels. */
export function levelProblems(object: KubeObject): readonly FieldError[] {
  const { labels } = object.metadata;
  if (object.kind !== 'Namespace' || labels === undefined) return [];
  return ['enforce', 'audit', 'warn'].flatMap((mode) => {
    const level = labels[LABEL + mode];
    if (level === undefined || LEVELS.includes(level)) return [];
    return [invalid(`metadata.labels[${LABEL}${mode}]`, level, `must be one of ${LEVELS.join(', ')}`)];
  });
}
