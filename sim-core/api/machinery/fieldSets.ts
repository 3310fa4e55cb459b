import { structOf, typeNamed } from '../schema/index.ts';
import type { FieldSchema, TypeRef, TypeSchema } from '../schema/types.ts';
import { deepEqual, isObject, type JsonObject } from './json.ts';

/**
 * Sets of fields as FieldsV1 writes them (structured-merge-diff): a tree whose keys are `f:name`, `k:{keys}` and `v:value`;
 * an empty node is a member of the set, `.` marks a member that has children too. Trees are immutable and shared.
 */
export interface FieldTree {
  readonly [element: string]: FieldTree;
}

export const NO_FIELDS: FieldTree = Object.freeze({});
const MEMBER = NO_FIELDS;

function isMember(node: FieldTree): boolean {
  return node['.'] !== undefined || isEmpty(node);
}

function isEmpty(tree: FieldTree): boolean {
  for (const _ in tree) return false;
  return true;
}

function node(member: boolean, children: FieldTree): FieldTree | undefined {
  if (isEmpty(children)) return member ? MEMBER : undefined;
  return member ? { '.': MEMBER, ...children } : children;
}

/** Everything in either. */
export function unionFields(a: FieldTree, b: FieldTree): FieldTree {
  if (isEmpty(a)) return b;
  if (isEmpty(b) || a === b) return a;
  const out: Record<string, FieldTree> = {};
  for (const key in a) if (key !== '.') out[key] = a[key];
  for (const key in b) {
    if (key === '.') continue;
    const own = out[key];
    if (own === undefined || own === b[key]) out[key] = b[key];
    else out[key] = node(isMember(own) || isMember(b[key]), unionFields(childrenOf(own), childrenOf(b[key])))!;
  }
  return out;
}

/** What is in `a` and not in `b`. */
export function differenceFields(a: FieldTree, b: FieldTree): FieldTree {
  if (isEmpty(b)) return a;
  const out: Record<string, FieldTree> = {};
  for (const key in a) {
    if (key === '.') continue;
    const other = b[key];
    if (other === undefined) {
      out[key] = a[key];
      continue;
    }
    const rest = node(isMember(a[key]) && !isMember(other), differenceFields(childrenOf(a[key]), childrenOf(other)));
    if (rest !== undefined) out[key] = rest;
  }
  return out;
}

function childrenOf(tree: FieldTree): FieldTree {
  if (tree['.'] === undefined) return tree;
  return without(tree, '.');
}

/** Without the subtrees at the paths (field names). */
export function withoutPaths(tree: FieldTree, paths: readonly (readonly string[])[]): FieldTree {
  let out = tree;
  for (const path of elementsOf(paths)) out = withoutPath(out, path, 0);
  return out;
}

const elements = new WeakMap<object, readonly (readonly string[])[]>();

/** The paths with the elements of a tree for the names. */
function elementsOf(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  let found = elements.get(paths);
  if (found === undefined) {
    found = paths.map((path) => path.map((name) => `f:${name}`));
    elements.set(paths, found);
  }
  return found;
}

function withoutPath(tree: FieldTree, path: readonly string[], at: number): FieldTree {
  const key = path[at];
  const child = tree[key];
  if (child === undefined) return tree;
  if (at === path.length - 1) return without(tree, key);
  const next = withoutPath(child, path, at + 1);
  if (next === child) return tree;
  const kept = node(child['.'] !== undefined, childrenOf(next));
  return kept === undefined ? without(tree, key) : { ...without(tree, key), [key]: kept };
}

function without(tree: FieldTree, key: string): FieldTree {
  const out: Record<string, FieldTree> = {};
  for (const element in tree) if (element !== key) out[element] = tree[element];
  return out;
}

/** Keys in the server's order: `.`, fields by name, keyed items, values. */
export function sortFields(tree: FieldTree): FieldTree {
  const out: Record<string, FieldTree> = {};
  for (const key of Object.keys(tree).sort()) out[key] = sortFields(tree[key]);
  return out;
}

/**
 * The tree in the server's order, of parts that are kept once: the sets of most objects differ in few places (the address
 * of a pod), and share everything else.
 */
export function canonicalFields(tree: FieldTree): FieldTree {
  return canonical(tree).tree;
}

interface Canonical {
  readonly tree: FieldTree;
  readonly text: string;
}

const LEAF: Canonical = { tree: MEMBER, text: '' };

