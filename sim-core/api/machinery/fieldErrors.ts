import { goQuote } from './gotext.ts';

/** field.Error of apimachinery (pkg/util/validation/field): the entries of `details.causes` and of a 422's message. */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  readonly type: FieldErrorType;
  /** As printed: `spec.containers[0].name`; '' is printed as `<nil>`. */
  readonly field: string;
  /** Without the field: `Invalid value: "x": must be ...`. */
  readonly body: string;
}

const TITLES: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** A bad value as the message shows it: strings quoted, numbers plain, the rest as JSON. */
export function badValueText(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value).replace(HTML, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What Go's encoder escapes so that JSON can stand in HTML. */
const HTML = /[<>&\u2028\u2029]/g;

function make(type: FieldErrorType, field: string, value: unknown, detail: string): FieldError {
  const body = `${TITLES[type]}: ${badValueText(value)}`;
  return { type, field, body: detail === '' ? body : `${body}: ${detail}` };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return make('FieldValueInvalid', field, value, detail);
}

/** An Invalid error that does not show the value. */
export function invalidPlain(field: string, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, body: `Invalid value: ${detail}` };
}

export function required(field: string, detail: string): FieldError {
  return { type: 'FieldValueRequired', field, body: detail === '' ? 'Required value' : `Required value: ${detail}` };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, body: detail === '' ? 'Forbidden' : `Forbidden: ${detail}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return make('FieldValueDuplicate', field, value, '');
}

export function notFound(field: string, value: unknown): FieldError {
  return make('FieldValueNotFound', field, value, '');
}

/** `supported` is printed in the order given; Kubernetes sorts it only where it comes from a set. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`;
  return make('FieldValueNotSupported', field, value, detail);
}

/** The value itself is not shown. */
export function tooLong(field: string, maxLength: number, unit = 'bytes'): FieldError {
  const detail = maxLength < 0 ? 'value is too long' : `may not be more than ${maxLength} ${unit}`;
  return { type: 'FieldValueTooLong', field, body: `Too long: ${detail}` };
}

export function tooMany(field: string, actual: number, max: number): FieldError {
  const detail = max < 0 ? 'has too many items' : `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return { type: 'FieldValueTooMany', field, body: `Too many: ${actual}: ${detail}` };
}

export function fieldErrorText(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${error.body}`;
}

/** utilerrors.Aggregate.Error(): duplicates dropped; one alone without brackets. */
export function aggregateText(messages: readonly string[]): string {
  const distinct = [...new Set(messages)];
  if (distinct.length === 0) return '';
  return distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`;
}
