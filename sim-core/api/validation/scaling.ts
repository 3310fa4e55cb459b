import { isPathSegmentName } from '../machinery/names.ts';
import { validateLabelSelector } from '../machinery/selectors.ts';
import {
  eachOf,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  need,
  nonNegativeQuantity,
  notSupported,
  oneOf,
  type Piece,
  positiveQuantity,
  required,
} from './common.ts';
import { internalJson } from './internal.ts';
import { intOrPercent, notAbove100 } from './workloads.ts';

/** HorizontalPodAutoscalers and PodDisruptionBudgets. */

const METRIC_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const SOURCE_OF: Readonly<Record<string, string>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

function validateTargetRef(ref: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const segment = (field: string): void => {
    if (!ref[field]) errors.push(required(`${path}.${field}`, ''));
    else errors.push(...invalidEach(`${path}.${field}`, ref[field], isPathSegmentName(ref[field])));
  };
  segment('kind');
  segment('name');
  const [group] = (ref.apiVersion ?? '').includes('/') ? ref.apiVersion.split('/') : [''];
  if (ref.apiVersion !== undefined && ref.apiVersion.split('/').length > 2) {
    errors.push(invalid(`${path}.apiVersion`, ref.apiVersion, `unexpected GroupVersion string: ${ref.apiVersion}`));
  } else if (!group && ref.kind !== 'ReplicationController') {
    errors.push(invalid(`${path}.apiVersion`, ref.apiVersion ?? '', 'apiVersion must specify API group'));
  }
  return errors;
}

function validateTarget(target: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!target.type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(target.type)) {
    errors.push(invalid(`${path}.type`, target.type ?? '', 'must be either Utilization, Value, or AverageValue'));
  }
  if (target.averageUtilization !== undefined && target.averageUtilization < 1)
    errors.push(invalid(`${path}.averageUtilization`, target.averageUtilization, 'must be greater than 0'));
  if (target.value !== undefined) errors.push(...positiveText(target.value, `${path}.value`));
  if (target.averageValue !== undefined) errors.push(...positiveText(target.averageValue, `${path}.averageValue`));
  return errors;
}

const positiveText = (text: string, path: string): FieldError[] =>
  positiveQuantity(text, path).map((error) => invalid(error.field, text, 'must be positive'));

function validateResourceSource(source: Piece, path: string, container: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const target = source.target ?? {};
  if (!source.name) errors.push(required(`${path}.name`, 'must specify a resource name'));
  if (container && !source.container) errors.push(required(`${path}.container`, 'must specify a container'));
  errors.push(...validateTarget(target, `${path}.target`));
  if (target.averageUtilization === undefined && target.averageValue === undefined) {
    errors.push(
      required(`${path}.target.averageUtilization`, 'must set either a target raw value or a target utilization'),
    );
  }
  if (target.averageUtilization !== undefined && target.averageValue !== undefined) {
    errors.push(
      forbidden(`${path}.target.averageValue`, 'may not set both a target raw value and a target utilization'),
    );
  }
  return errors;
}

function validateMetricId(metric: Piece, path: string): FieldError[] {
  if (!metric?.name) return [required(`${path}.name`, '')];
  return invalidEach(`${path}.name`, metric.name, isPathSegmentName(metric.name));
}

function validateMetricSource(type: string, source: Piece, path: string): FieldError[] {
  const target = source.target ?? {};
  switch (type) {
    case 'Resource':
      return validateResourceSource(source, path, false);
    case 'ContainerResource':
      return validateResourceSource(source, path, true);
    case 'Pods': {
      const errors = [
        ...validateMetricId(source.metric, `${path}.metric`),
        ...validateTarget(target, `${path}.target`),
      ];
      if (target.averageValue === undefined)
        errors.push(required(`${path}.target.averageValue`, 'must specify a positive target averageValue'));
      return errors;
    }
    case 'Object': {
      const errors = [
        ...validateTargetRefLoose(source.describedObject ?? {}, `${path}.describedObject`),
        ...validateMetricId(source.metric, `${path}.metric`),
        ...validateTarget(target, `${path}.target`),
      ];
      if (target.value === undefined && target.averageValue === undefined)
        errors.push(required(`${path}.target.averageValue`, 'must set either a target value or averageValue'));
      return errors;
    }
    default: {
      const errors = [
        ...validateMetricId(source.metric, `${path}.metric`),
        ...validateTarget(target, `${path}.target`),
      ];
      if (target.value === undefined && target.averageValue === undefined)
        errors.push(
          required(`${path}.target.averageValue`, 'must set either a target value for metric or a per-pod target'),
        );
      if (target.value !== undefined && target.averageValue !== undefined)
        errors.push(
          forbidden(`${path}.target.value`, 'may not set both a target value for metric and a per-pod target'),
        );
      return errors;
    }
  }
}