/** Parts by their text: a memo of a pure result. */
const parts = new Map<string, FieldTree>();
const PARTS_MAX = 16_384;

function canonical(tree: FieldTree): Canonical {
  const elements = Object.keys(tree);
  if (elements.length === 0) return LEAF;
  if (elements.length > 1) elements.sort();
  const children = elements.map((element) => canonical(tree[element]));
  let text = '';
  for (let i = 0; i < elements.length; i++) text += `${elements[i]}\u0001${children[i].text}\u0002`;
  const known = parts.get(text);
  if (known !== undefined) return { tree: known, text };
  const out: Record<string, FieldTree> = {};
  for (let i = 0; i < elements.length; i++) out[elements[i]] = children[i].tree;
  if (parts.size >= PARTS_MAX) parts.clear();
  parts.set(text, out);
  return { tree: out, text };
}

// --- Comparing two objects ---

export interface FieldChanges {
  /** Added or given another value. */
  readonly changed: FieldTree;
  readonly removed: FieldTree;
}

interface NodeChanges {
  readonly changed?: FieldTree;
  readonly removed?: FieldTree;
}

const SAME: NodeChanges = Object.freeze({});
const ADDED: NodeChanges = Object.freeze({ changed: MEMBER });
const REMOVED: NodeChanges = Object.freeze({ removed: MEMBER });

/** How a value is divided into fields; undefined type = a custom resource's, where maps are divided and lists are not. */
interface Shape {
  readonly type: TypeRef | undefined;
  readonly listType?: string;
  readonly listMapKeys?: readonly string[];
  readonly atomicMap: boolean;
  /** A node of a custom resource's OpenAPI schema. */
  readonly openapi?: JsonObject;
  /** The root of a custom resource. */
  readonly custom?: boolean;
}

const DEDUCED: Shape = { type: undefined, atomicMap: false };

function shapeOf(field: FieldSchema): Shape {
  return shaped(field.type, field.listType, field.listMapKeys, field.mapType === 'atomic');
}

function shaped(type: TypeRef, listType?: string, listMapKeys?: readonly string[], atomic = false): Shape {
  const atomicMap = atomic || structOf(type)?.mapType === 'atomic';
  return { type, listType, listMapKeys, atomicMap };
}

function compare(shape: Shape, lhs: unknown, rhs: unknown): NodeChanges {
  return lhs === rhs ? SAME : compareFresh(shape, lhs, rhs);
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && isEmpty(value as FieldTree);
}

function compareFresh(shape: Shape, lhs: unknown, rhs: unknown): NodeChanges {
  const division = dividedAs(shape, lhs, rhs);
  if (division === 'leaf') return leaf(lhs, rhs);
  const items = division === 'map' ? compareMap(shape, lhs, rhs) : compareList(shape, lhs, rhs);
  return {
    changed: node(lhs === undefined, items.changed),
    removed: node(rhs === undefined, items.removed),
  };
}

/** How two values are compared: field by field, item by item, or as a whole. */
function dividedAs(shape: Shape, lhs: unknown, rhs: unknown): 'map' | 'list' | 'leaf' {
  const sample = rhs ?? lhs;
  if (typeof sample !== 'object' || sample === null) return 'leaf';
  const kind = shape.type?.kind;
  const isMap = isObject(sample) && (kind === undefined || kind === 'struct' || kind === 'map');
  const isList =
    Array.isArray(sample) &&
    (kind === 'list' || kind === undefined) &&
    (shape.listType === 'map' || shape.listType === 'set');
  if ((!isMap && !isList) || (isMap && shape.atomicMap) || (isBlank(lhs) && isBlank(rhs))) return 'leaf';
  return isMap ? 'map' : 'list';
}

function leaf(lhs: unknown, rhs: unknown): NodeChanges {
  if (lhs === undefined) return ADDED;
  if (rhs === undefined) return REMOVED;
  return deepEqual(lhs, rhs) ? SAME : ADDED;
}

class Collector {
  readonly changed: Record<string, FieldTree> = {};
  readonly removed: Record<string, FieldTree> = {};

  add(element: string, changes: NodeChanges): void {
    if (changes.changed !== undefined) this.changed[element] = changes.changed;
    if (changes.removed !== undefined) this.removed[element] = changes.removed;
  }
}

