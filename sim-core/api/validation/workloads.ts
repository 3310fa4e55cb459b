import { isDNS1123Label, isDomainPrefixedPath, isValidPercent, nameIsDNSSubdomain } from '../machinery/names.ts';
import { labelSelectorMatches, setMatches, validateLabelSelector } from '../machinery/selectors.ts';
import { validateClaimSpec } from './claims.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  forbidden,
  IMMUTABLE,
  immutable,
  invalid,
  invalidEach,
  nonNegative,
  notSupported,
  oneOf,
  type Piece,
  qualifiedName,
  required,
  same,
} from './common.ts';
import { cronError } from './cron.ts';
import { internalJson } from './internal.ts';
import { validatePodTemplate } from './pods/spec.ts';

/** Deployments, ReplicaSets, StatefulSets, DaemonSets, Jobs, CronJobs, ReplicationControllers. */

const NO_MATCH = '`selector` does not match template `labels`';

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

function restartPolicies(template: Piece, path: string, allowed: readonly string[]): FieldError[] {
  const policy = template.spec?.restartPolicy;
  const errors: FieldError[] = [];
  if (policy !== 'Always') errors.push(notSupported(`${path}.template.spec.restartPolicy`, policy ?? '', allowed));
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(`${path}.template.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicaSet is not Supported'),
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
    ...restartPolicies(spec.template ?? {}, 'spec', ['Always']),
  );
  errors.push(
    ...nonNegative(spec.templateGeneration, 'spec.templateGeneration'),
    ...nonNegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
  );
  errors.push(...validateDaemonSetStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'));
  errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'));
  return errors;
}

function labelSelectorMatchesSafe(selector: Piece, labels: Piece): boolean {
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
    body: error.body.replace(': invalid label selector', ': '),
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
    ...restartPolicies(spec.template, 'spec', ['Always']),
  ];
}

const MAX_INDEXED = 100000;

function validateJobSpec(spec: Piece, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ]) {
    errors.push(...nonNegative(spec[field], `${path}.${field}`));
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (spec.managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(`${path}.managedBy`, spec.managedBy));
    if (spec.managedBy.length > 63)
      errors.push({
        type: 'FieldValueTooLong',
        field: `${path}.managedBy`,
        body: 'Too long: may not be more than 63 bytes',
      });
  }
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`));
  if (spec.successPolicy) {
    if (spec.completionMode !== 'Indexed')
      errors.push(
        invalid(
          `${path}.successPolicy`,
          internalJson(spec.successPolicy, 'io.k8s.api.batch.v1.SuccessPolicy'),
          'requires indexed completion mode',
        ),
      );
    else errors.push(...validateSuccessPolicy(spec, `${path}.successPolicy`));
  }
  const replacement = spec.podReplacementPolicy;
  if (replacement !== undefined) {
    const allowed = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
    if (!allowed.includes(replacement)) errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, allowed));
  }
  const template = spec.template ?? {};
  errors.push(...validatePodTemplate(template, `${path}.template`));
  const policy = template.spec?.restartPolicy;
  if (policy === '' || policy === undefined || policy === 'Always')
    errors.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never')
    errors.push(notSupported(`${path}.template.spec.restartPolicy`, policy, ['OnFailure', 'Never']));
  else if (spec.podFailurePolicy && policy !== 'Never') {
    errors.push(
      invalid(
        `${path}.template.spec.restartPolicy`,
        policy,
        'only "Never" is supported when podFailurePolicy is specified',
      ),
    );
  }
  return errors;
}