function validateTargetRefLoose(ref: Piece, path: string): FieldError[] {
  return [...need(ref.kind, `${path}.kind`), ...need(ref.name, `${path}.name`)];
}

function validateMetric(metric: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!metric.type) errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (!METRIC_TYPES.includes(metric.type)) errors.push(notSupported(`${path}.type`, metric.type ?? '', METRIC_TYPES));
  const given = METRIC_TYPES.filter((type) => metric[SOURCE_OF[type]]);
  for (const type of ['Object', 'External', 'Pods', 'Resource', 'ContainerResource']) {
    if (!given.includes(type) || given.length > 1) continue;
    errors.push(...validateMetricSource(type, metric[SOURCE_OF[type]], `${path}.${SOURCE_OF[type]}`));
  }
  const expected = SOURCE_OF[metric.type];
  if (!expected) errors.push(notSupported(`${path}.type`, metric.type ?? '', METRIC_TYPES));
  else if (!metric[expected])
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  if (given.length > 1) {
    for (const type of given) {
      if (type !== metric.type)
        errors.push(forbidden(`${path}.${SOURCE_OF[type]}`, 'must populate the given metric source only'));
    }
  }
  return errors;
}

function validateScalingRules(rules: Piece, path: string): FieldError[] {
  if (!rules) return [];
  const errors: FieldError[] = [];
  const window = rules.stabilizationWindowSeconds;
  if (window !== undefined && window < 0)
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'));
  if (window > 3600)
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600'));
  if (rules.selectPolicy !== undefined)
    errors.push(...oneOf(rules.selectPolicy, `${path}.selectPolicy`, ['Disabled', 'Max', 'Min'], false));
  if (!rules.policies?.length) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  return [
    ...errors,
    ...eachOf(rules.policies, `${path}.policies`, (policy, at) => {
      const found = oneOf(policy.type, `${at}.type`, ['Percent', 'Pods'], false);
      if (policy.value <= 0) found.push(invalid(`${at}.value`, policy.value, 'must be greater than zero'));
      if (policy.periodSeconds <= 0)
        found.push(invalid(`${at}.periodSeconds`, policy.periodSeconds, 'must be greater than zero'));
      if (policy.periodSeconds > 1800)
        found.push(invalid(`${at}.periodSeconds`, policy.periodSeconds, 'must be less than or equal to 1800'));
      return found;
    }),
    ...(rules.tolerance === undefined ? [] : nonNegativeQuantity(rules.tolerance, `${path}.tolerance`)),
  ];
}

/** autoscaling/v1 in v2's shape, as the internal type holds it. */
function toV2(spec: Piece): Piece {
  if (spec.targetCPUUtilizationPercentage === undefined) return spec;
  const target = { type: 'Utilization', averageUtilization: spec.targetCPUUtilizationPercentage };
  return { ...spec, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] };
}

export function validateHpa(object: Piece): FieldError[] {
  const spec = toV2(object.spec ?? {});
  const errors: FieldError[] = [];
  const min = spec.minReplicas;
  if (min !== undefined && min < 1) errors.push(invalid('spec.minReplicas', min, 'must be greater than or equal to 1'));
  if (spec.maxReplicas < 1) errors.push(invalid('spec.maxReplicas', spec.maxReplicas, 'must be greater than 0'));
  if (min !== undefined && spec.maxReplicas < min)
    errors.push(invalid('spec.maxReplicas', spec.maxReplicas, 'must be greater than or equal to `minReplicas`'));
  errors.push(...validateTargetRef(spec.scaleTargetRef ?? {}, 'spec.scaleTargetRef'));
  errors.push(...eachOf(spec.metrics, 'spec.metrics', validateMetric));
  errors.push(
    ...validateScalingRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateScalingRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  );
  return errors;
}

export function validatePdb(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    errors.push(
      invalid(
        'spec',
        internalJson(spec, 'io.k8s.api.policy.v1.PodDisruptionBudgetSpec'),
        'minAvailable and maxUnavailable cannot be both set',
      ),
    );
  }
  for (const field of ['minAvailable', 'maxUnavailable']) {
    errors.push(...intOrPercent(spec[field], `spec.${field}`), ...notAbove100(spec[field], `spec.${field}`));
  }
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  if (spec.unhealthyPodEvictionPolicy !== undefined) {
    errors.push(
      ...oneOf(
        spec.unhealthyPodEvictionPolicy,
        'spec.unhealthyPodEvictionPolicy',
        ['AlwaysAllow', 'IfHealthyBudget'],
        false,
      ),
    );
  }
  return errors;
}