function compareMap(shape: Shape, lhs: unknown, rhs: unknown): FieldChanges {
  const before = isObject(lhs) ? lhs : {};
  const after = isObject(rhs) ? rhs : {};
  const struct = shape.type === undefined ? undefined : structOf(shape.type);
  const { openapi } = shape;
  if (openapi !== undefined) return compareSchemaMap(openapi, before, after);
  const element = shape.type?.kind === 'map' ? elementShape(shape.type.of) : DEDUCED;
  const out = new Collector();
  const visit = (key: string, old: unknown, now: unknown) => {
    if (old === now) return;
    const field = struct?.byName.get(key);
    if (struct !== undefined && field === undefined) return;
    const changes = compareFresh(field === undefined ? element : fieldShape(field), old, now);
    if (changes !== SAME) out.add(`f:${key}`, changes);
  };
  for (const key in after) visit(key, before[key], after[key]);
  for (const key in before) if (after[key] === undefined) visit(key, before[key], undefined);
  return out;
}

function compareSchemaMap(schema: JsonObject, before: JsonObject, after: JsonObject): FieldChanges {
  const out = new Collector();
  for (const key of new Set([...Object.keys(after), ...Object.keys(before)])) {
    const field = schema.properties?.[key] ?? schema.additionalProperties;
    out.add(`f:${key}`, compare(openapiShape(field), before[key], after[key]));
  }
  return out;
}

const openapiShapes = new WeakMap<object, Shape>();

function openapiShape(schema: unknown): Shape {
  if (!isObject(schema)) return DEDUCED;
  let shape = openapiShapes.get(schema);
  if (shape === undefined) {
    shape = {
      type: undefined,
      listType: schema['x-kubernetes-list-type'],
      listMapKeys: schema['x-kubernetes-list-map-keys'],
      atomicMap: schema['x-kubernetes-map-type'] === 'atomic',
      openapi: schema,
    };
    openapiShapes.set(schema, shape);
  }
  return shape;
}

const shapes = new WeakMap<FieldSchema, Shape>();

function fieldShape(field: FieldSchema): Shape {
  let shape = shapes.get(field);
  if (shape === undefined) {
    shape = shapeOf(field);
    shapes.set(field, shape);
  }
  return shape;
}

const elementShapes = new WeakMap<TypeRef, Shape>();

function elementShape(type: TypeRef): Shape {
  let shape = elementShapes.get(type);
  if (shape === undefined) {
    shape = shaped(type);
    elementShapes.set(type, shape);
  }
  return shape;
}

function compareList(shape: Shape, lhs: unknown, rhs: unknown): FieldChanges {
  const element = shape.type?.kind === 'list' ? shape.type.of : undefined;
  const before = itemsByElement(shape, element, lhs);
  const after = itemsByElement(shape, element, rhs);
  const itemShape = element === undefined ? openapiShape(shape.openapi?.items) : elementShape(element);
  const out = new Collector();
  for (const [key, item] of after) out.add(key, compare(itemShape, before.get(key), item));
  for (const [key, item] of before) if (!after.has(key)) out.add(key, compare(itemShape, item, undefined));
  return out;
}

function itemsByElement(shape: Shape, element: TypeRef | undefined, list: unknown): Map<string, unknown> {
  const items = new Map<string, unknown>();
  if (!Array.isArray(list)) return items;
  const divided = shape.listType !== 'set';
  for (const item of list) {
    const key = pathElement(shape, element, item);
    // Items with one key are one field together: none of theirs is told apart.
    items.set(key, divided && items.has(key) ? REPEATED : item);
  }
  return items;
}

const REPEATED = 'repeated';

