import { type Document, isMap } from 'yaml';
import { type Cursor, cursorAt, scalarAt } from './cursor.ts';
import { type Shape, shapeOf } from './shape.ts';

export interface Completion {
  readonly label: string;
  /** What is written instead of the word. */
  readonly insert: string;
  readonly type: string;
  readonly about: string;
  readonly required: boolean;
}

export interface Completions {
  /** Offsets of the word that is replaced. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly Completion[];
}

export interface Hover {
  readonly from: number;
  readonly to: number;
  /** `spec.nodePools[0].machine` */
  readonly path: string;
  readonly type: string;
  readonly about: string;
  readonly values: readonly string[];
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function rootShape(document: Document): Shape {
  return shapeOf(text(scalarAt(document, ['apiVersion'])), text(scalarAt(document, ['kind'])));
}

/** The shape at a path. An object inside that says its kind (a kubelet's configuration in a scenario) has its own. */
function shapeAt(document: Document, path: readonly (string | number)[]): Shape | undefined {
  let shape: Shape | undefined = rootShape(document);
  path.forEach((step, i) => {
    shape = typeof step === 'number' ? shape?.item() : shape?.field(step);
    const here = path.slice(0, i + 1);
    if (!isMap(document.getIn(here, true))) return;
    const kind = text(scalarAt(document, [...here, 'kind']));
    const apiVersion = text(scalarAt(document, [...here, 'apiVersion']));
    if (kind !== '' && apiVersion !== '') shape = shapeOf(apiVersion, kind);
  });
  return shape;
}

/** What can stand at an offset. Undefined where nothing is known. */
export function complete(source: string, offset: number): Completions | undefined {
  const cursor = cursorAt(source, offset);
  if (cursor === undefined) return undefined;
  const shape = shapeAt(cursor.document, cursor.path);
  if (shape === undefined) return undefined;
  const options = cursor.at === 'key' && shape.fields.length > 0 ? keys(source, cursor, shape) : values(shape);
  return options.length === 0 ? undefined : { from: cursor.from, to: cursor.to, options };
}

function keys(source: string, cursor: Cursor, shape: Shape): readonly Completion[] {
  const hasColon = /^\s*:/.test(source.slice(cursor.to));
  const has = new Set(cursor.siblings);
  return shape.fields
    .filter((field) => !has.has(field.name))
    .map((field) => ({
      label: field.name,
      insert: hasColon ? field.name : field.nested === 'scalar' ? `${field.name}: ` : `${field.name}:`,
      type: field.type,
      about: field.about,
      required: field.required,
    }));
}

function values(shape: Shape): readonly Completion[] {
  return shape.values.map((value) => ({ label: value, insert: value, type: shape.type, about: '', required: false }));
}

/** What the key or value at an offset is. */
export function hover(source: string, offset: number): Hover | undefined {
  const cursor = cursorAt(source, offset);
  if (cursor === undefined || cursor.word === '') return undefined;
  const path = cursor.at === 'key' ? [...cursor.path, cursor.word] : cursor.path;
  const shape = shapeAt(cursor.document, path);
  if (shape === undefined) return undefined;
  const { from, to } = cursor;
  return { from, to, path: pathText(path), type: shape.type, about: shape.about, values: shape.values.slice(0, 12) };
}

const pathText = (path: readonly (string | number)[]) =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${step}`)).join('');
