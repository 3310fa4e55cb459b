import { type FieldError, invalid, nonNegative, type Piece, required, same } from './common.ts';
import { indexesOf } from './jobs.ts';

/**
 * Updates of a Job's status (pkg/apis/batch/validation ValidateJobUpdateStatus). Most rules are looked at only where what they
 * speak of changes (pkg/registry/batch/job/strategy.go getStatusValidationOptions).
 */

const PATH = 'status';

const isTrue = (status: Piece, type: string): boolean =>
  (status.conditions ?? []).some((condition: Piece) => condition.type === type && condition.status === 'True');

const isFinished = (status: Piece): boolean => isTrue(status, 'Complete') || isTrue(status, 'Failed');

/** An Invalid error of conditions, whose value is left out. */
function conditions(why: string): FieldError {
  return { type: 'FieldValueInvalid', field: `${PATH}.conditions`, body: `Invalid value: ${why}` };
}

function counts(status: Piece): FieldError[] {
  return ['active', 'succeeded', 'failed', 'ready', 'terminating'].flatMap((field) =>
    nonNegative(status[field], `${PATH}.${field}`),
  );
}

/** Pods that are not counted yet, each once. */
function uncounted(status: Piece): FieldError[] {
  const seen = new Set<string>();
  return ['succeeded', 'failed'].flatMap((field) =>
    (status.uncountedTerminatedPods?.[field] ?? []).flatMap((uid: string, i: number) => {
      const at = `${PATH}.uncountedTerminatedPods.${field}[${i}]`;
      if (uid === '') return [invalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) {
        return [{ type: 'FieldValueDuplicate', field: at, body: `Duplicate value: ${JSON.stringify(uid)}` } as const];
      }
      seen.add(uid);
      return [];
    }),
  );
}

/** What an update changes: a rule is looked at only where something that it speaks of does. */
class Changes {
  readonly now: Piece;
  readonly old: Piece;

  constructor(now: Piece, old: Piece) {
    this.now = now;
    this.old = old;
  }

  /** One of these fields. */
  fields(...names: readonly string[]): boolean {
    return names.some((name) => !same(this.now[name] ?? null, this.old[name] ?? null));
  }

  /** Whether one of these conditions is true. */
  conditions(...types: readonly string[]): boolean {
    return types.some((type) => isTrue(this.now, type) !== isTrue(this.old, type));
  }

  get finished(): boolean {
    return isFinished(this.now) !== isFinished(this.old);
  }
}

