import type { Json, KubeObject } from '../../contracts/objects.ts';
import { schemaOfKind, typeNamed } from '../schema/table.ts';
import type { FieldSchema, TypeRef, TypeSchema } from '../schema/types.ts';
import { decodeFast } from './fast.ts';
import { plainJson } from './json.ts';
import { decodeScalar, isEmptyScalar, jsonKind, zeroScalar } from './scalars.ts';

/**
 * Decoding as the API server does it: JSON into Go's structs and out again. The result has Go's key order, required zero
 * values (`""`, `null`, `{}`), canonical quantities and times, and no empty optional values.
 *
 * Behaviour of sigs.k8s.io/json (case-sensitive, the first type error wins, unknown and repeated fields are collected)
 * and of the JSON that Go's encoder writes after a round trip through protobuf (empty lists and maps become nil).
 */

export type Strictness = 'strict' | 'warn' | 'ignore';

export interface DecodeOptions {
  readonly apiVersion: string;
  readonly kind: string;
  readonly strictness: Strictness;
  /** Paths of repeated keys, as `parseJson` found them. */
  readonly duplicates?: readonly string[];
}

export interface Decoded {
  readonly object: KubeObject;
  /** `unknown field "spec.foo"`, `duplicate field "metadata.name"`: for the Warning header, with strictness warn. */
  readonly warnings: readonly string[];
  /** At most one: the first type error, or `strict decoding error: ...`. */
  readonly errors: readonly string[];
}

/** Where the decoder is: what error texts say. */
interface Place {
  /** Go's name of the innermost struct; '' at the root. */
  readonly struct: string;
  /** Its field stack, with inlined structs and without indexes: `spec.volumes.VolumeSource.nfs`. */
  readonly stack: string;
  /** The field path of strict errors, with indexes: `spec.volumes[0].nfs`. */
  readonly path: string;
}

