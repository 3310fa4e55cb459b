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

/** What the conditions say together. */
function conditionErrors(status: Piece, old: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const became = (type: string): boolean => isTrue(status, type) && !isTrue(old, type);
  const complete = isTrue(status, 'Complete');
  const changes = !same(status.conditions ?? [], old.conditions ?? []);
  if (!changes) return errors;
  if (complete && isTrue(status, 'Failed'))
    errors.push(conditions('cannot set Complete=True and Failed=True conditions'));
  if (complete && isTrue(status, 'FailureTarget'))
    errors.push(conditions('cannot set Complete=True and FailureTarget=true conditions'));
  if (became('Failed') && !isTrue(status, 'FailureTarget'))
    errors.push(conditions('cannot set Failed=True condition without the FailureTarget=true condition'));
  if (became('Complete') && !isTrue(status, 'SuccessCriteriaMet'))
    errors.push(conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'));
  return errors;
}

function completionErrors(status: Piece, old: Piece): FieldError[] {
  const { completionTime, startTime } = status;
  const errors: FieldError[] = [];
  const complete = isTrue(status, 'Complete');
  const path = `${PATH}.completionTime`;
  const changes = completionTime !== old.completionTime || complete !== isTrue(old, 'Complete');
  if (changes && completionTime !== undefined && !complete) {
    errors.push(invalid(path, completionTime, 'cannot set completionTime when there is no Complete=True condition'));
  }
  if (changes && completionTime === undefined && complete)
    errors.push(required(path, 'completionTime is required for Complete jobs'));
  const timesChange = completionTime !== old.completionTime || startTime !== old.startTime;
  if (timesChange && startTime !== undefined && completionTime !== undefined && completionTime < startTime)
    errors.push(invalid(path, completionTime, 'completionTime cannot be set before startTime'));
  return errors;
}

/** A Job that has ended has nothing left to end. */
function finishedErrors(status: Piece, old: Piece): FieldError[] {
  if (!isFinished(status) || isFinished(old)) return [];
  const errors: FieldError[] = [];
  if (status.active > 0) errors.push(invalid(`${PATH}.active`, status.active, 'active>0 is invalid for finished job'));
  if (status.startTime === undefined)
    errors.push(required(`${PATH}.startTime`, 'startTime is required for finished job'));
  if (status.terminating > 0)
    errors.push(invalid(`${PATH}.terminating`, status.terminating, 'terminating>0 is invalid for finished job'));
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (succeeded.length + failed.length > 0) {
    const shown = { Succeeded: succeeded, Failed: failed };
    const why = 'uncountedTerminatedPods needs to be empty for finished job';
    errors.push(invalid(`${PATH}.uncountedTerminatedPods`, shown, why));
  }
  return errors;
}

function indexErrors(status: Piece, spec: Piece): FieldError[] {
  const errors: FieldError[] = [];
  const parse = (field: string): void => {
    const wrong = indexesOf(status[field] ?? '', spec.completions ?? 0);
    if (typeof wrong === 'string')
      errors.push(invalid(`${PATH}.${field}`, status[field], `error parsing ${field}: ${wrong}`));
  };
  if (spec.completions !== undefined) parse('completedIndexes');
  if (spec.completions !== undefined && spec.backoffLimitPerIndex !== undefined && status.failedIndexes !== undefined)
    parse('failedIndexes');
  if (status.completedIndexes && spec.completionMode !== 'Indexed') {
    const why = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalid(`${PATH}.completedIndexes`, status.completedIndexes, why));
  }
  if (status.failedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    const why = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalid(`${PATH}.failedIndexes`, status.failedIndexes, why));
  }
  return errors;
}

/** What does not go back. */
function setBack(status: Piece, old: Piece): FieldError[] {
  const errors = ['Failed', 'Complete', 'FailureTarget']
    .filter((type) => isTrue(old, type) && !isTrue(status, type))
    .map((type) => conditions(`cannot disable the terminal ${type}=True condition`));
  for (const field of ['failed', 'succeeded'])
    if ((status[field] ?? 0) < (old[field] ?? 0))
      errors.push(invalid(`${PATH}.${field}`, status[field] ?? 0, `cannot decrease the ${field} counter`));
  return errors;
}

export function validateJobStatus(now: Piece, before: Piece): FieldError[] {
  const status = now.status ?? {};
  const old = before.status ?? {};
  const errors = [...counts(status), ...uncounted(status), ...conditionErrors(status, old)];
  errors.push(...completionErrors(status, old), ...finishedErrors(status, old), ...indexErrors(status, now.spec ?? {}));
  if (status.ready > (status.active ?? 0) && !same(status.ready, old.ready))
    errors.push(invalid(`${PATH}.ready`, status.ready, 'cannot set more ready pods than active'));
  return [...errors, ...setBack(status, old)];
}
