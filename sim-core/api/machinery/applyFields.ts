import {
  childrenOf,
  childShape,
  divisionOf,
  type FieldTree,
  isDeclared,
  isMember,
  itemElement,
  itemShapeOf,
  NO_FIELDS,
  type Shape,
} from './fieldSets.ts';
import { isObject } from './json.ts';

/** Server-side apply on values: what a configuration names, merging it, and pruning (structured-merge-diff, typed and merge). */

const MEMBER = NO_FIELDS;

/** The fields that a configuration names: leaves, items of lists, and empty maps and lists. */
export function fieldsOf(shape: Shape, value: unknown): FieldTree {
  const division = divisionOf(shape, value);
  if (division === 'leaf') return MEMBER;
  const out: Record<string, FieldTree> = {};
  if (division === 'map') {
    for (const [key, item] of Object.entries(value as object)) {
      const inner = childShape(shape, key);
      if (inner === undefined) continue;
      const fields = fieldsOf(inner, item);
      // Entries of maps that no schema names are members themselves.
      out[`f:${key}`] = isDeclared(shape, key) || fields === MEMBER ? fields : { '.': MEMBER, ...fields };
    }
    return out;
  }
  const inner = itemShapeOf(shape);
  for (const item of value as readonly unknown[]) {
    const fields = fieldsOf(inner, item);
    out[itemElement(shape, item)] = fields === MEMBER ? MEMBER : { '.': MEMBER, ...fields };
  }
  return out;
}

/** The live value with the configuration laid over it. */
export function mergeApplied(shape: Shape, live: unknown, config: unknown): unknown {
  const division = divisionOf(shape, config);
  if (live === undefined || live === null || division === 'leaf' || divisionOf(shape, live) !== division) return config;
  if (division === 'map') {
    const out: Record<string, unknown> = { ...(live as object) };
    for (const [key, item] of Object.entries(config as object)) {
      out[key] = mergeApplied(childShape(shape, key) ?? shape, out[key], item);
    }
    return out;
  }
  return mergeLists(shape, live as readonly unknown[], config as readonly unknown[]);
}

/** Items of both lists: those that only the live one has as early as they can stand, the others in the configuration's order. */
function mergeLists(shape: Shape, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  const inner = itemShapeOf(shape);
  const left = live.map((item) => itemElement(shape, item));
  const right = config.map((item) => itemElement(shape, item));
  const liveItems = new Map(left.map((key, i) => [key, live[i]] as const));
  const wanted = new Set(right);
  const out: unknown[] = [];
  let i = 0;
  for (let j = 0; j < right.length; j++) {
    for (; i < left.length && left[i] !== right[j] && !wanted.has(left[i]); i++) out.push(live[i]);
    if (left[i] === right[j]) i += 1;
    out.push(mergeApplied(inner, liveItems.get(right[j]), config[j]));
  }
  for (; i < left.length; i++) if (!wanted.has(left[i])) out.push(live[i]);
  return out;
}

/** The value without the fields of `drop` that are not in `keep`; items that are kept lose only what is dropped in them. */
export function pruneFields(shape: Shape, value: unknown, drop: FieldTree, keep: FieldTree): unknown {
  const division = divisionOf(shape, value);
  if (division === 'map') {
    const out: Record<string, unknown> = { ...(value as object) };
    for (const key of Object.keys(out)) {
      const element = `f:${key}`;
      if (drop[element] === undefined) continue;
      const inner = pruneChild(childShape(shape, key) ?? shape, out[key], drop[element], keep[element]);
      if (inner === undefined) delete out[key];
      else out[key] = inner;
    }
    return out;
  }
  if (division !== 'list') return value;
  const inner = itemShapeOf(shape);
  return (value as readonly unknown[]).flatMap((item) => {
    const element = itemElement(shape, item);
    if (drop[element] === undefined) return [item];
    const pruned = pruneChild(inner, item, drop[element], keep[element]);
    return pruned === undefined ? [] : [pruned];
  });
}

function pruneChild(shape: Shape, value: unknown, drop: FieldTree, keep: FieldTree | undefined): unknown {
  if (keep === undefined && isMember(drop)) return undefined;
  return pruneFields(shape, value, childrenOf(drop), keep === undefined ? NO_FIELDS : childrenOf(keep));
}

/** The fields of `a` that are in `b` too, as members. */
export function intersectFields(a: FieldTree, b: FieldTree): FieldTree {
  const out: Record<string, FieldTree> = {};
  for (const key of Object.keys(a)) {
    if (key === '.' || b[key] === undefined) continue;
    const children = intersectFields(childrenOf(a[key]), childrenOf(b[key]));
    const both = isMember(a[key]) && isMember(b[key]);
    const none = Object.keys(children).length === 0;
    if (both) out[key] = none ? MEMBER : { '.': MEMBER, ...children };
    else if (!none) out[key] = children;
  }
  return out;
}

/** The members of a tree as messages write paths: `.spec.containers[name="c"].image`. */
export function fieldPaths(tree: FieldTree, prefix = ''): readonly string[] {
  return Object.keys(tree)
    .filter((key) => key !== '.')
    .sort()
    .flatMap((key) => {
      const path = prefix + elementText(key);
      return [...(isMember(tree[key]) ? [path] : []), ...fieldPaths(childrenOf(tree[key]), path)];
    });
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element[0] === 'f') return `.${rest}`;
  if (element[0] === 'v') return `[=${rest}]`;
  const keys = JSON.parse(rest) as Readonly<Record<string, unknown>>;
  const terms = Object.keys(keys).map((key) => `${key}=${JSON.stringify(keys[key])}`);
  return `[${terms.join(',')}]`;
}

const SCALARS: Readonly<Record<string, string>> = { string: 'string', bool: 'boolean', boolean: 'boolean' };
const NUMBERS: ReadonlySet<string> = new Set(['int32', 'int64', 'float64', 'integer', 'number']);

/** The first place where a configuration does not fit its schema, as the typed parser tells it. */
export function typedProblem(shape: Shape, value: unknown, path = ''): string | undefined {
  if (value === null || value === undefined) return undefined;
  const division = divisionOf(shape, value);
  if (division === 'map' || (isObject(value) && shape.atomicMap)) {
    for (const [key, item] of Object.entries(value as object)) {
      const inner = childShape(shape, key);
      const at = `${path}.${key}`;
      const problem = inner === undefined ? `${at}: field not declared in schema` : typedProblem(inner, item, at);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (Array.isArray(value)) return listProblem(shape, value, path, division === 'list');
  const wanted = shape.type?.kind ?? shape.openapi?.type;
  if (SCALARS[wanted] && typeof value !== SCALARS[wanted]) {
    return `${path}: expected ${wanted === 'bool' ? 'boolean' : wanted}, got &value.valueUnstructured{Value:${JSON.stringify(value)}}`;
  }
  if (NUMBERS.has(wanted) && typeof value !== 'number') {
    return `${path}: expected numeric (int or float), got ${typeof value}`;
  }
  return undefined;
}

function listProblem(shape: Shape, items: readonly unknown[], path: string, keyed: boolean): string | undefined {
  const seen = new Set<string>();
  const inner = itemShapeOf(shape);
  for (const [i, item] of items.entries()) {
    const element = keyed ? itemElement(shape, item) : '';
    if (keyed && seen.has(element)) return `${path}: duplicate entries for key ${elementText(element)}`;
    seen.add(element);
    const problem = typedProblem(inner, item, path + (keyed ? elementText(element) : `[${i}]`));
    if (problem !== undefined) return problem;
  }
  return undefined;
}
