/**
 * KWOK Stages (`kwok.x-k8s.io/v1alpha1`, KWOK v0.8.0): parsing and validation of the files, with positions. Everything
 * that is not understood is named with `file:line:col`, nothing is ignored silently.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Json, PatchType } from '../../contracts/index.ts';
import { STAGE_FUNCTIONS } from './functions.ts';
import { compileTemplate, type Template, TemplateError } from './gotemplate.ts';
import { compileJq, JqError, type JqQuery } from './jq.ts';

export interface StageProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Requirement {
  readonly query: JqQuery;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** A number of the Stage, or what an expression over the object says (a duration such as `5s`, or a time). */
export interface ValueFrom {
  readonly fallback: number | undefined;
  readonly query: JqQuery | undefined;
}

export type StageStep =
  | { readonly kind: 'event'; readonly type: string; readonly reason: string; readonly message: string }
  | {
      readonly kind: 'finalizers';
      readonly add: readonly string[];
      readonly remove: readonly string[];
      readonly empty: boolean;
    }
  | { readonly kind: 'delete' }
  | {
      readonly kind: 'patch';
      readonly subresource: string;
      /** Field under which the rendered value is put: `status`, or '' for the whole object. */
      readonly root: string;
      readonly template: Template;
      /** undefined: strategic for built-in kinds, merge for others. */
      readonly type: PatchType | undefined;
      readonly impersonate: string | undefined;
    };

export interface Stage {
  readonly name: string;
  readonly apiGroup: string;
  readonly kind: string;
  readonly matchLabels: readonly (readonly [string, string])[];
  readonly matchAnnotations: readonly (readonly [string, string])[];
  readonly requirements: readonly Requirement[];
  readonly weight: ValueFrom;
  /** Milliseconds. undefined: the stage has no delay. */
  readonly delayMs: ValueFrom | undefined;
  readonly jitterMs: ValueFrom | undefined;
  readonly steps: readonly StageStep[];
  readonly immediateNextStage: boolean;
}

export interface StageFile {
  readonly stages: readonly Stage[];
  readonly problems: readonly StageProblem[];
}

/** A node of the YAML tree with what is needed to say where it stands. */
interface Place {
  readonly node: Node | null | undefined;
  readonly path: string;
}

class Reader {
  readonly problems: StageProblem[] = [];
  private readonly file: string;
  private readonly lines: LineCounter;
  private readonly source: string;
  constructor(file: string, source: string, lines: LineCounter) {
    this.file = file;
    this.source = source;
    this.lines = lines;
  }

  problem(place: Place | number, message: string): void {
    const offset = typeof place === 'number' ? place : (place.node?.range?.[0] ?? 0);
    const { line, col } = this.lines.linePos(offset);
    this.problems.push({ file: this.file, line: Math.max(line, 1), column: Math.max(col, 1), message });
  }

  /** Offset in the file of an offset in the value of a scalar (exact for plain scalars and literal blocks). */
  inside(place: Place, offset: number): number {
    const node = place.node;
    const start = node?.range?.[0] ?? 0;
    if (!isScalar(node)) return start;
    if (node.type === 'BLOCK_LITERAL') {
      const value = String(node.value);
      const row = value.slice(0, offset).split('\n').length - 1;
      const column = offset - (value.lastIndexOf('\n', offset - 1) + 1);
      const header = this.lines.linePos(start).line;
      const lineStart = this.lines.lineStarts[header + row] ?? start;
      let at = lineStart;
      const first = this.lines.lineStarts[header] ?? start;
      for (let i = first; this.source[i] === ' '; i += 1) at += 1;
      return at + column;
    }
    return start + (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0) + offset;
  }

  /** Fields of a map; names others than `known` are problems. */
  fields(place: Place, known: readonly string[]): Record<string, Place> {
    const out: Record<string, Place> = {};
    if (place.node === null || place.node === undefined) return out;
    if (!isMap(place.node)) {
      this.problem(place, `${place.path}: expected a map`);
      return out;
    }
    for (const pair of place.node.items) {
      const key = pair.key as Node;
      const name = isScalar(key) ? String(key.value) : '';
      if (!known.includes(name)) this.problem(key.range?.[0] ?? 0, `${place.path}.${name}: not supported`);
      else out[name] = { node: pair.value as Node | null, path: `${place.path}.${name}` };
    }
    return out;
  }

  items(place: Place | undefined): Place[] {
    if (place?.node === undefined || place.node === null) return [];
    if (!isSeq(place.node)) {
      this.problem(place, `${place.path}: expected a list`);
      return [];
    }
    return place.node.items.map((node, i) => ({ node: node as Node, path: `${place.path}[${i}]` }));
  }

  scalar(place: Place | undefined): unknown {
    if (place?.node === undefined || place.node === null) return undefined;
    if (!isScalar(place.node)) {
      this.problem(place, `${place.path}: expected a single value`);
      return undefined;
    }
    return place.node.value;
  }

