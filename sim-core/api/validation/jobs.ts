import { goQuote } from '../machinery/gotext.ts';
import { isDomainPrefixedPath, nameIsDNSSubdomain } from '../machinery/names.ts';
import { validateLabelSelector } from '../machinery/selectors.ts';
import {
  duplicate,
  eachOf,
  type FieldError,
  IMMUTABLE,
  immutable,
  invalid,
  nonNegative,
  notSupported,
  oneOf,
  type Piece,
  qualifiedName,
  required,
  same,
  tooMany,
} from './common.ts';
import { cronError } from './cron.ts';
import { internalJson } from './internal.ts';
import { validatePodTemplate } from './pods/spec.ts';

import { labelSelectorMatchesSafe, NO_MATCH } from './workloads.ts';

/** Jobs and CronJobs. */

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
    errors.push(...validateManyIndexes(spec, path));
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

const MANY_INDEXES = 100000;
const MANY_LIMIT = 10000;

/** Jobs of very many indexes that fail one by one. */
function validateManyIndexes(spec: Piece, path: string): FieldError[] {
  const { completions, parallelism, maxFailedIndexes: failed } = spec;
  const errors: FieldError[] = [];
  if (failed > MANY_INDEXES)
    errors.push(invalid(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${MANY_INDEXES}`));
  if (!(completions > MANY_INDEXES) || spec.backoffLimitPerIndex === undefined) return errors;
  const why = `must be less than or equal to ${MANY_LIMIT} when completions are above ${MANY_INDEXES} and used with backoff limit per index`;
  if (failed === undefined)
    errors.push(required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY_INDEXES}`));
  if (parallelism > MANY_LIMIT) errors.push(invalid(`${path}.parallelism`, parallelism, why));
  if (failed > MANY_LIMIT) errors.push(invalid(`${path}.maxFailedIndexes`, failed, why));
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
        if (rule.onPodConditions.length > 20)
          found.push(tooMany(`${at}.onPodConditions`, rule.onPodConditions.length, 20));
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
      if (both) found.push(plainInvalid(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
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
  if (values.length > 255) errors.push(tooMany(`${path}.values`, values.length, 255));
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
    const indexes = indexesOf(rule.succeededIndexes ?? '', spec.completions ?? 0);
    if (typeof indexes === 'string') {
      const why = `error parsing succeededIndexes: ${indexes}`;
      errors.push(invalid(`${at}.succeededIndexes`, rule.succeededIndexes, why));
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
      const total = typeof indexes === 'string' ? 0 : indexes;
      if (rule.succeededIndexes !== undefined && rule.succeededCount > total) {
        const why = `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`;
        errors.push(invalid(`${at}.succeededCount`, rule.succeededCount, why));
      }
    }
    return errors;
  });
}

