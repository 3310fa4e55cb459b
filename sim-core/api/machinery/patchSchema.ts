import { schemaOfKind, typeNamed } from '../schema/index.ts';
import type { TypeRef } from '../schema/types.ts';

/** What strategic merge needs to know of a field. */
export interface PatchField {
  /** Of the value, or of the elements where the field is a list. */
  readonly schema: PatchSchema;
  readonly strategies: readonly string[];
  readonly mergeKey: string;
}

/** Field metadata of one type. */
export interface PatchSchema {
  /** Undefined: the type has no such field. */
  field(name: string): PatchField | undefined;
}

const NO_FIELDS: PatchSchema = { field: () => undefined };
const NO_STRATEGIES: readonly string[] = [];

class StructSchema implements PatchSchema {
  readonly #name: string;
  readonly #fields = new Map<string, PatchField>();

  constructor(name: string) {
    this.#name = name;
  }

  field(name: string): PatchField | undefined {
    let known = this.#fields.get(name);
    if (known === undefined) {
      const field = typeNamed(this.#name)?.byName.get(name);
      if (field === undefined) return undefined;
      const strategies = field.patchStrategy === undefined ? NO_STRATEGIES : field.patchStrategy.split(',');
      known = { schema: schemaOf(elementOf(field.type)), strategies, mergeKey: field.patchMergeKey ?? '' };
      this.#fields.set(name, known);
    }
    return known;
  }
}

function elementOf(type: TypeRef): TypeRef {
  return type.kind === 'list' ? type.of : type;
}

function schemaOf(type: TypeRef): PatchSchema {
  if (type.kind === 'struct') return structSchema(type.name);
  if (type.kind === 'map') {
    const value = { schema: schemaOf(elementOf(type.of)), strategies: NO_STRATEGIES, mergeKey: '' };
    return { field: () => value };
  }
  return NO_FIELDS;
}

/** Memo by type name: the schema table is constant. */
const structs = new Map<string, StructSchema>();

function structSchema(name: string): PatchSchema {
  let known = structs.get(name);
  if (known === undefined) {
    known = new StructSchema(name);
    structs.set(name, known);
  }
  return known;
}

/** The schema of a built-in kind; undefined for custom resources, which know no strategic merge. */
export function patchSchemaOfKind(apiVersion: string, kind: string): PatchSchema | undefined {
  const type = schemaOfKind(apiVersion, kind);
  return type === undefined ? undefined : structSchema(type.name);
}
