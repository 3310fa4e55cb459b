import type { Json } from '../../contracts/objects.ts';
import { typeNamed } from '../schema/table.ts';
import type { FieldSchema, ScalarKind, TypeRef, TypeSchema } from '../schema/types.ts';
import { NumberLiteral, plainJson } from './json.ts';
import { decodeScalar, isEmptyScalar, zeroScalar } from './scalars.ts';

/**
 * The way of decoding for values without mistakes: what `decodeValue` (decode.ts) gives, by plans made once a type, without
 * places for error texts. Parts that stand as the server writes them already come back as they are, by identity. Values with
 * anything unusual (unknown fields, wrong types, nulls in lists) are given up; then the full way decodes and tells why.
 */

/** The value is not for this way. No JSON value is a symbol. */
const GIVEN_UP: unique symbol = Symbol('given up');
type Result = Json | typeof GIVEN_UP;
type Read = (value: unknown) => Result;

interface FieldPlan {
  readonly name: string;
  /** Set at the first use: types may hold themselves. */
  read: Read | undefined;
  readonly type: TypeRef;
  /** True where the encoder leaves out this decoded value. */
  readonly isLeftOut: (value: Json) => boolean;
  /** What a field that is absent shows; undefined = nothing. Made at the first use. */
  absent: Json | undefined;
}

interface Plan {
  readonly fields: readonly FieldPlan[];
  readonly places: ReadonlyMap<string, number>;
  /** Places of the fields that are written even when they are absent. */
  required: readonly number[];
}

const plans = new Map<string, Plan>();

function planOf(type: TypeSchema): Plan {
  const known = plans.get(type.name);
  if (known !== undefined) return known;
  const fields = type.fields.map(
    (field): FieldPlan => ({
      name: field.name,
      read: undefined,
      type: field.type,
      isLeftOut: leftOut(field),
      absent: undefined,
    }),
  );
  const plan: Plan = { fields, places: new Map(fields.map(({ name }, i) => [name, i])), required: [] };
  plans.set(type.name, plan);
  const required: number[] = [];
  type.fields.forEach((field, i) => {
    const zero = field.pointer ? null : zeroOf(field.type);
    if (fields[i].isLeftOut(zero)) return;
    fields[i].absent = zero;
    required.push(i);
  });
  plan.required = required;
  return plan;
}

/** The value that a missing, non-pointer value of this type shows in JSON; frozen, as all objects of a kind share it. */
function zeroOf(ref: TypeRef): Json {
  if (ref.kind === 'struct')
    return Object.freeze(readStruct({}, planOf(typeNamed(ref.name) as TypeSchema)) as object) as Json;
  if (ref.kind === 'list' || ref.kind === 'map') return null;
  return zeroScalar(ref.kind);
}

function leftOut(field: FieldSchema): (value: Json) => boolean {
  const isCreation = field.name === 'creationTimestamp';
  if (!field.omitempty) return isCreation ? (value) => value === null : () => false;
  if (field.pointer) return (value) => value === null;
  const { kind } = field.type;
  if (kind === 'struct') return isCreation ? (value) => value === null : () => false;
  if (kind === 'list' || kind === 'map') return (value) => value === null;
  return (value) => isEmptyScalar(value, kind) || (isCreation && value === null);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}

function readStruct(source: { readonly [key: string]: unknown }, plan: Plan): Result {
  const { fields, places, required } = plan;
  let same = true;
  let last = -1;
  let written = 0;
  let values: (Json | undefined)[] | undefined;
  for (const key in source) {
    const place = places.get(key);
    if (place === undefined) return GIVEN_UP;
    const item = source[key];
    const field = fields[place];
    if (item === undefined || item === null) {
      // Absent; null stands where the field is written as null.
      if (item === null && field.absent === null && place > last) {
        last = place;
        written++;
      } else same = false;
      continue;
    }
    field.read ??= readerOf(field.type);
    const value = field.read(item);
    if (value === GIVEN_UP) return GIVEN_UP;
    if (place <= last || value !== item || field.isLeftOut(value as Json)) same = false;
    else if (field.absent !== undefined) written++;
    last = place;
    if (values === undefined) values = new Array<Json | undefined>(fields.length).fill(undefined);
    values[place] = value as Json;
  }
  if (same && written === required.length) return source as Json;
  const result: { [key: string]: Json } = {};
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    // A given zero value of a pointer or a required field stays; null means absent.
    const value = values?.[i] ?? field.absent;
    if (value === undefined || field.isLeftOut(value)) continue;
    result[field.name] = value;
  }
  return result;
}

