import { apiVersionOf, type ResourceInfo } from '../../api/schema/index.ts';
import data from './columns.json';

/** A column of a Table (metav1.TableColumnDefinition). */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

type Row = readonly [name: string, type: string, format: string, priority: number, description: string];

const { name: NAME, creationTimestamp: CREATED } = data.descriptions;
const rows = data.columns as unknown as Readonly<Record<string, readonly Row[]>>;

/** The text of a field's documentation that nearly every Table shows. */
export const NAME_COLUMN: Column = { name: 'Name', type: 'string', format: 'name', description: NAME, priority: 0 };

/** The age of an object as custom resources show it where their definition names no columns. */
export const CREATED_COLUMN: Column = { name: 'Age', type: 'date', format: '', description: CREATED, priority: 0 };

/** Columns of kinds without a printer of their own (apiserver registry/rest/table.go). */
const DEFAULT_COLUMNS: readonly Column[] = [NAME_COLUMN, { ...CREATED_COLUMN, name: 'Created At' }];

/** Columns of the scale subresource. */
export const SCALE_COLUMNS: readonly Column[] = [
  { ...NAME_COLUMN, format: '' },
  {
    name: 'Desired',
    type: 'integer',
    format: '',
    description: 'replicas is the desired number of instances for the scaled object.',
    priority: 0,
  },
  {
    name: 'Available',
    type: 'integer',
    format: '',
    description: 'replicas is the actual number of observed instances of the scaled object.',
    priority: 0,
  },
  { ...CREATED_COLUMN, type: 'string' },
];

function columnOf([name, type, format, priority, description]: Row): Column {
  const text = description === 'name' ? NAME : description === 'creationTimestamp' ? CREATED : description;
  return { name, type, format, description: text, priority };
}

/** The columns of a built-in resource, as the server sends them. */
export function builtInColumns(info: ResourceInfo): readonly Column[] {
  return rows[`${apiVersionOf(info)} ${info.plural}`]?.map(columnOf) ?? DEFAULT_COLUMNS;
}