function pathElement(shape: Shape, element: TypeRef | undefined, item: unknown): string {
  if (shape.listType === 'set') return `v:${JSON.stringify(item)}`;
  const struct = element === undefined ? undefined : structOf(element);
  const properties = shape.openapi?.items?.properties;
  const { listMapKeys } = shape;
  if (listMapKeys?.length === 1) {
    const value: unknown = (item as JsonObject)[listMapKeys[0]];
    if (typeof value === 'string') return keyElement(listMapKeys[0], value);
  }
  const keys: Record<string, unknown> = {};
  for (const key of [...(listMapKeys ?? [])].sort()) {
    const value = (item as JsonObject)[key] ?? struct?.byName.get(key)?.default ?? properties?.[key]?.default;
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** `k:{"type":"Ready"}`; a memo of a pure result over the names of conditions, containers and the like. */
function keyElement(key: string, value: string): string {
  let byValue = keyElements.get(key);
  if (byValue === undefined) keyElements.set(key, (byValue = new Map()));
  let element = byValue.get(value);
  if (element === undefined) {
    element = `k:{${JSON.stringify(key)}:${JSON.stringify(value)}}`;
    if (byValue.size >= KEY_ELEMENTS_MAX) byValue.clear();
    byValue.set(value, element);
  }
  return element;
}

const keyElements = new Map<string, Map<string, string>>();
const KEY_ELEMENTS_MAX = 4096;

/**
 * The fields in which two objects of a kind differ; `schema` undefined = a custom resource, whose OpenAPI schema says how its
 * lists and maps are divided.
 */
export function compareObjects(
  schema: TypeSchema | undefined,
  before: unknown,
  after: unknown,
  openapi?: object,
): FieldChanges {
  const changes =
    schema === undefined
      ? customResourceChanges(before, after, openapi)
      : compare(shaped({ kind: 'struct', name: schema.name }), before ?? zeroOf(schema.name), after);
  return { changed: childrenOf(changes.changed ?? NO_FIELDS), removed: childrenOf(changes.removed ?? NO_FIELDS) };
}

/**
 * What `compareObjects` of a built-in kind finds, as a text: equal texts stand for equal trees, '' for no difference. Much
 * cheaper than the trees, which have to be made only for a text that was never seen.
 */
export function changesText(schema: TypeSchema, before: unknown, after: unknown): string {
  return textOf(rootShape(schema), before ?? zeroOf(schema.name), after);
}

const rootShapes = new WeakMap<TypeSchema, Shape>();

function rootShape(schema: TypeSchema): Shape {
  let shape = rootShapes.get(schema);
  if (shape === undefined) rootShapes.set(schema, (shape = shaped({ kind: 'struct', name: schema.name })));
  return shape;
}

function textOf(shape: Shape, lhs: unknown, rhs: unknown): string {
  const division = dividedAs(shape, lhs, rhs);
  if (division === 'leaf') {
    if (lhs === undefined) return '+';
    if (rhs === undefined) return '-';
    return deepEqual(lhs, rhs) ? '' : '+';
  }
  const items = division === 'map' ? mapText(shape, lhs, rhs) : listText(shape, lhs, rhs);
  if (lhs === undefined) return `n${items}`;
  return rhs === undefined ? `x${items}` : items;
}

function mapText(shape: Shape, lhs: unknown, rhs: unknown): string {
  const before = isObject(lhs) ? lhs : NOTHING;
  const after = isObject(rhs) ? rhs : NOTHING;
  const struct = shape.type === undefined ? undefined : structOf(shape.type);
  const element = shape.type?.kind === 'map' ? elementShape(shape.type.of) : DEDUCED;
  let text = '';
  for (const key in after)
    if (after[key] !== before[key]) text += fieldText(struct, element, key, before[key], after[key]);
  for (const key in before) {
    if (after[key] === undefined && before[key] !== undefined)
      text += fieldText(struct, element, key, before[key], undefined);
  }
  return text;
}

const NOTHING: JsonObject = Object.freeze({});

function fieldText(struct: TypeSchema | undefined, element: Shape, key: string, old: unknown, now: unknown): string {
  const field = struct?.byName.get(key);
  if (struct !== undefined && field === undefined) return '';
  const text = textOf(field === undefined ? element : fieldShape(field), old, now);
  return text === '' ? '' : `${key}\u0001${text}\u0002`;
}

function listText(shape: Shape, lhs: unknown, rhs: unknown): string {
  const element = shape.type?.kind === 'list' ? shape.type.of : undefined;
  const itemShape = element === undefined ? openapiShape(shape.openapi?.items) : elementShape(element);
  const before = itemsByElement(shape, element, lhs);
  const after = itemsByElement(shape, element, rhs);
  let text = '';
  for (const [key, item] of after) {
    const old = before.get(key);
    const changes = old === item ? '' : textOf(itemShape, old, item);
    if (changes !== '') text += `${key}\u0001${changes}\u0002`;
  }
  for (const [key, item] of before) {
    if (!after.has(key)) text += `${key}\u0001${textOf(itemShape, item, undefined)}\u0002`;
  }
  return text;
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

function customResourceChanges(before: unknown, after: unknown, openapi: object | undefined): NodeChanges {
  const { metadata: oldMeta, ...old } = isObject(before) ? before : ({} as JsonObject);
  const { metadata, ...rest } = isObject(after) ? after : ({} as JsonObject);
  const body = compare(openapiShape(openapi), old, rest);
  const meta = compare(shaped({ kind: 'struct', name: OBJECT_META }), oldMeta ?? {}, metadata);
  return {
    changed: unionFields(
      body.changed ?? NO_FIELDS,
      meta.changed === undefined ? NO_FIELDS : { 'f:metadata': meta.changed },
    ),
    removed: unionFields(
      body.removed ?? NO_FIELDS,
      meta.removed === undefined ? NO_FIELDS : { 'f:metadata': meta.removed },
    ),
  };
}

/** Structs in Go that are written as null. */
const TIMES: ReadonlySet<string> = new Set(['time', 'microTime']);

const zeros = new Map<string, JsonObject>();

/**
 * Go's zero value of a type as JSON: what a new object is compared with. Structs that are no pointers are there already, so
 * that they are no fields of whoever creates the object.
 */
function zeroOf(name: string): JsonObject {
  let zero = zeros.get(name);
  if (zero === undefined) {
    const out: JsonObject = {};
    for (const field of typeNamed(name)?.fields ?? []) {
      if (field.pointer) continue;
      if (field.type.kind === 'struct') out[field.name] = zeroOf(field.type.name);
      else if (!field.omitempty || TIMES.has(field.type.kind)) out[field.name] = zeroScalar(field.type);
    }
    zero = Object.freeze(out);
    zeros.set(name, zero);
  }
  return zero;
}

function zeroScalar(type: TypeRef): unknown {
  switch (type.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}

// --- Walking a value by its schema ---

export type { Shape };

/** The shape of a whole object; a custom resource has its OpenAPI schema and the metadata of every object. */
export function objectShape(schema: TypeSchema | undefined, openapi?: object): Shape {
  if (schema !== undefined) return shaped({ kind: 'struct', name: schema.name });
  if (!isObject(openapi)) return DEDUCED;
  let shape = objectShapes.get(openapi);
  if (shape === undefined) {
    shape = { ...openapiShape(openapi), custom: true };
    objectShapes.set(openapi, shape);
  }
  return shape;
}

const objectShapes = new WeakMap<object, Shape>();
const META_SHAPE: Shape = shaped({ kind: 'struct', name: OBJECT_META });

/** How the fields of a value of this shape are told apart. */
export function divisionOf(shape: Shape, value: unknown): 'map' | 'list' | 'leaf' {
  const kind = shape.type?.kind;
  if (isObject(value)) {
    const map = kind === undefined || kind === 'struct' || kind === 'map';
    return map && !shape.atomicMap ? 'map' : 'leaf';
  }
  if (!Array.isArray(value)) return 'leaf';
  return shape.listType === 'map' || shape.listType === 'set' ? 'list' : 'leaf';
}

/** The shape of a field of a map; undefined where the schema has no such field. */
export function childShape(shape: Shape, key: string): Shape | undefined {
  if (shape.custom && key === 'metadata') return META_SHAPE;
  if (shape.custom && (key === 'apiVersion' || key === 'kind')) return DEDUCED;
  const struct = shape.type === undefined ? undefined : structOf(shape.type);
  if (struct !== undefined) {
    const field = struct.byName.get(key);
    return field && fieldShape(field);
  }
  const { openapi } = shape;
  if (openapi === undefined) return shape.type?.kind === 'map' ? elementShape(shape.type.of) : DEDUCED;
  const inner = openapi.properties?.[key] ?? openapi.additionalProperties;
  if (isObject(inner)) return openapiShape(inner);
  const open = openapi['x-kubernetes-preserve-unknown-fields'] || inner === true;
  return open ? DEDUCED : undefined;
}

/** Is the key a field that the schema names, and not one of a map? */
export function isDeclared(shape: Shape, key: string): boolean {
  if (shape.custom && key === 'metadata') return true;
  if (shape.openapi) return shape.openapi.properties?.[key] !== undefined;
  return shape.type?.kind === 'struct';
}

export function itemShapeOf(shape: Shape): Shape {
  const element = shape.type?.kind === 'list' ? shape.type.of : undefined;
  return element === undefined ? openapiShape(shape.openapi?.items) : elementShape(element);
}

/** The path element of an item of a list that is divided: `k:{"name":"c"}` or `v:"a"`. */
export function itemElement(shape: Shape, item: unknown): string {
  return pathElement(shape, shape.type?.kind === 'list' ? shape.type.of : undefined, item);
}

export { childrenOf, isMember };
