import type { Json, KubeObject } from '../../contracts/index.ts';
import { type Column, CREATED_COLUMN } from './columns.ts';
import { type Cell, type PrintTime, since } from './format.ts';

/** A column that a CustomResourceDefinition names (apiextensions-apiserver pkg/registry/customresource/tableconvertor). */
export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  readonly jsonPath: string;
}

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  description: CREATED_COLUMN.description,
  jsonPath: '.metadata.creationTimestamp',
};

/** The columns of a custom resource after its name. */
export function customColumns(named: readonly PrinterColumn[] | undefined): readonly Column[] {
  return columnsOf(named).map(({ name, type, format = '', description, priority = 0, jsonPath }) => ({
    name,
    type,
    format,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
  }));
}

function columnsOf(named: readonly PrinterColumn[] | undefined): readonly PrinterColumn[] {
  return named && named.length > 0 ? named : [AGE];
}

/** One step of a JSONPath: a field, an index, or every element. */
const STEP = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+|\*)\]/g;

/** What a simple JSONPath finds first; undefined where it finds nothing. */
function find(object: KubeObject, path: string): Json | undefined {
  let at: Json | undefined = object as unknown as Json;
  for (const [, field, quoted, index] of path.matchAll(STEP)) {
    if (at === null || typeof at !== 'object') return undefined;
    if (index !== undefined) at = Array.isArray(at) ? at[index === '*' ? 0 : Number(index)] : undefined;
    else at = Array.isArray(at) ? undefined : (at as Record<string, Json>)[field ?? quoted];
  }
  return at;
}

function cellOf(type: string, value: Json | undefined, time: PrintTime): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageOf(value, time) : null;
    default:
      return null;
  }
}

function ageOf(text: string, time: PrintTime): string {
  try {
    return since(time, text);
  } catch {
    return '<invalid>';
  }
}

/** The cells of a custom resource after its name. */
export function customCells(
  named: readonly PrinterColumn[] | undefined,
  object: KubeObject,
  time: PrintTime,
): readonly Cell[] {
  return columnsOf(named).map(({ type, jsonPath }) => cellOf(type, find(object, jsonPath), time));
}
