import type { LoadedDocument } from '../../api/yaml/index.ts';
import type { ScenarioProblem } from '../spec.ts';
import { suggest } from '../suggest.ts';
import { scenarioSchema } from './scenarioSchema.ts';
import { validate } from './validateScenario.ts';

interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

type Schema = {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
};

/** What the JSON Schema finds in a scenario file, in words, with places and suggestions. */
export function schemaProblems(document: LoadedDocument): readonly ScenarioProblem[] {
  const check = validate as unknown as { (value: unknown): boolean; errors: readonly SchemaError[] | null };
  if (check(document.object)) return [];
  const errors = check.errors ?? [];
  // anyOf reports each failed branch and then itself; the last is what a person needs.
  const unions = new Set(errors.filter((e) => e.keyword === 'anyOf').map((e) => e.instancePath));
  const shown = errors.filter(
    (e) => e.keyword === 'anyOf' || ![...unions].some((u) => e.instancePath === u && e.schemaPath.includes('/anyOf/')),
  );
  return shown.map((error) => problem(error, document));
}

/** Kinds that have replicas, and how people name them. */
const HAS_REPLICAS =
  /^(deployment|deploy|replicaset|rs|statefulset|sts|replicationcontroller|rc|workload|replicas)s?$/i;

/** An entry `scale` is about machines; what it would be for a workload. */
function scaledByKubectl(path: readonly (string | number)[], name: string): string | undefined {
  if (path[path.length - 1] !== 'scale' || !HAS_REPLICAS.test(name)) return undefined;
  const kind = /^(replicas|workload)/i.test(name) ? 'deployment' : name;
  return `\`scale\` is about machines; for pods write kubectl: "scale ${kind}/NAME --replicas=N"`;
}

function problem(error: SchemaError, document: LoadedDocument): ScenarioProblem {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((p) => p.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((p) => (/^[0-9]+$/.test(p) ? Number(p) : p));
  const field =
    path.reduce<string>(
      (text, p) => (typeof p === 'number' ? `${text}[${p}]` : text === '' ? p : `${text}.${p}`),
      '',
    ) || 'the file';
  const base = { severity: 'error' as const, code: `schema-${error.keyword}` };
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    const known = Object.keys(schemaAt(path)?.properties ?? {});
    const near = suggest(name, known);
    return {
      ...base,
      message: `unknown field ${JSON.stringify(name)} in ${field}`,
      hint:
        near !== undefined
          ? `did you mean ${near}?`
          : (scaledByKubectl(path, name) ?? `known are: ${known.join(', ')}`),
      at: document.positionOf([...path, name]),
    };
  }
  if (error.keyword === 'required')
    return {
      ...base,
      message: `${field} needs ${JSON.stringify(error.params['missingProperty'])}`,
      at: document.positionOf(path),
    };
  if (error.keyword === 'enum') {
    const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String);
    const given = String(valueAt(document.object, path));
    const near = suggest(given, allowed);
    return {
      ...base,
      message: `${field}: ${JSON.stringify(given)} is not one of ${allowed.join(', ')}`,
      hint: near === undefined ? undefined : `did you mean ${near}?`,
      at: document.positionOf(path),
    };
  }
  if (error.keyword === 'pattern') {
    const given = JSON.stringify(valueAt(document.object, path));
    const isDuration = String(error.params['pattern']).includes('us|ms|s|m|h');
    return {
      ...base,
      message: `${field}: ${given} is not ${isDuration ? 'a duration' : `of the form ${error.params['pattern']}`}`,
      hint: isDuration ? DURATION_HINT : undefined,
      at: document.positionOf(path),
    };
  }
  if (error.keyword === 'const')
    return {
      ...base,
      message: `${field} must be ${JSON.stringify(error.params['allowedValue'])}`,
      at: document.positionOf(path),
    };
  if (error.keyword === 'anyOf')
    return {
      ...base,
      message: `${field}: ${shown(valueAt(document.object, path))} has none of the allowed forms`,
      at: document.positionOf(path),
    };
  if (error.keyword === 'type') {
    const wanted = [error.params['type']].flat().map((t) => TYPE_NAMES[String(t)] ?? String(t));
    const isDuration = schemaAt(path)?.pattern?.includes('us|ms|s|m|h') === true;
    return {
      ...base,
      message: `${field}: ${shown(valueAt(document.object, path))} is not ${isDuration ? 'a duration' : wanted.join(' or ')}`,
      hint: isDuration ? DURATION_HINT : typeHint(field, valueAt(document.object, path)),
      at: document.positionOf(path),
    };
  }
  if (error.keyword === 'minItems' || error.keyword === 'maxItems') {
    const limit = `${error.keyword === 'minItems' ? 'at least' : 'at most'} ${error.params['limit']}`;
    return { ...base, message: `${field} needs ${limit} items`, at: document.positionOf(path) };
  }
  if (error.keyword === 'minimum' || error.keyword === 'maximum') {
    const limit = `${error.keyword === 'minimum' ? 'at least' : 'at most'} ${error.params['limit']}`;
    const given = shown(valueAt(document.object, path));
    return { ...base, message: `${field} must be ${limit}, not ${given}`, at: document.positionOf(path) };
  }
  return { ...base, message: `${field} ${error.message ?? 'is wrong'}`, at: document.positionOf(path) };
}

/** What a value of another type than the schema's was probably meant to be. */
function typeHint(field: string, value: unknown): string | undefined {
  if (/^spec\.expect\[\d+\]\.eventually$/.test(field))
    return 'the expression stands in "that", the window in eventually: {after: 1m, within: 5m}';
  if (typeof value === 'boolean') return 'y, n, yes, no, on and off are true and false in YAML: quote the text';
  return undefined;
}

const DURATION_HINT = 'durations are written like 250ms, 90s, 5m, 1h30m';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of fields',
};

/** A value as a message shows it, cut where it is long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value as Record<string | number, unknown> | undefined;
  for (const p of path) at = at?.[p] as Record<string | number, unknown> | undefined;
  return at;
}

function schemaAt(path: readonly (string | number)[]): Schema | undefined {
  let schema: Schema | undefined = scenarioSchema as unknown as Schema;
  for (const p of path) {
    const inUnion: Schema | undefined = schema?.anyOf?.find((s) =>
      typeof p === 'number' ? s.items !== undefined : s.properties?.[p] !== undefined,
    );
    const from: Schema | undefined = inUnion ?? schema;
    schema = typeof p === 'number' ? from?.items : from?.properties?.[p];
  }
  return schema;
}