/** How many indexes a text as `0-2,5` names; a text = what is wrong with it (validateIndexesFormat). */
export function indexesOf(text: string, completions: number): number | string {
  let last = -1;
  let total = 0;
  for (const interval of text === '' ? [] : text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2)
      return `the fragment ${goQuote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`;
    for (const [i, limit] of limits.entries()) {
      if (!/^\+?[0-9]+$/.test(limit)) return `cannot convert string to integer for index: ${goQuote(limit)}`;
      if (Number(limit) >= completions) return `too large index: ${goQuote(limit)}`;
      if (i === 1 && Number(limits[0]) >= Number(limit))
        return `non-increasing order, previous: ${Number(limits[0])}, current: ${Number(limit)}`;
    }
    const from = Number(limits[0]);
    const to = Number(limits[limits.length - 1]);
    if (last >= from) return `non-increasing order, previous: ${last}, current: ${from}`;
    total += to - from + 1;
    last = to;
  }
  return total;
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
  if (!same(a.template, templateKept(a, b, before.status))) {
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

/** The old template; of one that waits and has never begun, with the new words on where its pods may go. */
function templateKept(now: Piece, before: Piece, status: Piece): Piece {
  if (!before.suspend || status?.startTime !== undefined) return before.template;
  const { template: fresh = {} } = now;
  const { template: old = {} } = before;
  const spec = { ...old.spec };
  for (const field of ['nodeSelector', 'tolerations', 'schedulingGates']) spec[field] = fresh.spec?.[field];
  const { nodeAffinity: _, ...others } = old.spec?.affinity ?? {};
  const nodeAffinity = fresh.spec?.affinity?.nodeAffinity;
  const isBare = nodeAffinity === undefined && Object.keys(others).length === 0;
  spec.affinity = isBare && fresh.spec?.affinity === undefined ? undefined : { ...others, nodeAffinity };
  const { labels, annotations } = fresh.metadata ?? {};
  const metadata = fresh.metadata === undefined ? undefined : { ...old.metadata, labels, annotations };
  return { ...old, metadata, spec };
}

/** Parts of a zone's name (https://data.iana.org/time-zones/theory.html#naming, and digits for old names). */
const ZONE_PART = /^(?!-|\.{1,2}$)[A-Za-z._0-9+-]{1,14}$/;

function validateTimeZone(zone: string | undefined, path: string): FieldError[] {
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const parts = zone.split('/');
  const unknown = [invalid(path, zone, `unknown time zone ${zone}`)];
  if (!parts.every((part) => ZONE_PART.test(part))) return unknown;
  const errors: FieldError[] = [];
  if (zone.toLowerCase() === 'local') {
    const why = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    errors.push(invalid(path, zone, why));
  }
  if (zone !== 'Local' && !ZONE_AREAS.has(parts[0])) errors.push(...unknown);
  return errors;
}

/** First parts of the names of the IANA database, and its names without an area. */
const ZONE_AREAS = new Set(
  'Africa America Antarctica Arctic Asia Atlantic Australia Brazil CET CST6CDT Canada Chile Cuba EET EST EST5EDT Egypt Eire Etc Europe Factory GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Indian Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT Mexico NZ NZ-CHAT Navajo PRC PST8PDT Pacific Poland Portugal ROC ROK Singapore Turkey UCT US UTC Universal W-SU WET Zulu'.split(
    ' ',
  ),
);

/** `before` is the old spec of an update: a schedule that had a zone may keep it, and an old timeZone is not looked at again. */
export function validateCronJob(object: Piece, before?: Piece): FieldError[] {
  const spec = object.spec ?? {};
  const errors = schedule(spec, before);
  errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  if (before === undefined || before.timeZone !== spec.timeZone)
    errors.push(...validateTimeZone(spec.timeZone, 'spec.timeZone'));
  errors.push(...oneOf(spec.concurrencyPolicy, 'spec.concurrencyPolicy', ['Allow', 'Forbid', 'Replace']));
  const job = spec.jobTemplate?.spec ?? {};
  errors.push(...validateJobSpec(job, 'spec.jobTemplate.spec'));
  if (job.selector)
    errors.push(invalid('spec.jobTemplate.spec.selector', job.selector, '`selector` will be auto-generated'));
  if (job.manualSelector === true)
    errors.push(notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false']));
  return [
    ...errors,
    ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  ];
}

export function validateCronJobUpdate(now: Piece, before: Piece): FieldError[] {
  return validateCronJob(now, before.spec);
}

const ZONE_IN_SCHEDULE = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
const TWO_ZONES = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';

/** The zone that a schedule may begin with, as robfig/cron reads it, and the rest. */
const ZONED = /^(?:CRON_)?TZ=(\S*) +/;

function schedule({ schedule: text = '', timeZone }: Piece, before: Piece): FieldError[] {
  const path = 'spec.schedule';
  if (text === '') return [required(path, '')];
  const zone = ZONED.exec(text);
  const badZone = zone ? validateTimeZone(zone[1] || 'UTC', path).length > 0 : false;
  const error = badZone
    ? `provided bad location ${zone?.[1]}: unknown time zone ${zone?.[1]}`
    : cronError(text.replace(ZONED, ''));
  const errors = error === undefined ? [] : [invalid(path, text, error)];
  if (!text.includes('TZ')) return errors;
  if (!before?.schedule?.includes('TZ')) errors.push(invalid(path, text, ZONE_IN_SCHEDULE));
  else if (timeZone !== undefined) errors.push(invalid(path, text, TWO_ZONES));
  return errors;
}

/** Names whose length leaves room for the suffix of what they create. */
export const cronJobName = (name: string, prefix: boolean): readonly string[] => [
  ...nameIsDNSSubdomain(name, prefix),
  ...(!prefix && name.length > 52 ? ['must be no more than 52 characters'] : []),
];
