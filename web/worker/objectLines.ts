import type { Json, KubeObject, ManagedFieldsEntry } from '../../sim-core/index.ts';

/** One line of an object as YAML. */
export interface ObjectLine {
  readonly text: string;
  /** Where its value is: names of fields and places in lists, joined by `/`; one inside a name is `~1` (RFC 6901). */
  readonly path: string;
  /** It holds a value itself: not a map or a list that follows. */
  readonly isLeaf: boolean;
}

type Value = Json | undefined;

const PLAIN = /^[A-Za-z_/][\w./@:+-]*(?: [\w./@:+-]+)*$/;
/** Texts that YAML would read as something else. */
const SPECIAL = /^(?:true|false|yes|no|on|off|null|~|[-+.]?\d.*|.*:|.*: .*|.* #.*)$/i;

function scalar(value: Exclude<Json, readonly unknown[] | { readonly [key: string]: unknown }>): string {
  if (typeof value !== 'string') return String(value);
  if (PLAIN.test(value) && !SPECIAL.test(value)) return value;
  return JSON.stringify(value);
}

const isMap = (value: Value): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object as kubectl prints it, without managedFields unless asked. Fields keep their order. */
export function objectLines(object: KubeObject, withManaged: boolean): ObjectLine[] {
  const lines: ObjectLine[] = [];
  emitMap(lines, plainOf(object, withManaged) as { readonly [key: string]: Json | undefined }, '', 0);
  return lines;
}

/** Hot kinds are class instances: JSON gives their fields. Status comes last, metadata second. */
function plainOf(object: KubeObject, withManaged: boolean): Json {
  const plain = JSON.parse(JSON.stringify(object)) as Record<string, Json>;
  const { apiVersion, kind, metadata, status, ...rest } = plain;
  const meta = { ...(metadata as Record<string, Json>) };
  if (!withManaged) delete meta['managedFields'];
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: meta,
    ...rest,
    ...(status === undefined ? {} : { status }),
  };
}

function emitMap(
  lines: ObjectLine[],
  map: { readonly [key: string]: Json | undefined },
  path: string,
  indent: number,
  lead = '',
): void {
  let first = true;
  for (const key of Object.keys(map)) {
    const value = map[key];
    if (value === undefined) continue;
    const part = key.replaceAll('~', '~0').replaceAll('/', '~1');
    const at = path === '' ? part : `${path}/${part}`;
    const head = `${first && lead !== '' ? lead : ' '.repeat(indent)}${scalar(key)}:`;
    first = false;
    emitValue(lines, head, value, at, indent);
  }
}

function emitValue(lines: ObjectLine[], head: string, value: Json, path: string, indent: number): void {
  if (Array.isArray(value)) {
    if (value.length === 0) lines.push({ text: `${head} []`, path, isLeaf: true });
    else {
      lines.push({ text: head, path, isLeaf: false });
      value.forEach((item, i) => {
        emitItem(lines, item as Json, `${path}/${i}`, indent);
      });
    }
  } else if (isMap(value)) {
    if (Object.keys(value).length === 0) lines.push({ text: `${head} {}`, path, isLeaf: true });
    else {
      lines.push({ text: head, path, isLeaf: false });
      emitMap(lines, value, path, indent + 2);
    }
  } else lines.push({ text: `${head} ${scalar(value as string | number | boolean | null)}`, path, isLeaf: true });
}

function emitItem(lines: ObjectLine[], item: Json, path: string, indent: number): void {
  const dash = `${' '.repeat(indent)}- `;
  if (isMap(item) && Object.keys(item).length > 0) emitMap(lines, item, path, indent + 2, dash);
  else if (Array.isArray(item) || isMap(item))
    lines.push({ text: `${dash}${JSON.stringify(item)}`, path, isLeaf: true });
  else lines.push({ text: `${dash}${scalar(item as string | number | boolean | null)}`, path, isLeaf: true });
}

/** Every leaf of an object by its path, as text that can be compared. */
export function leavesOf(object: KubeObject): Map<string, string> {
  return new Map(objectLines(object, false).flatMap((l) => (l.isLeaf ? [[l.path, l.text.trim()] as const] : [])));
}

/** Who owns the field at a path by managedFields: the entry that names it most exactly; undefined = nobody. */
export function writerOf(object: KubeObject, path: string): ManagedFieldsEntry | undefined {
  const parts = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let best: { readonly entry: ManagedFieldsEntry; readonly depth: number } | undefined;
  for (const entry of object.metadata.managedFields ?? []) {
    const depth = depthOf(entry.fieldsV1 as Value, object as unknown as Json, parts);
    if (depth > 0 && (best === undefined || depth > best.depth)) best = { entry, depth };
  }
  return best?.entry;
}

/** How many parts of the path the field set follows; 0 = it does not hold the path. */
function depthOf(fields: Value, object: Json, parts: readonly string[]): number {
  let set: Value = fields;
  let here: Value = object;
  for (let i = 0; i < parts.length; i++) {
    if (!isMap(set)) return 0;
    let next: Value;
    if (Array.isArray(here)) {
      here = here[Number(parts[i])] as Value;
      next = itemOf(set, here);
    } else {
      next = set[`f:${parts[i]}`];
      here = isMap(here) ? here[parts[i]] : undefined;
    }
    // A field that is owned whole ends the set.
    if (next === undefined) return isMap(set) && Object.keys(set).every((k) => k === '.') ? i : 0;
    set = next;
  }
  return parts.length;
}

/** The part of a set for an item of a list: by its key fields, or by its value. */
function itemOf(set: { readonly [key: string]: Json | undefined }, item: Value): Value {
  for (const name of Object.keys(set)) {
    if (name.startsWith('k:') && isMap(item)) {
      const keys = JSON.parse(name.slice(2)) as Record<string, Json>;
      if (Object.keys(keys).every((k) => JSON.stringify(item[k]) === JSON.stringify(keys[k]))) return set[name];
    } else if (name.startsWith('v:') && JSON.stringify(item) === name.slice(2)) return set[name];
  }
  return undefined;
}