  string(place: Place | undefined): string {
    const value = this.scalar(place);
    return value === undefined || value === null ? '' : String(value);
  }

  number(place: Place | undefined): number | undefined {
    const value = this.scalar(place);
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.problem(place!, `${place!.path}: expected a number`);
    return undefined;
  }

  bool(place: Place | undefined): boolean {
    const value = this.scalar(place);
    if (value === undefined || value === null || typeof value === 'boolean') return value === true;
    this.problem(place!, `${place!.path}: expected true or false`);
    return false;
  }

  query(place: Place | undefined): JqQuery | undefined {
    const text = this.string(place);
    if (text === '') return undefined;
    try {
      return compileJq(text);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      this.problem(this.inside(place!, error.offset), `${place!.path}: ${error.message}`);
      return undefined;
    }
  }

  template(place: Place): Template | undefined {
    try {
      return compileTemplate(this.string(place), STAGE_FUNCTIONS);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.problem(this.inside(place, error.offset), `${place.path}: ${error.message}`);
      return undefined;
    }
  }
}

function readFrom(r: Reader, number: Place | undefined, from: Place | undefined): ValueFrom | undefined {
  if (number === undefined && from === undefined) return undefined;
  const fields = from ? r.fields(from, ['expressionFrom', 'jq']) : {};
  const jq = fields['jq'] ? r.fields(fields['jq'], ['expression'])['expression'] : undefined;
  return { fallback: r.number(number), query: r.query(fields['expressionFrom'] ?? jq) };
}

function stringMap(r: Reader, place: Place | undefined): (readonly [string, string])[] {
  if (place?.node === undefined || place.node === null) return [];
  if (!isMap(place.node)) {
    r.problem(place, `${place.path}: expected a map`);
    return [];
  }
  return place.node.items.map((pair) => [
    String(isScalar(pair.key) ? pair.key.value : ''),
    String(isScalar(pair.value) ? pair.value.value : ''),
  ]);
}

function readRequirement(r: Reader, place: Place): Requirement | undefined {
  const fields = r.fields(place, ['key', 'operator', 'values', 'jq']);
  const jq = fields['jq'] ? r.fields(fields['jq'], ['key', 'operator', 'values']) : fields;
  const query = r.query(jq['key']);
  const operator = r.string(jq['operator']);
  if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) {
    r.problem(jq['operator'] ?? place, `${place.path}.operator: Unsupported value: ${JSON.stringify(operator)}`);
    return undefined;
  }
  if (!query) {
    if (jq['key'] === undefined) r.problem(place, `${place.path}.key: Required value`);
    return undefined;
  }
  const values = r.items(jq['values']).map((v) => r.string(v));
  return { query, operator: operator as Requirement['operator'], values };
}

const PATCH_TYPES: Readonly<Record<string, PatchType>> = { json: 'json', merge: 'merge', strategic: 'strategic' };

function patchStep(
  r: Reader,
  fields: Record<string, Place>,
  template: Place | undefined,
  defaults: { root: string; subresource: string },
): StageStep[] {
  const compiled = template ? r.template(template) : undefined;
  if (!compiled) return [];
  const type = r.string(fields['type']);
  if (type !== '' && !Object.hasOwn(PATCH_TYPES, type)) {
    r.problem(fields['type'], `${fields['type'].path}: Unsupported value: ${JSON.stringify(type)}`);
  }
  return [
    {
      kind: 'patch',
      root: fields['root'] ? r.string(fields['root']) : defaults.root,
      subresource: fields['subresource'] ? r.string(fields['subresource']) : defaults.subresource,
      template: compiled,
      type: PATCH_TYPES[type],
      impersonate: undefined,
    },
  ];
}

function eventStep(r: Reader, place: Place | undefined): StageStep[] {
  if (!place?.node) return [];
  const f = r.fields(place, ['type', 'reason', 'message']);
  return [{ kind: 'event', type: r.string(f['type']), reason: r.string(f['reason']), message: r.string(f['message']) }];
}

function finalizerStep(r: Reader, place: Place | undefined): StageStep[] {
  if (!place?.node) return [];
  const f = r.fields(place, ['add', 'remove', 'empty']);
  const values = (list: Place | undefined) => r.items(list).map((item) => r.string(r.fields(item, ['value'])['value']));
  return [{ kind: 'finalizers', add: values(f['add']), remove: values(f['remove']), empty: r.bool(f['empty']) }];
}

const PATCH_FIELDS = ['subresource', 'root', 'template', 'type'];

/** Steps in the order in which KWOK carries them out: event, finalizers, delete, patches. */
function readNext(r: Reader, place: Place): StageStep[] {
  const f = r.fields(place, [
    'event',
    'finalizers',
    'delete',
    'statusTemplate',
    'statusSubresource',
    'statusPatchAs',
    'patches',
    'immediateNextStage',
  ]);
  const steps = [...eventStep(r, f['event']), ...finalizerStep(r, f['finalizers'])];
  if (r.bool(f['delete'])) steps.push({ kind: 'delete' });
  const subresource = f['statusSubresource'] ? r.string(f['statusSubresource']) : 'status';
  if (f['statusTemplate']) steps.push(...patchStep(r, {}, f['statusTemplate'], { root: 'status', subresource }));
  for (const item of r.items(f['patches'])) {
    const p = r.fields(item, PATCH_FIELDS);
    steps.push(...patchStep(r, p, p['template'], { root: '', subresource: '' }));
  }
  return steps;
}

