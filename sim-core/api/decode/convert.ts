import type { KubeObject } from '../../contracts/objects.ts';

/**
 * Conversion between the served versions of one stored kind: HorizontalPodAutoscaler (autoscaling v1 and v2) and Event
 * (core v1 and events.k8s.io/v1). What the older version cannot say goes into annotations and comes back from there
 * (Kubernetes pkg/apis/autoscaling/v1/conversion.go, pkg/apis/core/v1/conversion.go).
 */

// biome-ignore lint/suspicious/noExplicitAny: pieces of kinds in two versions
type Piece = any;

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';

function compact(piece: Readonly<Record<string, Piece>>): Piece {
  return Object.fromEntries(Object.entries(piece).filter(([, value]) => value !== undefined));
}

function withAnnotations(meta: Piece, changes: Readonly<Record<string, string | undefined>>): Piece {
  const annotations = compact({ ...meta.annotations, ...changes });
  const { annotations: _, ...rest } = meta;
  return Object.keys(annotations).length ? { ...rest, annotations } : rest;
}

const isCpuUtilization = (metric: Piece): boolean =>
  metric.type === 'Resource' &&
  metric.resource?.name === 'cpu' &&
  metric.resource.target?.averageUtilization !== undefined;

/** A metric in the shape that the annotation of v1 holds. */
function metricToV1(metric: Piece): Piece {
  const { type } = metric;
  const resource = (source: Piece): Piece =>
    source &&
    compact({
      name: source.name,
      targetAverageUtilization: source.target?.averageUtilization,
      targetAverageValue: source.target?.averageValue,
      container: source.container,
    });
  return compact({
    type,
    object:
      metric.object &&
      compact({
        target: metric.object.describedObject,
        metricName: metric.object.metric?.name,
        targetValue: metric.object.target?.value ?? '0',
        selector: metric.object.metric?.selector,
        averageValue: metric.object.target?.averageValue,
      }),
    pods:
      metric.pods &&
      compact({
        metricName: metric.pods.metric?.name,
        targetAverageValue: metric.pods.target?.averageValue,
        selector: metric.pods.metric?.selector,
      }),
    resource: resource(metric.resource),
    containerResource: resource(metric.containerResource),
    external:
      metric.external &&
      compact({
        metricName: metric.external.metric?.name,
        metricSelector: metric.external.metric?.selector,
        targetValue: metric.external.target?.value,
        targetAverageValue: metric.external.target?.averageValue,
      }),
  });
}

function metricToV2(metric: Piece): Piece {
  const { type } = metric;
  const target = (value: Piece, averageValue: Piece, averageUtilization?: Piece): Piece =>
    compact({
      type: averageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value',
      value,
      averageValue,
      averageUtilization,
    });
  const resource = (s: Piece): Piece =>
    s &&
    compact({
      name: s.name,
      container: s.container,
      target: target(undefined, s.targetAverageValue, s.targetAverageUtilization),
    });
  return compact({
    type,
    object:
      metric.object &&
      compact({
        describedObject: metric.object.target,
        metric: compact({ name: metric.object.metricName, selector: metric.object.selector }),
        target: target(
          metric.object.averageValue === undefined ? metric.object.targetValue : undefined,
          metric.object.averageValue,
        ),
      }),
    pods: metric.pods && {
      metric: compact({ name: metric.pods.metricName, selector: metric.pods.selector }),
      target: target(undefined, metric.pods.targetAverageValue),
    },
    resource: resource(metric.resource),
    containerResource: resource(metric.containerResource),
    external: metric.external && {
      metric: compact({ name: metric.external.metricName, selector: metric.external.metricSelector }),
      target: target(metric.external.targetValue, metric.external.targetAverageValue),
    },
  });
}

