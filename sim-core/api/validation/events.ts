import { utf8Length } from '../machinery/gotext.ts';
import { isQualifiedName } from '../machinery/names.ts';
import { type FieldError, immutable, invalid, invalidEach, type Piece, required } from './common.ts';
import { internalJson } from './internal.ts';

/** Events of both groups (pkg/apis/core/validation/events.go). Errors have the internal type's field names. */

const TEXT_MAX = 128;
const NOTE_MAX = 1024;
const UNSET = 'needs to be unset';

const isNew = ({ apiVersion }: Piece): boolean => apiVersion === 'events.k8s.io/v1';

function atMost(text: string, limit: number, path: string): FieldError[] {
  return utf8Length(text) > limit ? [invalid(path, '', `can have at most ${limit} characters`)] : [];
}

function text(value: string | undefined, path: string): FieldError[] {
  return value ? atMost(value, TEXT_MAX, path) : [required(path, '')];
}

function mismatch(namespace: string): FieldError[] {
  return [invalid('involvedObject.namespace', namespace, 'does not match event.namespace')];
}

/** What every event must have: without eventTime it is one of the old form, whose namespace alone is looked at. */
function basics(event: Piece): FieldError[] {
  const involved: string = (event.involvedObject ?? event.regarding)?.namespace ?? '';
  const namespace: string = event.metadata?.namespace ?? '';
  if (!event.eventTime) {
    const isAlike = involved === '' ? namespace === '' || namespace === 'default' : namespace === involved;
    return isAlike ? [] : mismatch(involved);
  }
  const controller: string = event.reportingController ?? event.reportingComponent ?? '';
  const path = isNew(event) ? 'reportingController' : 'reportingComponent';
  const isOfNoPlace = involved === '' && namespace !== 'default' && namespace !== 'kube-system';
  return [
    ...(isOfNoPlace ? mismatch(involved) : []),
    ...(controller === '' ? [required(path, '')] : []),
    ...invalidEach(path, controller, isQualifiedName(controller)),
    ...text(event.reportingInstance, 'reportingInstance'),
    ...text(event.action, 'action'),
    ...text(event.reason, 'reason'),
    ...atMost(event.note ?? event.message ?? '', NOTE_MAX, 'message'),
  ];
}

function series({ series: given }: Piece): FieldError[] {
  if (!given) return [];
  const errors = (given.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : [];
  return given.lastObservedTime ? errors : [...errors, required('series.lastObservedTime', '')];
}

export function validateEvent(event: Piece): FieldError[] {
  const errors = basics(event);
  if (!isNew(event)) return errors;
  const { type = '', deprecatedSource: source } = event;
  errors.push(...series(event));
  if (!event.eventTime) errors.push(required('eventTime', ''));
  if (type !== 'Normal' && type !== 'Warning') errors.push(invalid('type', '', `has invalid value: ${type}`));
  if (event.deprecatedFirstTimestamp) errors.push(invalid('firstTimestamp', '', UNSET));
  if (event.deprecatedLastTimestamp) errors.push(invalid('lastTimestamp', '', UNSET));
  if (event.deprecatedCount) errors.push(invalid('count', '', UNSET));
  if (source?.component || source?.host) errors.push(invalid('source', '', UNSET));
  return errors;
}

type Printed = (value: Piece) => Piece;

const plain: Printed = (value) => value ?? '';
const count: Printed = (value) => value ?? 0;
const reference: Printed = (value) => internalJson(value ?? {}, 'io.k8s.api.core.v1.ObjectReference');
const source: Printed = (value) => internalJson(value ?? {}, 'io.k8s.api.core.v1.EventSource');

const time: Printed = (value) => value ?? null;

/** Fields of events.k8s.io/v1 that stay, as the internal type calls and prints them; the reason is looked at twice. */
const KEPT: readonly (readonly [field: string, path: string, printed: Printed])[] = [
  ['regarding', 'involvedObject', reference],
  ['reason', 'reason', plain],
  ['note', 'message', plain],
  ['deprecatedSource', 'source', source],
  ['deprecatedFirstTimestamp', 'firstTimestamp', time],
  ['deprecatedLastTimestamp', 'lastTimestamp', time],
  ['deprecatedCount', 'count', count],
  ['reason', 'reason', plain],
  ['type', 'type', plain],
  ['eventTime', 'eventTime', time],
  ['action', 'action', plain],
  ['related', 'related', (value) => value && reference(value)],
  ['reportingController', 'reportingController', plain],
  ['reportingInstance', 'reportingInstance', plain],
];

/** A changed core event need only be well-formed; one of events.k8s.io/v1 changes its series alone. */
export function validateEventUpdate(now: Piece, before: Piece): FieldError[] {
  const errors = basics(now);
  if (!isNew(now)) return errors;
  const isOtherSeries = immutable(now.series, before.series, 'series').length > 0;
  if (isOtherSeries) errors.push(...series(now));
  for (const [field, path, printed] of KEPT)
    errors.push(...immutable(now[field] || undefined, before[field] || undefined, path, printed(now[field])));
  return errors;
}
