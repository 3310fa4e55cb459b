import {
  allResources,
  apiVersionOf,
  type FieldSchema,
  MACHINE_NAMES,
  scenarioSchema,
  schemaOfKind,
  supportOf,
  type TypeRef,
  type TypeSchema,
  typeNamed,
} from '../../../sim-core/index.ts';

/** A key that a map may have. */
export interface ShapeField {
  readonly name: string;
  /** `string`, `[]Container`, `object` */
  readonly type: string;
  readonly required: boolean;
  readonly about: string;
  readonly nested: 'map' | 'list' | 'scalar';
}

/** What may stand at a place of a file: from the JSON Schema of scenarios, or from the table of Kubernetes' own types. */
export interface Shape {
  readonly type: string;
  readonly about: string;
  readonly fields: readonly ShapeField[];
  /** Values that are known for this place. */
  readonly values: readonly string[];
  field(name: string): Shape | undefined;
  item(): Shape | undefined;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly description?: string;
}

const typeText = (schema: JsonSchema): string => {
  if (schema.enum !== undefined || schema.const !== undefined) return 'one of a list';
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  return typeof schema.type === 'string' ? schema.type : (schema.type ?? ['any']).join(' or ');
};

const nestedOf = (schema: JsonSchema): ShapeField['nested'] => {
  if (schema.items !== undefined) return 'list';
  return schema.properties !== undefined || schema.additionalProperties !== undefined ? 'map' : 'scalar';
};

function aboutSchema(schema: JsonSchema): string {
  const parts = [schema.description ?? ''];
  if (schema.default !== undefined) parts.push(`Default: ${String(schema.default)}.`);
  return parts.filter((part) => part !== '').join(' ');
}

function ofSchema(schema: JsonSchema): Shape {
  const all = [schema, ...(schema.anyOf ?? [])];
  const properties = new Map(all.flatMap((s) => Object.entries(s.properties ?? {})));
  const required = new Set(all.flatMap((s) => s.required ?? []));
  const values = all.flatMap((s) => [
    ...(s.enum ?? []),
    ...(s.const === undefined ? [] : [s.const]),
    ...(s.examples ?? []),
    ...(s.default === undefined ? [] : [s.default]),
    ...(s.type === 'boolean' ? [true, false] : []),
  ]);
  return {
    type: typeText(schema),
    about: aboutSchema(schema),
    fields: [...properties].map(([name, field]) => ({
      name,
      type: typeText(field),
      required: required.has(name),
      about: aboutSchema(field),
      nested: nestedOf(field),
    })),
    values: [...new Set(values.map(String))],
    field: (name) => {
      const found = properties.get(name) ?? all.map((s) => s.additionalProperties).find((s) => typeof s === 'object');
      return found === undefined ? undefined : named(name, ofSchema(found as JsonSchema));
    },
    item: () => {
      const items = all.find((s) => s.items !== undefined)?.items;
      return items === undefined ? undefined : ofSchema(items);
    },
  };
}

/** Values that the schema leaves open and the simulator knows. */
function named(name: string, shape: Shape): Shape {
  return name === 'machine' ? { ...shape, values: MACHINE_NAMES } : shape;
}

const goType = (ref: TypeRef): string => {
  if (ref.kind === 'struct') return ref.name.slice(ref.name.lastIndexOf('.') + 1);
  if (ref.kind === 'list') return `[]${goType(ref.of)}`;
  return ref.kind === 'map' ? `map[string]${goType(ref.of)}` : ref.kind;
};

function aboutField(type: TypeSchema, field: FieldSchema): string {
  const parts = [
    { simulated: 'Simulated.', stored: 'Kept, without effect here.', ignored: 'Ignored.' }[
      supportOf(type.name, field.name)
    ],
  ];
  if (field.default !== undefined && typeof field.default !== 'object')
    parts.push(`Default: ${String(field.default)}.`);
  if (field.patchMergeKey !== undefined) parts.push(`Merged by ${field.patchMergeKey}.`);
  return parts.join(' ');
}

function ofRef(ref: TypeRef, field?: { readonly type: TypeSchema; readonly schema: FieldSchema }): Shape {
  const type = ref.kind === 'struct' ? typeNamed(ref.name) : undefined;
  const given = field?.schema.enum ?? (ref.kind === 'list' ? undefined : field?.schema.itemEnum) ?? [];
  return {
    type: goType(ref),
    about: field === undefined ? '' : aboutField(field.type, field.schema),
    fields: type === undefined ? [] : fieldsOf(type),
    values: ref.kind === 'bool' ? ['true', 'false'] : [...given],
    field: (name) => {
      if (ref.kind === 'map') return ofRef(ref.of);
      const schema = type?.byName.get(name);
      return schema === undefined || type === undefined ? undefined : ofRef(schema.type, { type, schema });
    },
    item: () => (ref.kind === 'list' ? ofRef(ref.of) : undefined),
  };
}

const nestedRef = (ref: TypeRef): ShapeField['nested'] =>
  ref.kind === 'list' ? 'list' : ref.kind === 'struct' || ref.kind === 'map' ? 'map' : 'scalar';

function fieldsOf(type: TypeSchema): readonly ShapeField[] {
  return type.fields.map((field) => ({
    name: field.name,
    type: goType(field.type),
    required: field.required,
    about: aboutField(type, field),
    nested: nestedRef(field.type),
  }));
}

const API_VERSIONS: readonly string[] = [...new Set(allResources().map(apiVersionOf))].sort();

/** A document that does not say yet what it is. */
function unknownObject(apiVersion: string): Shape {
  const kinds = allResources()
    .filter((r) => apiVersion === '' || apiVersionOf(r) === apiVersion)
    .map((r) => r.kind);
  const leaf = (values: readonly string[]): Shape => ({
    type: 'string',
    about: '',
    fields: [],
    values,
    field: () => undefined,
    item: () => undefined,
  });
  const names = ['apiVersion', 'kind', 'metadata', 'spec'];
  return {
    type: 'object',
    about: '',
    fields: names.map((name, i) => ({
      name,
      type: i < 2 ? 'string' : 'object',
      required: i < 3,
      about: '',
      nested: i < 2 ? 'scalar' : 'map',
    })),
    values: [],
    field: (name) => {
      if (name === 'apiVersion') return leaf(['orrery.dev/v1alpha1', ...API_VERSIONS]);
      return name === 'kind' ? leaf([...new Set(['Scenario', ...kinds])].sort()) : undefined;
    },
    item: () => undefined,
  };
}

/** The shape of an object that says what it is. */
export function shapeOf(apiVersion: string, kind: string): Shape {
  if (apiVersion.startsWith('orrery.dev/') || kind === 'Scenario') return ofSchema(scenarioSchema as JsonSchema);
  const type = schemaOfKind(apiVersion, kind);
  const open = unknownObject(apiVersion);
  if (type === undefined) return open;
  const shape = ofRef({ kind: 'struct', name: type.name });
  return {
    ...shape,
    field: (name) => (name === 'apiVersion' || name === 'kind' ? open.field(name) : shape.field(name)),
  };
}
