import { humanDuration } from '../../api/machinery/duration.ts';
import { formatLabelSelector } from '../../api/machinery/selectors.ts';
import { timeUs } from '../../api/machinery/time.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { age, boolText, containerCells, labelsText, type Printer, type PrintTime, quantity, since } from './format.ts';
import { podCells } from './pods.ts';

/** Rows of the kinds that make pods (printers/internalversion). */

const deployment: Printer = (object, time) => {
  const { spec, status } = object;
  return [
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    age(object, time),
    ...containerCells(spec?.template?.spec),
    formatLabelSelector(spec?.selector),
  ];
};

const replicaSet: Printer = (object, time) => [
  object.spec?.replicas ?? 0,
  object.status?.replicas ?? 0,
  object.status?.readyReplicas ?? 0,
  age(object, time),
  ...containerCells(object.spec?.template?.spec),
  formatLabelSelector(object.spec?.selector),
];

const replicationController: Printer = (object, time) => [
  object.spec?.replicas ?? 0,
  object.status?.replicas ?? 0,
  object.status?.readyReplicas ?? 0,
  age(object, time),
  ...containerCells(object.spec?.template?.spec),
  labelsText(object.spec?.selector),
];

const statefulSet: Printer = (object, time) => [
  `${object.status?.readyReplicas ?? 0}/${object.spec?.replicas ?? 0}`,
  age(object, time),
  ...containerCells(object.spec?.template?.spec),
];

const daemonSet: Printer = (object, time) => {
  const { spec, status } = object;
  return [
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsText(spec?.template?.spec?.nodeSelector),
    age(object, time),
    ...containerCells(spec?.template?.spec),
    formatLabelSelector(spec?.selector),
  ];
};

function jobStatus({ metadata, status }: KubeObject): string {
  const conditions = (status?.conditions ?? []) as readonly { readonly type: string; readonly status: string }[];
  const has = (type: string) => conditions.find((condition) => condition.type === type)?.status === 'True';
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

function jobCompletions({ spec, status }: KubeObject): string {
  const done = status?.succeeded ?? 0;
  if (typeof spec?.completions === 'number') return `${done}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${done}/1 of ${parallelism}` : `${done}/1`;
}

function jobDuration({ status }: KubeObject, { nowUs, epochSeconds }: PrintTime): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? timeUs(epochSeconds, status.completionTime) : nowUs;
  return humanDuration(end - timeUs(epochSeconds, status.startTime));
}

const job: Printer = (object, time) => [
  jobStatus(object),
  jobCompletions(object),
  jobDuration(object, time),
  age(object, time),
  ...containerCells(object.spec?.template?.spec),
  formatLabelSelector(object.spec?.selector),
];

const cronJob: Printer = (object, time) => {
  const { spec, status } = object;
  const template = spec?.jobTemplate?.spec;
  return [
    spec?.schedule ?? '',
    spec?.timeZone ?? '<none>',
    boolText(spec?.suspend),
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? since(time, status.lastScheduleTime) : '<none>',
    age(object, time),
    ...containerCells(template?.template?.spec),
    formatLabelSelector(template?.selector),
  ];
};

const podTemplate: Printer = ({ template }: KubeObject & { readonly template?: KubeObject }) => [
  ...containerCells(template?.spec),
  labelsText(template?.metadata?.labels),
];

const disruptionBudget: Printer = (object, time) => [
  String(object.spec?.minAvailable ?? 'N/A'),
  String(object.spec?.maxUnavailable ?? 'N/A'),
  object.status?.disruptionsAllowed ?? 0,
  age(object, time),
];

const controllerRevision: Printer = (object, time) => {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
  const group = owner?.apiVersion.includes('/') ? `.${owner.apiVersion.split('/')[0]}` : '';
  const controller = owner ? `${owner.kind.toLowerCase()}${group}/${owner.name}` : '<none>';
  return [controller, (object as { revision?: number }).revision ?? 0, age(object, time)];
};

interface MetricValue {
  readonly averageUtilization?: number | null;
  readonly averageValue?: string | null;
  readonly value?: string | null;
}

interface Metric {
  readonly type: string;
  readonly [source: string]: unknown;
}

const SOURCES: Readonly<Record<string, string>> = {
  External: 'external',
  Pods: 'pods',
  Object: 'object',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};

/** A metric's current value and its target. */
function metricText(spec: Metric, status: Metric | undefined): string {
  const source = SOURCES[spec.type];
  if (source === undefined) return '<unknown type>';
  const { name, target = {} } = (spec[source] ?? {}) as { name?: string; target?: MetricValue };
  const current = (status?.[source] as { current?: MetricValue } | undefined)?.current;
  const average = target.averageValue ?? undefined;
  if (name !== undefined && average === undefined) {
    const used = current?.averageUtilization;
    const wanted = target.averageUtilization;
    return `${name}: ${typeof used === 'number' ? `${used}%` : '<unknown>'}/${typeof wanted === 'number' ? `${wanted}%` : '<auto>'}`;
  }
  const now = average === undefined ? current?.value : current?.averageValue;
  const text = `${now ? quantity(now) : '<unknown>'}/${quantity(average ?? target.value)}`;
  if (name !== undefined) return `${name}: ${text}`;
  return average !== undefined && spec.type !== 'Pods' ? `${text} (avg)` : text;
}

const autoscaler: Printer = (object, time) => {
  const { spec, status } = object;
  const metrics = (spec?.metrics ?? []) as readonly Metric[];
  const current = (status?.currentMetrics ?? []) as readonly Metric[];
  const texts = metrics.map((metric, i) => metricText(metric, current[i]));
  const more = texts.length > 2 ? ` + ${texts.length - 2} more...` : '';
  const min = spec?.minReplicas;
  return [
    `${spec?.scaleTargetRef?.kind}/${spec?.scaleTargetRef?.name}`,
    texts.length === 0 ? '<none>' : `${texts.slice(0, 2).join(', ')}${more}`,
    min === undefined || min === null ? '<unset>' : String(min),
    spec?.maxReplicas ?? 0,
    status?.currentReplicas ?? 0,
    age(object, time),
  ];
};

export const WORKLOAD_PRINTERS: Readonly<Record<string, Printer>> = {
  pods: podCells,
  podtemplates: podTemplate,
  replicationcontrollers: replicationController,
  'deployments.apps': deployment,
  'replicasets.apps': replicaSet,
  'statefulsets.apps': statefulSet,
  'daemonsets.apps': daemonSet,
  'controllerrevisions.apps': controllerRevision,
  'jobs.batch': job,
  'cronjobs.batch': cronJob,
  'poddisruptionbudgets.policy': disruptionBudget,
  'horizontalpodautoscalers.autoscaling': autoscaler,
};