function validateCompletionMode(spec: Piece, path: string): FieldError[] {
  const mode = spec.completionMode;
  if (mode === undefined) return [];
  const errors: FieldError[] = [];
  if (mode !== 'NonIndexed' && mode !== 'Indexed')
    errors.push(notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  if (mode === 'Indexed') {
    if (spec.completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
    if (spec.parallelism > MAX_INDEXED)
      errors.push(
        invalid(
          `${path}.parallelism`,
          spec.parallelism,
          `must be less than or equal to ${MAX_INDEXED} when completion mode is Indexed`,
        ),
      );
    if (spec.completions !== undefined && spec.maxFailedIndexes > spec.completions) {
      errors.push(
        invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, 'must be less than or equal to completions'),
      );
    }
  } else {
    if (spec.backoffLimitPerIndex !== undefined)
      errors.push(
        invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode'),
      );
    if (spec.maxFailedIndexes !== undefined)
      errors.push(invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, 'requires indexed completion mode'));
  }
  return errors;
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const quoteList = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(' ')}]`;

function validateFailurePolicy(spec: Piece, path: string): FieldError[] {
  const names = [...(spec.template?.spec?.containers ?? []), ...(spec.template?.spec?.initContainers ?? [])].map(
    (c: Piece) => c.name,
  );
  const errors: FieldError[] = [];
  if ((spec.podFailurePolicy.rules ?? []).length > 20)
    errors.push({
      type: 'FieldValueTooMany',
      field: `${path}.rules`,
      body: `Too many: ${spec.podFailurePolicy.rules.length}: must have at most 20 items`,
    });
  return [
    ...errors,
    ...eachOf(spec.podFailurePolicy.rules, `${path}.rules`, (rule, at) => {
      const found: FieldError[] = [];
      if (!rule.action) found.push(required(`${at}.action`, `valid values: ${quoteList(ACTIONS)}`));
      else if (rule.action === 'FailIndex') {
        if (spec.backoffLimitPerIndex === undefined)
          found.push(invalid(`${at}.action`, rule.action, 'requires the backoffLimitPerIndex to be set'));
      } else found.push(...oneOf(rule.action, `${at}.action`, ACTIONS, false));
      if (rule.onExitCodes) found.push(...validateExitCodes(rule.onExitCodes, `${at}.onExitCodes`, names));
      if (rule.onPodConditions?.length) {
        found.push(
          ...eachOf(rule.onPodConditions, `${at}.onPodConditions`, (condition, where) => [
            ...qualifiedName(condition.type ?? '', `${where}.type`),
            ...(condition.status
              ? oneOf(condition.status, `${where}.status`, ['False', 'True', 'Unknown'], false)
              : [required(`${where}.status`, `valid values: ${quoteList(['False', 'True', 'Unknown'])}`)]),
          ]),
        );
      }
      const both = rule.onExitCodes && rule.onPodConditions?.length;
      if (both) found.push(invalid(at, undefined, 'specifying both OnExitCodes and OnPodConditions is not supported'));
      if (!rule.onExitCodes && !rule.onPodConditions?.length)
        found.push(plainInvalid(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
      return found;
    }),
  ];
}

/** An Invalid error whose value is left out. */
function plainInvalid(path: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field: path, body: `Invalid value: ${detail}` };
}

function validateExitCodes(codes: Piece, path: string, names: readonly string[]): FieldError[] {
  const errors: FieldError[] = [];
  if (!codes.operator) errors.push(required(`${path}.operator`, `valid values: ${quoteList(['In', 'NotIn'])}`));
  else errors.push(...oneOf(codes.operator, `${path}.operator`, ['In', 'NotIn'], false));
  if (codes.containerName !== undefined && !names.includes(codes.containerName)) {
    errors.push(
      invalid(
        `${path}.containerName`,
        codes.containerName,
        `must be one of the container or initContainer names in the pod template`,
      ),
    );
  }
  const values: readonly number[] = codes.values ?? [];
  if (!values.length) errors.push(invalid(`${path}.values`, null, 'at least one value is required'));
  let ordered = true;
  const seen = new Set<number>();
  values.forEach((value, i) => {
    if (codes.operator === 'In' && value === 0)
      errors.push(invalid(`${path}.values[${i}]`, value, 'must not be 0 for the In operator'));
    if (seen.has(value)) errors.push(duplicate(`${path}.values[${i}]`, value));
    else seen.add(value);
    if (i > 0 && values[i - 1] > value) ordered = false;
  });
  if (!ordered) errors.push(invalid(`${path}.values`, values, 'must be ordered'));
  return errors;
}

function validateSuccessPolicy(spec: Piece, path: string): FieldError[] {
  const rules: readonly Piece[] = spec.successPolicy.rules ?? [];
  if (!rules.length)
    return [required(`${path}.rules`, 'at least one rules must be specified when the successPolicy is specified')];
  return eachOf(rules, `${path}.rules`, (rule, at) => {
    const errors: FieldError[] = [];
    if (rule.succeededCount === undefined && rule.succeededIndexes === undefined) {
      errors.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
    }
    if (rule.succeededCount !== undefined) {
      if (rule.succeededCount <= 0)
        errors.push(invalid(`${at}.succeededCount`, rule.succeededCount, 'must be greater than 0'));
      if (spec.completions !== undefined && rule.succeededCount > spec.completions) {
        errors.push(
          invalid(
            `${at}.succeededCount`,
            rule.succeededCount,
            `must be less than or equal to ${spec.completions} (the number of specified completions)`,
          ),
        );
      }
    }
    return errors;
  });
}

/** The strategy has filled in selector and labels, unless manualSelector says that they are the user's. */
export function validateJob(object: Piece): FieldError[] {
  const errors = object.spec?.manualSelector === true ? [] : validateGeneratedSelector(object);
  return [...errors, ...validateJobParts(object)];
}

/** ValidateJobSpec: the spec, then its selector. */
function validateJobParts(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = validateJobSpec(spec, 'spec');
  if (!spec.selector) errors.push(required('spec.selector', ''));
  else errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const labels = spec.template?.metadata?.labels ?? null;
  if (!spec.selector || !labelSelectorMatchesSafe(spec.selector, labels)) {
    errors.push(invalid('spec.template.metadata.labels', labels, NO_MATCH));
  }
  return errors;
}

function validateGeneratedSelector(job: Piece): FieldError[] {
  const uid = job.metadata?.uid;
  if (!uid || !job.spec?.selector) return [];
  const expected = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  return same(job.spec.selector, expected)
    ? []
    : [invalid('spec.selector', job.spec.selector, '`selector` not auto-generated')];
}

export function validateJobUpdate(now: Piece, before: Piece): FieldError[] {
  const a = now.spec;
  const b = before.spec;
  // The strategy validates the whole Job, and its update rules the spec once more.
  const errors = [...validateJob(now), ...validateJobParts(now)];
  const indexed = a.completionMode === 'Indexed';
  if (!same(a.completions, b.completions)) {
    if (!indexed) errors.push(...immutable(a.completions, b.completions, 'spec.completions'));
    else if (a.completions !== a.parallelism)
      errors.push(
        invalid('spec.completions', a.completions ?? null, 'can only be modified in tandem with spec.parallelism'),
      );
  }
  errors.push(...immutable(a.selector, b.selector, 'spec.selector'));
  if (!same(a.template, b.template) && !(b.suspend && a.suspend !== undefined)) {
    errors.push(
      invalid('spec.template', internalJson(a.template ?? {}, 'io.k8s.api.core.v1.PodTemplateSpec'), IMMUTABLE),
    );
  }
  errors.push(...immutable(a.completionMode, b.completionMode, 'spec.completionMode'));
  if (!same(a.podFailurePolicy, b.podFailurePolicy)) {
    errors.push(
      invalid(
        'spec.podFailurePolicy',
        a.podFailurePolicy ? internalJson(a.podFailurePolicy, 'io.k8s.api.batch.v1.PodFailurePolicy') : null,
        IMMUTABLE,
      ),
    );
  }
  errors.push(...immutable(a.backoffLimitPerIndex, b.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'));
  errors.push(...immutable(a.managedBy, b.managedBy, 'spec.managedBy'));
  if (!same(a.successPolicy, b.successPolicy)) {
    errors.push(
      invalid(
        'spec.successPolicy',
        a.successPolicy ? internalJson(a.successPolicy, 'io.k8s.api.batch.v1.SuccessPolicy') : null,
        IMMUTABLE,
      ),
    );
  }
  return errors;
}

function validateTimeZone(zone: string | undefined, path: string): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [
      invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
    ];
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone) || !ZONE_AREAS.has(zone.split('/')[0]))
    return [invalid(path, zone, `unknown time zone ${zone}`)];
  return [];
}

/** First parts of the names of the IANA database, and its names without an area. */
const ZONE_AREAS = new Set(
  'Africa America Antarctica Arctic Asia Atlantic Australia Brazil CET CST6CDT Canada Chile Cuba EET EST EST5EDT Egypt Eire Etc Europe Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Indian Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT Mexico NZ NZ-CHAT Navajo PRC PST8PDT Pacific Poland Portugal ROC ROK Singapore Turkey UCT US UTC Universal W-SU WET Zulu'.split(
    ' ',
  ),
);

export function validateCronJob(object: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors: FieldError[] = [];
  if (!spec.schedule) errors.push(required('spec.schedule', ''));
  else if (spec.schedule.includes('TZ')) {
    const bad = spec.schedule.includes('CRON_TZ=') || spec.schedule.includes('TZ=');
    errors.push(
      ...(bad
        ? [invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')]
        : schedule(spec.schedule)),
    );
  } else errors.push(...schedule(spec.schedule));
  errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  errors.push(...oneOf(spec.concurrencyPolicy, 'spec.concurrencyPolicy', ['Allow', 'Forbid', 'Replace']));
  const job = spec.jobTemplate?.spec ?? {};
  if (job.selector)
    errors.push(invalid('spec.jobTemplate.spec.selector', job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector === true)
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  errors.push(...validateJobSpec(job, 'spec.jobTemplate.spec'));
  errors.push(
    ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  );
  return [...errors, ...validateTimeZone(spec.timeZone, 'spec.timeZone')];
}

function schedule(text: string): FieldError[] {
  const error = cronError(text);
  return error === undefined ? [] : [invalid('spec.schedule', text, error)];
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

/** Names whose length leaves room for the suffix of what they create. */
export const cronJobName = (name: string, prefix: boolean): readonly string[] => [
  ...nameIsDNSSubdomain(name, prefix),
  ...(!prefix && name.length > 52 ? ['must be no more than 52 characters'] : []),
];