function hpaToV1(object: Piece): Piece {
  const { metrics = [], behavior, ...spec } = object.spec ?? {};
  const status = object.status ?? {};
  const cpu = (metrics ?? []).find(isCpuUtilization);
  const others = (metrics ?? []).filter((metric: Piece) => metric !== cpu).map(metricToV1);
  const { currentMetrics, conditions, ...kept } = status;
  const usage = (currentMetrics ?? []).find(
    (metric: Piece) =>
      metric.type === 'Resource' &&
      metric.resource?.name === 'cpu' &&
      metric.resource.current?.averageUtilization !== undefined,
  );
  const rest = (currentMetrics ?? []).filter((metric: Piece) => metric !== usage);
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object.metadata, {
      [METRICS]: others.length ? JSON.stringify(others) : undefined,
      [BEHAVIOR]: behavior
        ? JSON.stringify({ ScaleUp: behavior.scaleUp ?? null, ScaleDown: behavior.scaleDown ?? null })
        : undefined,
      [CURRENT]: rest.length ? JSON.stringify(rest) : undefined,
      [CONDITIONS]: conditions?.length ? JSON.stringify(conditions) : undefined,
    }),
    spec: compact({ ...spec, targetCPUUtilizationPercentage: cpu?.resource.target.averageUtilization }),
    status: compact({
      currentReplicas: 0,
      desiredReplicas: 0,
      ...kept,
      currentCPUUtilizationPercentage: usage?.resource.current.averageUtilization,
    }),
  };
}

function hpaToV2(object: Piece): Piece {
  const { targetCPUUtilizationPercentage: percent, ...spec } = object.spec ?? {};
  const annotations = object.metadata.annotations ?? {};
  const parsed = (key: string): Piece => {
    try {
      return annotations[key] === undefined ? undefined : JSON.parse(annotations[key]);
    } catch {
      return undefined;
    }
  };
  const cpu =
    percent === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }];
  const metrics = [...(parsed(METRICS) ?? []).map(metricToV2), ...cpu];
  const kept = parsed(BEHAVIOR);
  const behavior = kept && compact({ scaleUp: kept.ScaleUp ?? undefined, scaleDown: kept.ScaleDown ?? undefined });
  const { currentCPUUtilizationPercentage: usage, ...status } = object.status ?? {};
  const current =
    usage === undefined
      ? []
      : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: usage } } }];
  const currentMetrics = [...(parsed(CURRENT) ?? []), ...current];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, {
      [METRICS]: undefined,
      [BEHAVIOR]: undefined,
      [CURRENT]: undefined,
      [CONDITIONS]: undefined,
    }),
    spec: compact({ ...spec, metrics: metrics.length ? metrics : undefined, behavior }),
    status: compact({
      ...status,
      currentMetrics: currentMetrics.length ? currentMetrics : null,
      conditions: parsed(CONDITIONS),
    }),
  };
}

/** [core, events.k8s.io] names of the fields that differ. */
const EVENT_FIELDS: readonly (readonly [string, string])[] = [
  ['message', 'note'],
  ['involvedObject', 'regarding'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

function renameEvent(object: Piece, apiVersion: string, from: 0 | 1): Piece {
  const names = new Map(EVENT_FIELDS.map((pair) => [pair[from], pair[1 - from]] as const));
  return {
    ...Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])),
    apiVersion,
  };
}

const CONVERSIONS: Readonly<Record<string, (object: Piece) => Piece>> = {
  'HorizontalPodAutoscaler autoscaling/v2 autoscaling/v1': hpaToV1,
  'HorizontalPodAutoscaler autoscaling/v1 autoscaling/v2': hpaToV2,
  'Event v1 events.k8s.io/v1': (object) => renameEvent(object, 'events.k8s.io/v1', 0),
  'Event events.k8s.io/v1 v1': (object) => renameEvent(object, 'v1', 1),
};

/** The object in another served version of its kind; itself where it is that version, undefined where there is no way. */
export function convertTo(object: KubeObject, apiVersion: string): KubeObject | undefined {
  if (object.apiVersion === apiVersion) return object;
  return CONVERSIONS[`${object.kind} ${object.apiVersion} ${apiVersion}`]?.(object);
}

/** The version that a kind is stored in, where that is not the version it is asked for by. */
export function storageVersion(apiVersion: string, kind: string): string {
  if (kind === 'HorizontalPodAutoscaler' && apiVersion === 'autoscaling/v1') return 'autoscaling/v2';
  return kind === 'Event' && apiVersion === 'events.k8s.io/v1' ? 'v1' : apiVersion;
}
