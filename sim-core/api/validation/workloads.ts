import { isDNS1123Label, isValidPercent } from '../machinery/names.ts';
import { labelSelectorMatches, setMatches, validateLabelSelector } from '../machinery/selectors.ts';
import { validateClaimSpec } from './claims.ts';
import {
  eachOf,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  invalidEach,
  nonNegative,
  notSupported,
  oneOf,
  type Piece,
  required,
  same,
} from './common.ts';
import { internalJson } from './internal.ts';
import { validatePodTemplate } from './pods/spec.ts';

/** Deployments, ReplicaSets, StatefulSets, DaemonSets, ReplicationControllers. */

export const NO_MATCH = '`selector` does not match template `labels`';

export function intOrPercent(value: number | string | undefined, path: string): FieldError[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? invalidEach(path, value, isValidPercent(value)) : nonNegative(value, path);
}

export function notAbove100(value: number | string | undefined, path: string): FieldError[] {
  if (typeof value !== 'string' || isValidPercent(value).length) return [];
  return Number(value.slice(0, -1)) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

function isZero(value: number | string | undefined): boolean {
  if (value === undefined) return true;
  return typeof value === 'string' ? isValidPercent(value).length > 0 || Number(value.slice(0, -1)) === 0 : value === 0;
}

/** Selector of a workload: not empty, and it must match the template. */
function validateSelector(spec: Piece, path: string, kind: string): FieldError[] {
  if (!spec.selector) return [required(`${path}.selector`, '')];
  const errors = validateLabelSelector(spec.selector, `${path}.selector`);
  if (isEmpty(spec.selector)) errors.push(invalid(`${path}.selector`, {}, `empty selector is invalid for ${kind}`));
  return errors;
}

function isEmpty(selector: Piece): boolean {
  return !selector.matchLabels && !selector.matchExpressions?.length;
}

/** Labels of the template against the selector, then the template; nothing when the selector does not parse. */
function validateTemplate(spec: Piece, path: string, restart: readonly string[]): FieldError[] {
  const template = spec.template ?? {};
  const labels = template.metadata?.labels ?? null;
  const errors: FieldError[] = [];
  // An absent selector selects nothing, an empty one is not compared.
  const nothing = !spec.selector;
  if (nothing || (!isEmpty(spec.selector) && !labelSelectorMatches(spec.selector, labels ?? {}))) {
    errors.push(invalid(`${path}.template.metadata.labels`, labels, NO_MATCH));
  }
  return [...errors, ...validatePodTemplate(template, `${path}.template`), ...restartPolicies(template, path, restart)];
}

function restartPolicies(template: Piece, path: string, allowed: readonly string[], kind = 'ReplicaSet'): FieldError[] {
  const policy = template.spec?.restartPolicy;
  const errors: FieldError[] = [];
  if (policy !== 'Always') errors.push(notSupported(`${path}.template.spec.restartPolicy`, policy ?? '', allowed));
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(`${path}.template.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  }
  return errors;
}

function selectorParses(selector: Piece, path: string): FieldError[] {
  if (!selector) return [];
  return validateLabelSelector(selector, path).length ? [invalid(path, selector, 'invalid label selector')] : [];
}

function validateRolling(rolling: Piece, path: string): FieldError[] {
  const errors = [
    ...intOrPercent(rolling.maxUnavailable, `${path}.maxUnavailable`),
    ...intOrPercent(rolling.maxSurge, `${path}.maxSurge`),
  ];
  if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge)) {
    errors.push(invalid(`${path}.maxUnavailable`, rolling.maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...notAbove100(rolling.maxUnavailable, `${path}.maxUnavailable`)];
}

function validateStrategy(strategy: Piece, path: string): FieldError[] {
  switch (strategy.type) {
    case 'Recreate':
      return strategy.rollingUpdate
        ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
        : [];
    case 'RollingUpdate':
      return strategy.rollingUpdate
        ? validateRolling(strategy.rollingUpdate, `${path}.rollingUpdate`)
        : [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
    default:
      return [
        notSupported(path, internalJson(strategy, 'io.k8s.api.apps.v1.DeploymentStrategy'), [
          'Recreate',
          'RollingUpdate',
        ]),
      ];
  }
}

export function validateDeployment(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = [...nonNegative(spec.replicas, 'spec.replicas'), ...validateSelector(spec, 'spec', 'deployment')];
  const broken = selectorParses(spec.selector, 'spec.selector');
  errors.push(...(broken.length ? broken : validateTemplate(spec, 'spec', ['Always'])));
  errors.push(
    ...validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
    ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'),
  );
  if (spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) {
    errors.push(
      invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'),
    );
  }
  return errors;
}

export function validateDeploymentUpdate(now: Piece, before: Piece): FieldError[] {
  return [...validateDeployment(now), ...immutable(now.spec.selector, before.spec.selector, 'spec.selector')];
}

export function validateReplicaSet(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = [
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
    ...validateSelector(spec, 'spec', 'deployment'),
  ];
  const broken = selectorParses(spec.selector, 'spec.selector');
  return [...errors, ...(broken.length ? broken : validateTemplate(spec, 'spec', ['Always']))];
}

export function validateReplicaSetUpdate(now: Piece, before: Piece): FieldError[] {
  return [...validateReplicaSet(now), ...immutable(now.spec.selector, before.spec.selector, 'spec.selector')];
}

export function validateDaemonSet(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = [...validateLabelSelector(spec.selector, 'spec.selector')];
  if (!spec.selector || !labelSelectorMatchesSafe(spec.selector, spec.template?.metadata?.labels)) {
    errors.push(invalid('spec.template.metadata.labels', spec.template?.metadata?.labels ?? null, NO_MATCH));
  }
  if (spec.selector && isEmpty(spec.selector))
    errors.push(invalid('spec.selector', {}, 'empty selector is invalid for daemonset'));
  errors.push(
    ...validatePodTemplate(spec.template ?? {}, 'spec.template'),
    ...restartPolicies(spec.template ?? {}, 'spec', ['Always'], 'DaemonSet'),
  );
  errors.push(
    ...nonNegative(spec.templateGeneration, 'spec.templateGeneration'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
  );
  errors.push(...validateDaemonSetStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'));
  errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  return errors;
}

export function labelSelectorMatchesSafe(selector: Piece, labels: Piece): boolean {
  if (validateLabelSelector(selector, '').length) return true;
  return labelSelectorMatches(selector, labels ?? {});
}

function validateDaemonSetStrategy(strategy: Piece, path: string): FieldError[] {
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') {
    return [
      notSupported(path, internalJson(strategy, 'io.k8s.api.apps.v1.DaemonSetUpdateStrategy'), [
        'RollingUpdate',
        'OnDelete',
      ]),
    ];
  }
  const rolling = strategy.rollingUpdate;
  const at = `${path}.rollingUpdate`;
  if (!rolling) return [required(at, '')];
  const errors = [
    ...intOrPercent(rolling.maxUnavailable, `${at}.maxUnavailable`),
    ...notAbove100(rolling.maxUnavailable, `${at}.maxUnavailable`),
    ...intOrPercent(rolling.maxSurge, `${at}.maxSurge`),
    ...notAbove100(rolling.maxSurge, `${at}.maxSurge`),
  ];
  const unavailable = !isZero(rolling.maxUnavailable);
  const surge = !isZero(rolling.maxSurge);
  if (unavailable && surge)
    errors.push(invalid(`${at}.maxSurge`, rolling.maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export function validateDaemonSetUpdate(now: Piece, before: Piece): FieldError[] {
  return [...validateDaemonSet(now), ...immutable(now.spec.selector, before.spec.selector, 'spec.selector')];
}

const APPS = 'io.k8s.api.apps.v1.';

export function validateStatefulSet(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!spec.podManagementPolicy) errors.push(required('spec.podManagementPolicy', ''));
  else if (spec.podManagementPolicy !== 'OrderedReady' && spec.podManagementPolicy !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  }
  errors.push(...validateStatefulStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'));
  const retention = spec.persistentVolumeClaimRetentionPolicy;
  if (retention) {
    for (const field of ['whenDeleted', 'whenScaled']) {
      errors.push(
        ...oneOf(retention[field], `spec.persistentVolumeClaimRetentionPolicy.${field}`, ['Retain', 'Delete'], false),
      );
    }
  }
  errors.push(
    ...nonNegative(spec.replicas, 'spec.replicas'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
  );
  if (spec.ordinals) errors.push(...nonNegative(spec.ordinals.start ?? 0, 'spec.ordinals.start'));
  if (spec.serviceName)
    errors.push(...invalidEach('spec.serviceName', spec.serviceName, isDNS1123Label(spec.serviceName)));
  errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  errors.push(...validateSelector(spec, 'spec', 'statefulset'));
  const broken = selectorParses(spec.selector, 'spec.selector').map((error) => ({
    ...error,
    body: error.body.replace(': invalid label selector', ''),
  }));
  if (broken.length) errors.push(...broken);
  else errors.push(...validateStatefulTemplate(spec));
  if (spec.template?.spec?.restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', spec.template?.spec?.restartPolicy ?? '', ['Always']));
  if (spec.template?.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden('spec.template.spec.activeDeadlineSeconds', 'activeDeadlineSeconds in StatefulSet is not Supported'),
    );
  }
  errors.push(
    ...eachOf(spec.volumeClaimTemplates, 'spec.volumeClaimTemplates', (claim, at) =>
      validateClaimSpec(claim.spec ?? {}, `${at}.spec`),
    ),
  );
  return errors;
}

/** The template is checked with the claims mounted as volumes, as the controller will create it. */
function validateStatefulTemplate(spec: Piece): FieldError[] {
  const template = spec.template ?? {};
  const labels = template.metadata?.labels ?? null;
  const errors: FieldError[] = [];
  if (!spec.selector || (!isEmpty(spec.selector) && !labelSelectorMatches(spec.selector, labels ?? {}))) {
    errors.push(invalid('spec.template.metadata.labels', labels, NO_MATCH));
  }
  const claims: readonly Piece[] = spec.volumeClaimTemplates ?? [];
  const names = new Set(claims.map((claim) => claim.metadata?.name ?? ''));
  const volumes = [
    ...claims.map((claim) => ({
      name: claim.metadata?.name ?? '',
      persistentVolumeClaim: { claimName: claim.metadata?.name ?? '', readOnly: false },
    })),
    ...(template.spec?.volumes ?? []).filter((volume: Piece) => !names.has(volume.name)),
  ];
  return [
    ...errors,
    ...validatePodTemplate(
      { ...template, spec: { ...template.spec, ...(volumes.length && { volumes }) } },
      'spec.template',
    ),
  ];
}

function validateStatefulStrategy(strategy: Piece, path: string): FieldError[] {
  const shown = internalJson(strategy, `${APPS}StatefulSetUpdateStrategy`);
  const rolling = strategy.rollingUpdate;
  switch (strategy.type) {
    case '':
    case undefined:
      return [required(path, '')];
    case 'OnDelete':
      return rolling
        ? [
            invalid(
              `${path}.rollingUpdate`,
              internalJson(rolling, `${APPS}RollingUpdateStatefulSetStrategy`),
              "only allowed for updateStrategy 'RollingUpdate'",
            ),
          ]
        : [];
    case 'RollingUpdate': {
      // maxUnavailable is behind a feature gate that is off: the strategy drops it unread.
      return rolling ? nonNegative(rolling.partition, `${path}.rollingUpdate.partition`) : [];
    }
    default:
      return [invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}

const STS_UPDATE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const STS_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

export function validateStatefulSetUpdate(now: Piece, before: Piece): FieldError[] {
  const rest = (spec: Piece): Piece =>
    Object.fromEntries(Object.entries(spec).filter(([key]) => !STS_MUTABLE.includes(key)));
  return [
    ...validateStatefulSet(now),
    ...(same(rest(now.spec), rest(before.spec)) ? [] : [forbidden('spec', STS_UPDATE)]),
  ];
}

export function validateReplicationController(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = [...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds')];
  const empty = !spec.selector || !Object.keys(spec.selector).length;
  if (empty) errors.push(required('spec.selector', ''));
  errors.push(...nonNegative(spec.replicas, 'spec.replicas'));
  if (!spec.template) return [...errors, required('spec.template', '')];
  const labels = spec.template.metadata?.labels ?? null;
  if (!empty && !setMatches(spec.selector, labels ?? {}))
    errors.push(invalid('spec.template.metadata.labels', labels, NO_MATCH));
  return [
    ...errors,
    ...validatePodTemplate(spec.template, 'spec.template'),
    ...restartPolicies(spec.template, 'spec', ['Always'], 'ReplicationController'),
  ];
}

export function validateControllerRevision(object: Piece): FieldError[] {
  const errors: FieldError[] = [];
  if (object.data === undefined || object.data === null) errors.push(required('data', 'data is mandatory'));
  return [...errors, ...nonNegative(object.revision, 'revision')];
}

export function validateControllerRevisionUpdate(now: Piece, before: Piece): FieldError[] {
  return [...validateControllerRevision(now), ...immutable(now.data, before.data, 'data')];
}

export function validatePodTemplateObject(object: Piece): FieldError[] {
  return validatePodTemplate(object.template ?? {}, 'template');
}