function readSteps(r: Reader, place: Place | undefined): StageStep[] {
  const steps: StageStep[] = [];
  for (const item of r.items(place)) {
    const f = r.fields(item, ['event', 'finalizers', 'delete', 'patch']);
    steps.push(...eventStep(r, f['event']), ...finalizerStep(r, f['finalizers']));
    if (r.bool(f['delete'])) steps.push({ kind: 'delete' });
    if (f['patch']) {
      const p = r.fields(f['patch'], PATCH_FIELDS);
      steps.push(...patchStep(r, p, p['template'], { root: '', subresource: '' }));
    }
  }
  return steps;
}

function readStage(r: Reader, root: Place): Stage | undefined {
  const before = r.problems.length;
  const top = r.fields(root, ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const name = isMap(top['metadata']?.node) ? String((top['metadata'].node.get('name') as unknown) ?? '') : '';
  if (!top['spec']?.node) {
    r.problem(root, 'spec: Required value');
    return undefined;
  }
  const spec = r.fields({ node: top['spec'].node, path: 'spec' }, [
    'resourceRef',
    'selector',
    'weight',
    'weightFrom',
    'delay',
    'next',
    'steps',
    'immediateNextStage',
  ]);
  const ref = spec['resourceRef'] ? r.fields(spec['resourceRef'], ['apiGroup', 'kind']) : {};
  if (r.string(ref['kind']) === '')
    r.problem(spec['resourceRef'] ?? top['spec'], 'spec.resourceRef.kind: Required value');
  const selector = spec['selector']
    ? r.fields(spec['selector'], ['matchLabels', 'matchAnnotations', 'matchExpressions'])
    : {};
  const delay = spec['delay']?.node
    ? r.fields(spec['delay'], [
        'durationMilliseconds',
        'durationFrom',
        'jitterDurationMilliseconds',
        'jitterDurationFrom',
      ])
    : undefined;
  const next = spec['next']?.node ? spec['next'] : undefined;
  const immediate =
    spec['immediateNextStage'] ?? (isMap(next?.node) ? placeOf(next.node, 'immediateNextStage') : undefined);
  const requirements = r.items(selector['matchExpressions']).map((item) => readRequirement(r, item));
  const steps = [...(next ? readNext(r, next) : []), ...readSteps(r, spec['steps'])];
  const stage: Stage = {
    name,
    apiGroup: r.string(ref['apiGroup']),
    kind: r.string(ref['kind']),
    matchLabels: stringMap(r, selector['matchLabels']),
    matchAnnotations: stringMap(r, selector['matchAnnotations']),
    requirements: requirements.filter((q) => q !== undefined),
    weight: readFrom(r, spec['weight'], spec['weightFrom']) ?? { fallback: 0, query: undefined },
    delayMs: delay
      ? (readFrom(r, delay['durationMilliseconds'], delay['durationFrom']) ?? { fallback: 0, query: undefined })
      : undefined,
    jitterMs: delay ? readFrom(r, delay['jitterDurationMilliseconds'], delay['jitterDurationFrom']) : undefined,
    steps,
    immediateNextStage: r.bool(immediate),
  };
  return r.problems.length === before ? stage : undefined;
}

function placeOf(map: { get(key: string, keepScalar: true): unknown }, key: string): Place | undefined {
  const node = map.get(key, true) as Node | undefined;
  return node === undefined ? undefined : { node, path: key };
}

/**
 * Parses a file of Stages (several documents; documents of other kinds are problems). Stages with problems are left out
 * of `stages`.
 */
export function parseStages(file: string, source: string): StageFile {
  const lines = new LineCounter();
  const documents = parseAllDocuments(source, { lineCounter: lines, maxAliasCount: 100 } as never);
  const reader = new Reader(file, source, lines);
  const stages: Stage[] = [];
  if (!Array.isArray(documents)) return { stages, problems: [] };
  for (const document of documents) {
    for (const error of document.errors) reader.problem(error.pos[0], error.message.split('\n')[0]);
    const root = document.contents as Node | null;
    if (root === null || document.errors.length > 0) continue;
    const json = document.toJS() as { apiVersion?: Json; kind?: Json };
    if (json.kind !== 'Stage' || json.apiVersion !== 'kwok.x-k8s.io/v1alpha1') {
      reader.problem({ node: root, path: '' }, `expected kwok.x-k8s.io/v1alpha1, kind Stage`);
      continue;
    }
    const stage = readStage(reader, { node: root, path: '' });
    if (stage) stages.push(stage);
  }
  return { stages, problems: reader.problems };
}
