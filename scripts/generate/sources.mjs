// Reads the recorded facts about the API of Kubernetes 1.35 and joins them into one model of its types.
//
// Go's declarations (base/gotypes.tsv) give the order of fields, pointers and omitempty; the OpenAPI documents
// (api/schema) give types, defaults, enumerations and list rules; types.tsv adds the protobuf numbers; the discovery
// answers (api/discovery.jsonl) give the resources.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const vectors = path.resolve(import.meta.dirname, '../../test/conformance/vectors');

/** The text of one recording. */
export function readVector(file) {
  return gunzipSync(readFileSync(path.join(vectors, `${file}.gz`))).toString('utf8');
}

function tsv(file) {
  const [head, ...rows] = readVector(file).trimEnd().split('\n');
  const names = head.split('\t');
  return rows.map((row) => {
    const cells = row.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** All OpenAPI schemas by name, and the document (`apis/apps/v1`) each kind is served by. */
export function openapi() {
  const schemas = new Map();
  for (const file of readdirSync(path.join(vectors, 'api/schema')).sort()) {
    const document = JSON.parse(readVector(`api/schema/${file.replace(/\.gz$/, '')}`));
    for (const [name, schema] of Object.entries(document.schemas ?? {})) schemas.set(name, schema);
  }
  return schemas;
}

/** `k8s.io/api/core/v1` + `v1.Pod` -> `io.k8s.api.core.v1.Pod` */
function openapiName(goPackage, goType) {
  const [host, ...rest] = goPackage.split('/');
  return [...host.split('.').reverse(), ...rest, goType.split('.').pop()].join('.');
}

/** Go declarations by OpenAPI name: rows of {json, goType, options[]} with inlined structs expanded. */
function goDeclarations() {
  const raw = new Map();
  for (const row of tsv('base/gotypes.tsv')) {
    const name = openapiName(row.package, row.type);
    if (!raw.has(name)) raw.set(name, []);
    raw.get(name).push({ goField: row.field, json: row.json, goType: row.goType, options: row.options.split(',') });
  }
  const expand = (name, embedded = '') =>
    (raw.get(name) ?? []).flatMap((field) => {
      if (!field.options.includes('inline')) return [{ ...field, embedded }];
      const local = field.goType.split('.').pop();
      const target =
        local === 'TypeMeta'
          ? 'io.k8s.apimachinery.pkg.apis.meta.v1.TypeMeta'
          : [name.split('.').slice(0, -1).join('.'), 'io.k8s.api.core.v1']
              .map((p) => `${p}.${local}`)
              .find((n) => raw.has(n));
      if (!target) throw new Error(`${name}: inlined ${field.goType} is not declared`);
      return expand(target, `${embedded}${field.goField}.`);
    });
  return new Map([...raw.keys()].map((name) => [name, expand(name)]));
}

function refOf(property) {
  const ref = property.$ref ?? property.allOf?.[0]?.$ref;
  return ref?.replace('#/components/schemas/', '');
}

const SPECIAL = {
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'm',
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'r',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'r',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'a',
};

/** The type of a property as compact text; see `sim-core/api/schema/types.ts`. */
export function typeText(property) {
  const ref = refOf(property);
  if (ref) return SPECIAL[ref] ?? `.${ref}`;
  switch (property.type) {
    case 'string':
      return property.format === 'byte' ? 'y' : 's';
    case 'boolean':
      return 'b';
    case 'integer':
      return property.format === 'int64' ? 'l' : 'i';
    case 'number':
      return 'f';
    case 'array':
      return `[${typeText(property.items)}`;
    case 'object':
      return property.additionalProperties ? `{${typeText(property.additionalProperties)}` : 'r';
    default:
      return 'a';
  }
}

/** Every served type: {name, schema, fields: [{name, go, omitempty, pointer, property, type, required, protobuf}]}. */
export function model() {
  const schemas = openapi();
  const declarations = goDeclarations();
  const protobuf = new Map(tsv('api/types.tsv').map((row) => [`${row.type} ${row.field}`, row]));
  const types = new Map();
  for (const [name, schema] of [...schemas].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    if (SPECIAL[name]) continue;
    const properties = schema.properties ?? {};
    const declared = (declarations.get(name) ?? []).filter(
      (field) => field.json && field.json !== '-' && properties[field.json],
    );
    const seen = new Set(declared.map((field) => field.json));
    const order = [
      ...declared,
      ...Object.keys(properties)
        .filter((json) => !seen.has(json))
        .map((json) => ({ json, goType: '', options: [] })),
    ];
    const fields = order.map((field) => {
      const property = properties[field.json];
      const bytes = protobuf.get(`${name} ${field.json}`);
      return {
        name: field.json,
        go: field.goType,
        declared: seen.has(field.json),
        embedded: field.embedded ?? '',
        omitempty: field.options.includes('omitempty'),
        pointer: field.goType.startsWith('*'),
        property,
        type: typeText(property),
        required: (schema.required ?? []).includes(field.json),
        protobuf: bytes?.pbNumber ? { number: Number(bytes.pbNumber), type: bytes.pbType } : undefined,
      };
    });
    types.set(name, { name, schema, fields });
  }
  return types;
}