/** What the conditions and times say together. */
function endErrors(status: Piece, changes: Changes): FieldError[] {
  const errors: FieldError[] = [];
  const { completionTime, startTime } = status;
  const path = `${PATH}.completionTime`;
  const complete = isTrue(status, 'Complete');
  const failed = isTrue(status, 'Failed');
  if (complete && failed && changes.conditions('Complete', 'Failed'))
    errors.push(conditions('cannot set Complete=True and Failed=true conditions'));
  if (complete && isTrue(status, 'FailureTarget') && changes.conditions('Complete', 'FailureTarget'))
    errors.push(conditions('cannot set Complete=True and FailureTarget=true conditions'));
  const ends = changes.conditions('Complete') || changes.fields('completionTime');
  if (ends && completionTime !== undefined && !complete)
    errors.push(invalid(path, completionTime, 'cannot set completionTime when there is no Complete=True condition'));
  if (ends && completionTime === undefined && complete)
    errors.push(required(path, 'completionTime is required for Complete jobs'));
  const isEarly = startTime !== undefined && completionTime !== undefined && completionTime < startTime;
  if (isEarly && changes.fields('completionTime', 'startTime'))
    errors.push(invalid(path, completionTime, 'completionTime cannot be set before startTime'));
  if (failed && !isTrue(status, 'FailureTarget') && changes.conditions('Failed', 'FailureTarget'))
    errors.push(conditions('cannot set Failed=True condition without the FailureTarget=true condition'));
  if (complete && !isTrue(status, 'SuccessCriteriaMet') && changes.conditions('Complete', 'SuccessCriteriaMet'))
    errors.push(conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'));
  return errors;
}

/** A Job that has ended has nothing left to end. */
function finishedErrors(status: Piece, changes: Changes): FieldError[] {
  if (!isFinished(status)) return [];
  const errors: FieldError[] = [];
  if (status.active > 0 && (changes.finished || changes.fields('active')))
    errors.push(invalid(`${PATH}.active`, status.active, 'active>0 is invalid for finished job'));
  if (status.startTime === undefined && (changes.finished || changes.fields('startTime')))
    errors.push(required(`${PATH}.startTime`, 'startTime is required for finished job'));
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const looks = changes.finished || changes.fields('uncountedTerminatedPods');
  if (looks && succeeded.length + failed.length > 0) {
    const shown = { Succeeded: succeeded, Failed: failed };
    const why = 'uncountedTerminatedPods needs to be empty for finished job';
    errors.push(invalid(`${PATH}.uncountedTerminatedPods`, shown, why));
  }
  return errors;
}

function indexErrors(status: Piece, spec: Piece, changes: Changes): FieldError[] {
  const errors: FieldError[] = [];
  const { completedIndexes = '', failedIndexes } = status;
  const { completions, backoffLimitPerIndex } = spec;
  const wrong = (field: string, why: string): void => {
    errors.push(invalid(`${PATH}.${field}`, status[field], why));
  };
  const parse = (field: string): void => {
    const error = indexesOf(status[field] ?? '', completions ?? 0);
    if (typeof error === 'string') wrong(field, `error parsing ${field}: ${error}`);
  };
  const completedChange = changes.fields('completedIndexes');
  const failedChange = changes.fields('failedIndexes');
  if (completedChange && completions !== undefined) parse('completedIndexes');
  const hasFailed = failedIndexes !== undefined;
  if (failedChange && completions !== undefined && backoffLimitPerIndex !== undefined && hasFailed)
    parse('failedIndexes');
  if (completedChange && completedIndexes !== '' && spec.completionMode !== 'Indexed')
    wrong('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (failedChange && hasFailed && backoffLimitPerIndex === undefined)
    wrong('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  if ((failedChange || completedChange) && completions !== undefined && hasFailed) {
    const common = firstCommonIndex(completedIndexes, failedIndexes);
    if (common !== undefined) wrong('failedIndexes', `failedIndexes and completedIndexes overlap at index: ${common}`);
  }
  return errors;
}

/** Intervals of a text as `0-2,5`, without those that are none. */
function intervalsOf(text: string): (readonly [from: number, to: number])[] {
  return text.split(',').flatMap((interval) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(interval) ?? [];
    return from === undefined ? [] : [[Number(from), Number(to)] as const];
  });
}

function firstCommonIndex(completed: string, failed: string): number | undefined {
  const theirs = intervalsOf(failed);
  for (const [from, to] of intervalsOf(completed)) {
    const found = theirs.find(([a, b]) => from <= b && a <= to);
    if (found !== undefined) return Math.max(from, found[0]);
  }
  return undefined;
}

function podErrors(status: Piece, changes: Changes): FieldError[] {
  const { ready, active = 0, terminating } = status;
  const errors: FieldError[] = [];
  if (terminating > 0 && isFinished(status) && (changes.finished || changes.fields('terminating')))
    errors.push(invalid(`${PATH}.terminating`, terminating, 'terminating>0 is invalid for finished job'));
  if (ready > active && changes.fields('ready', 'active'))
    errors.push(invalid(`${PATH}.ready`, ready, 'cannot set more ready pods than active'));
  return errors;
}

/** Success is met by criteria or not at all: these are looked at always. */
function criteriaErrors(status: Piece, spec: Piece): FieldError[] {
  const isMet = isTrue(status, 'SuccessCriteriaMet');
  const errors: FieldError[] = [];
  if (isMet && isTrue(status, 'Failed'))
    errors.push(conditions('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (isMet && isTrue(status, 'FailureTarget'))
    errors.push(conditions('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  if (spec.successPolicy && !isMet && isTrue(status, 'Complete'))
    errors.push(conditions('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'));
  return errors;
}

/** What does not go back. */
function setBack(status: Piece, old: Piece, spec: Piece): FieldError[] {
  const errors = ['Failed', 'Complete', 'FailureTarget']
    .filter((type) => isTrue(old, type) && !isTrue(status, type))
    .map((type) => conditions(`cannot disable the terminal ${type}=True condition`));
  // A Job that can be scaled down may lose completions.
  const counters = spec.completions === spec.parallelism ? ['failed'] : ['failed', 'succeeded'];
  for (const field of counters)
    if ((status[field] ?? 0) < (old[field] ?? 0))
      errors.push(invalid(`${PATH}.${field}`, status[field] ?? 0, `cannot decrease the ${field} counter`));
  const { completionTime, startTime } = status;
  if (completionTime !== undefined && old.completionTime !== undefined && completionTime !== old.completionTime)
    errors.push(invalid(`${PATH}.completionTime`, completionTime, 'completionTime cannot be mutated'));
  if (old.startTime !== undefined && startTime !== old.startTime && spec.suspend !== true)
    errors.push(required(`${PATH}.startTime`, 'startTime cannot be removed for unsuspended job'));
  const [was, is] = [isTrue(old, 'SuccessCriteriaMet'), isTrue(status, 'SuccessCriteriaMet')];
  if (was && !is) errors.push(conditions('cannot disable the SuccessCriteriaMet=True condition'));
  if (isTrue(old, 'Complete') && !was && is)
    errors.push(conditions('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'));
  return errors;
}

export function validateJobStatus(now: Piece, before: Piece): FieldError[] {
  const status = now.status ?? {};
  const old = before.status ?? {};
  const spec = now.spec ?? {};
  const changes = new Changes(status, old);
  return [
    ...counts(status),
    ...uncounted(status),
    ...endErrors(status, changes),
    ...finishedErrors(status, changes),
    ...indexErrors(status, spec, changes),
    ...podErrors(status, changes),
    ...criteriaErrors(status, spec),
    ...setBack(status, old, spec),
  ];
}