function readList(value: unknown, read: Read): Result {
  if (!Array.isArray(value)) return GIVEN_UP;
  if (value.length === 0) return null;
  let copy: Json[] | undefined;
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (item === null || item === undefined) return GIVEN_UP;
    const decoded = read(item);
    if (decoded === GIVEN_UP) return GIVEN_UP;
    if (decoded === item) continue;
    // A slice has room for its items alone, which matters for what is stored.
    copy ??= value.slice() as Json[];
    copy[i] = decoded as Json;
  }
  return copy ?? (value as Json);
}

function readMap(value: unknown, read: Read): Result {
  if (!isObject(value)) return GIVEN_UP;
  let same = true;
  let before: string | undefined;
  for (const key in value) {
    const item = value[key];
    if (item === null || item === undefined || key === '__proto__') return GIVEN_UP;
    const decoded = read(item);
    if (decoded === GIVEN_UP) return GIVEN_UP;
    if (decoded !== item || (before !== undefined && before > key)) same = false;
    before = key;
  }
  if (before === undefined) return null;
  if (same) return value as Json;
  const result: { [key: string]: Json } = {};
  for (const key of Object.keys(value).sort()) result[key] = read(value[key]) as Json;
  return result;
}

function readerOf(ref: TypeRef): Read {
  switch (ref.kind) {
    case 'struct': {
      const plan = planOf(typeNamed(ref.name) as TypeSchema);
      return (value) => (isObject(value) ? readStruct(value, plan) : GIVEN_UP);
    }
    case 'list': {
      const read = readerOf(ref.of);
      return (value) => readList(value, read);
    }
    case 'map': {
      const read = readerOf(ref.of);
      return (value) => readMap(value, read);
    }
    case 'raw':
    case 'any':
      return (value) => (holdsLiteral(value) ? plainJson(value) : (value as Json));
    default:
      return scalarReader(ref.kind);
  }
}

function holdsLiteral(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (value instanceof NumberLiteral) return true;
  const items = value as { readonly [key: string]: unknown };
  for (const key in items) if (holdsLiteral(items[key])) return true;
  return false;
}

const INT32 = 2 ** 31;

function scalarReader(kind: ScalarKind): Read {
  switch (kind) {
    case 'string':
      return (value) => (typeof value === 'string' ? value : GIVEN_UP);
    case 'bool':
      return (value) => (typeof value === 'boolean' ? value : GIVEN_UP);
    case 'int32':
      return (value) => (isPlainInt(value) && value >= -INT32 && value < INT32 ? value : GIVEN_UP);
    case 'int64':
      return (value) => (isPlainInt(value) ? value : GIVEN_UP);
    case 'intOrString':
      return (value) =>
        typeof value === 'string' || (isPlainInt(value) && value >= -INT32 && value < INT32) ? value : GIVEN_UP;
    case 'float64':
      return (value) =>
        typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0) ? value : GIVEN_UP;
    case 'bytes':
    case 'microTime':
      return (value) => readScalar(kind, value);
    default:
      return (value) => remembered(kind, value);
  }
}

function isPlainInt(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** Times and quantities come again and again: memos of a pure result, bounded. */
const texts = new Map<ScalarKind, Map<string, Result>>();
const TEXTS_MAX = 8192;

function remembered(kind: ScalarKind, value: unknown): Result {
  if (typeof value !== 'string') return readScalar(kind, value);
  let known = texts.get(kind);
  if (known === undefined) texts.set(kind, (known = new Map()));
  const before = known.get(value);
  if (before !== undefined) return before;
  const result = readScalar(kind, value);
  if (known.size >= TEXTS_MAX) known.clear();
  known.set(value, result);
  return result;
}

function readScalar(kind: ScalarKind, value: unknown): Result {
  const scalar = decodeScalar(value, kind, '');
  return 'value' in scalar ? scalar.value : GIVEN_UP;
}

/** The decoded value of a type, or undefined where the full way has to look at it. */
export function decodeFast(value: unknown, type: TypeSchema): Json | undefined {
  if (!isObject(value)) return undefined;
  const result = readStruct(value, planOf(type));
  return result === GIVEN_UP ? undefined : result;
}