interface Notes {
  error: string | undefined;
  readonly strict: string[];
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const ROOT: Place = { struct: '', stack: '', path: '' };

function typeError(notes: Notes, place: Place, value: string, goType: string): void {
  const target = place.struct ? `Go struct field ${place.struct}.${place.stack}` : 'Go value';
  notes.error ??= `json: cannot unmarshal ${value} into ${target} of type ${goType}`;
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Go's name of a struct type where no field says it: `v1.Pod`. */
function structGoType(name: string): string {
  const parts = name.split('.');
  return `${parts[parts.length - 2]}.${parts[parts.length - 1]}`;
}

function elementGoType(goType: string, ref: TypeRef): string {
  if (goType.startsWith('[]')) return goType.slice(2);
  if (goType.startsWith('map[')) return goType.slice(goType.indexOf(']') + 1);
  if (ref.kind === 'struct') return structGoType(ref.name);
  return ref.kind === 'quantity' ? 'resource.Quantity' : 'string';
}

/** The value that a missing, non-pointer value of this type shows in JSON. */
function zeroOf(ref: TypeRef): Json {
  if (ref.kind === 'struct') return decodeStruct({}, typeNamed(ref.name)!, ROOT, { error: undefined, strict: [] });
  if (ref.kind === 'list' || ref.kind === 'map') return null;
  return zeroScalar(ref.kind);
}

/** True when Go's encoder leaves the value out of a field marked omitempty. */
function isEmpty(value: Json, field: FieldSchema): boolean {
  if (field.pointer) return value === null;
  const kind = field.type.kind;
  if (kind === 'struct') return false;
  if (kind === 'list' || kind === 'map') return value === null;
  return isEmptyScalar(value, kind);
}

function decodeStruct(value: object, type: TypeSchema, place: Place, notes: Notes): { [key: string]: Json } {
  const source = value as Record<string, unknown>;
  const struct = localName(type.name);
  const given = new Map<string, Json>();
  for (const [key, item] of Object.entries(source)) {
    const field = type.byName.get(key);
    if (field === undefined) {
      notes.strict.push(`unknown field "${place.path}${place.path && '.'}${key}"`);
      continue;
    }
    if (item === undefined) continue;
    const inner: Place = {
      struct,
      stack: `${place.stack}${place.stack && '.'}${field.embedded ?? ''}${key}`,
      path: `${place.path}${place.path && '.'}${key}`,
    };
    if (item === null) continue;
    given.set(key, decodeValue(item, field.type, field.goType.replace(/^\*/, ''), inner, notes));
  }
  const result: { [key: string]: Json } = {};
  for (const field of type.fields) {
    const item = given.get(field.name) ?? (field.pointer ? null : zeroOf(field.type));
    if (field.omitempty && isEmpty(item, field)) continue;
    if (field.name === 'creationTimestamp' && item === null) continue; // omitzero
    result[field.name] = item;
  }
  return result;
}

function decodeList(value: unknown, of: TypeRef, goType: string, place: Place, notes: Notes): Json {
  if (!Array.isArray(value)) {
    typeError(notes, place, jsonKind(value), goType);
    return null;
  }
  const element = elementGoType(goType, of);
  const items = value.map((item, i) =>
    item === null || item === undefined
      ? zeroOf(of)
      : decodeValue(item, of, element.replace(/^\*/, ''), { ...place, path: `${place.path}[${i}]` }, notes),
  );
  return items.length ? items : null;
}

/** null for a map's value: Go's zero value, after the round trip through storage. */
function nullInMap(of: TypeRef): Json {
  return of.kind === 'bytes' ? '' : zeroOf(of);
}

function decodeMap(value: unknown, of: TypeRef, goType: string, place: Place, notes: Notes): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || jsonKind(value) !== 'object') {
    typeError(notes, place, jsonKind(value), goType);
    return null;
  }
  const element = elementGoType(goType, of);
  const result: { [key: string]: Json } = {};
  // Go writes maps with sorted keys; errors come in the order of the input.
  const decoded = new Map(
    Object.entries(value).map(([key, item]) => [
      key,
      item === null || item === undefined
        ? nullInMap(of)
        : decodeValue(item, of, element, { ...place, path: `${place.path}.${key}` }, notes),
    ]),
  );
  const keys = [...decoded.keys()].sort();
  for (const key of keys) {
    Object.defineProperty(result, key, {
      value: decoded.get(key)!,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return keys.length ? result : null;
}

function decodeValue(value: unknown, ref: TypeRef, goType: string, place: Place, notes: Notes): Json {
  switch (ref.kind) {
    case 'struct': {
      const type = typeNamed(ref.name)!;
      if (jsonKind(value) !== 'object') {
        typeError(notes, place, jsonKind(value), goType || structGoType(ref.name));
        return zeroOf(ref);
      }
      return decodeStruct(value as object, type, place, notes);
    }
    case 'list':
      return decodeList(value, ref.of, goType, place, notes);
    case 'map':
      return decodeMap(value, ref.of, goType, place, notes);
    case 'raw':
    case 'any':
      return plainJson(value);
    default: {
      const scalar = decodeScalar(value, ref.kind, goType);
      if ('mismatch' in scalar) {
        typeError(notes, place, scalar.mismatch, scalar.goType);
        return zeroScalar(ref.kind);
      }
      if ('error' in scalar) {
        notes.error ??= scalar.error;
        return zeroScalar(ref.kind);
      }
      return scalar.value;
    }
  }
}

/** Order in which Go's decoder reports: unknown and repeated fields as they come in the text. */
function strictErrors(notes: Notes, duplicates: readonly string[]): string[] {
  return [...duplicates.map((path) => `duplicate field "${path}"`), ...notes.strict];
}

/**
 * Decodes one object of a known kind; objects of other kinds (custom resources) pass with only their metadata decoded.
 * `value` may hold NumberLiterals. With errors the object is what could be read.
 */
export function decode(value: unknown, options: DecodeOptions): Decoded {
  const type = schemaOfKind(options.apiVersion, options.kind);
  const clean = type === undefined || options.duplicates?.length ? undefined : decodeFast(value, type);
  return clean === undefined
    ? decodeFully(value, options)
    : { object: clean as KubeObject, warnings: NONE, errors: NONE };
}

const NONE: readonly string[] = [];

/** The full way of `decode`: values with and without mistakes, with the texts of the mistakes. */
export function decodeFully(value: unknown, options: DecodeOptions): Decoded {
  const notes: Notes = { error: undefined, strict: [] };
  const type = schemaOfKind(options.apiVersion, options.kind);
  const object = type === undefined ? decodeCustom(value, notes) : decodeRoot(value, type, notes);
  const strict = options.strictness === 'ignore' ? [] : strictErrors(notes, options.duplicates ?? []);
  if (notes.error !== undefined) return { object, warnings: [], errors: [notes.error] };
  if (options.strictness === 'strict' && strict.length) {
    return { object, warnings: [], errors: [`strict decoding error: ${strict.join(', ')}`] };
  }
  return { object, warnings: strict, errors: [] };
}

function decodeRoot(value: unknown, type: TypeSchema, notes: Notes): KubeObject {
  return decodeValue(value, { kind: 'struct', name: type.name }, '', ROOT, notes) as unknown as KubeObject;
}

function decodeCustom(value: unknown, notes: Notes): KubeObject {
  const plain = plainJson(value) as { [key: string]: Json };
  const type = typeNamed(OBJECT_META)!;
  const given = (value as Record<string, unknown>).metadata;
  const place: Place = { struct: '', stack: 'metadata', path: 'metadata' };
  const metadata = jsonKind(given) === 'object' ? decodeStruct(given as object, type, place, notes) : {};
  return { ...plain, metadata } as unknown as KubeObject;
}

/** Reads a value of any type of the table, e.g. a patch's merged spec or a subresource's body. */
export function decodeType(
  value: unknown,
  typeName: string,
): { readonly value: Json; readonly errors: readonly string[]; readonly strict: readonly string[] } {
  const notes: Notes = { error: undefined, strict: [] };
  const result = decodeValue(value, { kind: 'struct', name: typeName }, '', ROOT, notes);
  return { value: result, errors: notes.error === undefined ? [] : [notes.error], strict: notes.strict };
}
