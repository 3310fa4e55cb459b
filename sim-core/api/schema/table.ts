import type { Json } from '../../contracts/objects.ts';
import data from './data.json';
import type { FieldSchema, ListType, ResourceInfo, TypeRef, TypeSchema, UnionSchema } from './types.ts';

/**
 * The schema table of Kubernetes 1.35: every type, kind and resource that the API server serves. Written by
 * `scripts/generate.mjs` from the server's OpenAPI documents, its discovery answers and Go's declarations.
 */

const SCALARS: Readonly<Record<string, TypeRef>> = {
  s: { kind: 'string' },
  b: { kind: 'bool' },
  i: { kind: 'int32' },
  l: { kind: 'int64' },
  f: { kind: 'float64' },
  y: { kind: 'bytes' },
  t: { kind: 'time' },
  m: { kind: 'microTime' },
  q: { kind: 'quantity' },
  x: { kind: 'intOrString' },
  r: { kind: 'raw' },
  a: { kind: 'any' },
};

/** Wire types of protobuf where the data leaves them out. */
const WIRE: Readonly<Record<string, string>> = {
  string: 'string',
  time: 'apimachinery.pkg.apis.meta.v1.Time',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'double',
  bytes: 'bytes',
};

interface Extras {
  readonly em?: string;
  readonly d?: Json;
  readonly e?: readonly string[];
  readonly ie?: readonly string[];
  readonly ps?: string;
  readonly mk?: string;
  readonly lt?: ListType;
  readonly lk?: readonly string[];
  readonly mt?: 'atomic' | 'granular';
  readonly pt?: string;
}

const names: readonly string[] = data.types.map((line) => line.slice(0, line.search(/[\t\n]|$/)));
const lineOf: ReadonlyMap<string, string> = new Map(names.map((name, i) => [name, data.types[i]]));

function parseType(text: string): TypeRef {
  switch (text[0]) {
    case '[':
      return { kind: 'list', of: parseType(text.slice(1)) };
    case '{':
      return { kind: 'map', of: parseType(text.slice(1)) };
    case '.':
      return { kind: 'struct', name: names[Number(text.slice(1))] };
    default:
      return SCALARS[text];
  }
}

function parseField(row: string): FieldSchema {
  const [name, shape, goType = '', flags = '', number = '', rest = ''] = row.split('\t');
  const type = parseType(shape);
  const extras: Extras = rest ? JSON.parse(rest) : {};
  return {
    name,
    type,
    goType,
    required: flags.includes('r'),
    omitempty: flags.includes('o'),
    pointer: flags.includes('p'),
    ...(extras.em && { embedded: extras.em }),
    ...(extras.d !== undefined && { default: extras.d }),
    ...(extras.e && { enum: extras.e }),
    ...(extras.ie && { itemEnum: extras.ie }),
    ...(extras.ps && { patchStrategy: extras.ps }),
    ...(extras.mk && { patchMergeKey: extras.mk }),
    ...(extras.lt && { listType: extras.lt }),
    ...(extras.lk && { listMapKeys: extras.lk }),
    ...(extras.mt && { mapType: extras.mt }),
    ...(number && { protobuf: { number: Number(number), type: extras.pt ?? WIRE[type.kind] ?? '' } }),
  };
}

function parseTypeLine(line: string): TypeSchema {
  const [head, ...rows] = line.split('\n');
  const [name, mapType, unions] = head.split('\t');
  const fields = rows.map(parseField);
  return {
    name,
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    ...(mapType && { mapType: mapType as 'atomic' }),
    ...(unions && { unions: JSON.parse(unions) as UnionSchema[] }),
  };
}

/** Types are parsed when first asked for: a run touches a tenth of them. */
const parsed = new Map<string, TypeSchema>();

/** The type with this OpenAPI name, e.g. `io.k8s.api.core.v1.PodSpec`. */
export function typeNamed(name: string): TypeSchema | undefined {
  let type = parsed.get(name);
  if (type === undefined) {
    const line = lineOf.get(name);
    if (line === undefined) return undefined;
    type = parseTypeLine(line);
    parsed.set(name, type);
  }
  return type;
}

/** Names of all types, sorted. */
export function typeNames(): readonly string[] {
  return names;
}

const kinds: ReadonlyMap<string, string> = new Map(
  data.kinds.map((row) => {
    const [group, version, kind, index] = row.split('\t');
    return [`${group ? `${group}/` : ''}${version} ${kind}`, names[Number(index)]];
  }),
);

/** The type of a built-in kind (also of lists, DeleteOptions, Status, Scale); undefined for custom resources. */
export function schemaOfKind(apiVersion: string, kind: string): TypeSchema | undefined {
  const name = kinds.get(`${apiVersion} ${kind}`);
  return name === undefined ? undefined : typeNamed(name);
}

const resources: readonly ResourceInfo[] = data.resources.map((line) => JSON.parse(line) as ResourceInfo);

/** `deployments.apps`; core resources by their plural alone. */
export function qualifiedName(info: { readonly plural: string; readonly group: string }): string {
  return info.group ? `${info.plural}.${info.group}` : info.plural;
}

export function apiVersionOf(info: { readonly group: string; readonly version: string }): string {
  return info.group ? `${info.group}/${info.version}` : info.version;
}

const byQualified: ReadonlyMap<string, ResourceInfo> = new Map([
  ...resources.map((info) => [`${qualifiedName(info)} ${info.version}`, info] as const),
  ...resources.filter((info) => info.preferred).map((info) => [qualifiedName(info), info] as const),
]);

const byKind: ReadonlyMap<string, ResourceInfo> = new Map(
  resources.map((info) => [`${apiVersionOf(info)} ${info.kind}`, info]),
);

/** All built-in resources: groups in discovery's order, their versions by preference, resources by name. */
export function allResources(): readonly ResourceInfo[] {
  return resources;
}

/** By qualified name: `pods`, `deployments.apps`; without a version the preferred one. */
export function resourceInfo(resource: string, version?: string): ResourceInfo | undefined {
  return byQualified.get(version === undefined ? resource : `${resource} ${version}`);
}

/** The resource that serves a kind: `apps/v1`, `Deployment`. */
export function resourceOfKind(apiVersion: string, kind: string): ResourceInfo | undefined {
  return byKind.get(`${apiVersion} ${kind}`);
}

/** Splits `apps/v1` and `v1`. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/**
 * The field at a dotted path of a kind, e.g. `('v1', 'Pod', 'spec.containers.image')`. Indexes, `[]` and `{}` are passed over:
 * a path through a list or map goes on in its elements. '' gives undefined (a kind is no field).
 */
export function fieldOf(apiVersion: string, kind: string, path: string): FieldSchema | undefined {
  let type = schemaOfKind(apiVersion, kind);
  let field: FieldSchema | undefined;
  for (const part of path.split('.')) {
    const name = part.replace(/[[{].*$/, '');
    if (type === undefined) return undefined;
    field = type.byName.get(name);
    if (field === undefined) return undefined;
    type = structOf(field.type);
  }
  return field;
}

/** The struct inside lists and maps; undefined for scalars. */
export function structOf(ref: TypeRef): TypeSchema | undefined {
  let at = ref;
  while (at.kind === 'list' || at.kind === 'map') at = at.of;
  return at.kind === 'struct' ? typeNamed(at.name) : undefined;
}
