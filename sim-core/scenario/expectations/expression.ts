import { CelScalar, celEnv, celFunc, isCelError, mapType, parse, plan } from '@bufbuild/cel';
import type { KubeObject, Version } from '../../contracts/index.ts';
import { suggest } from '../suggest.ts';

/** What an expression may read; each call is noted by the caller as a dependency. */
export interface Reader {
  object(resource: string, namespace: string, name: string): Version | undefined;
  /** Counter key as `Truth.countPods` gave it. */
  podCounts(namespace: string, selector: string): Readonly<Record<string, number>>;
  /** Pods with a node, for each node of the cluster, the most first. */
  podsPerNode(namespace: string, selector: string): readonly number[];
  nodeCounts(selector: string): Readonly<Record<string, number>>;
  /** Ready endpoints of a Service. */
  endpoints(namespace: string, service: string): number;
  /** Pods by scheduling queue, as metric scheduler_pending_pods counts them: active, backoff, unschedulable, gated. */
  pendingPods(): Readonly<Record<string, number>>;
  readonly nowSeconds: number;
}

export type Outcome = { readonly value: boolean } | { readonly error: string };

/** An expectation's expression, ready to be evaluated again and again. */
export interface Expression {
  readonly text: string;
  evaluate(reader: Reader): Outcome;
  /** The readings in the expression with their values now: `deployment('web').status.readyReplicas = 287`. */
  readings(reader: Reader): readonly string[];
  /** Selectors of `pods(...)` that stand in the text: (namespace, selector). */
  readonly podSelectors: readonly (readonly [string, string])[];
}

export class ExpressionError extends Error {}

/** Functions of one object by name: CEL name -> resource. */
const OBJECT_FUNCTIONS: Readonly<Record<string, string>> = {
  deployment: 'deployments.apps',
  replicaset: 'replicasets.apps',
  statefulset: 'statefulsets.apps',
  daemonset: 'daemonsets.apps',
  job: 'jobs.batch',
  cronjob: 'cronjobs.batch',
  hpa: 'horizontalpodautoscalers.autoscaling',
  pod: 'pods',
  node: 'nodes',
  service: 'services',
  namespace: 'namespaces',
  pdb: 'poddisruptionbudgets.policy',
  configmap: 'configmaps',
  serviceaccount: 'serviceaccounts',
};

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['nodes', 'namespaces']);
const DEFAULT_NAMESPACE = 'default';

/** Counts that the API leaves out when they are 0; an expression may rely on them. */
const ZERO_STATUS: Readonly<Record<string, readonly string[]>> = {
  'deployments.apps': [
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'observedGeneration',
  ],
  'replicasets.apps': ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
  'statefulsets.apps': [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
  ],
  'daemonsets.apps': [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
    'observedGeneration',
  ],
  'jobs.batch': ['active', 'succeeded', 'failed', 'ready'],
};

type CelInput = null | boolean | number | bigint | string | CelInput[] | Map<string, CelInput>;

/** JSON -> CEL: whole numbers are ints, as in Kubernetes' own CEL. */
function toCel(value: unknown): CelInput {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toCel);
  const record = value as Readonly<Record<string, unknown>>;
  const map = new Map<string, CelInput>();
  for (const key of Object.keys(record).sort()) if (record[key] !== undefined) map.set(key, toCel(record[key]));
  return map;
}

function objectToCel(resource: string, object: KubeObject): CelInput {
  const zeros = ZERO_STATUS[resource];
  const status =
    zeros === undefined ? object.status : { ...Object.fromEntries(zeros.map((z) => [z, 0])), ...object.status };
  return toCel({
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: object.metadata,
    spec: object['spec'],
    data: object['data'],
    status,
  });
}

/** The reader of the evaluation that runs now; CEL calls functions without a context. */
interface Current {
  reader: Reader | undefined;
}

function environment(current: Current) {
  const anyMap = mapType(CelScalar.STRING, CelScalar.DYN);
  const reader = () => current.reader as Reader;
  const object = (resource: string, namespace: string, name: string) => {
    const found = reader().object(resource, CLUSTER_SCOPED.has(resource) ? '' : namespace, name);
    if (found === undefined) throw new ExpressionError(`${resource} "${name}" not found`);
    return objectToCel(resource, found.object) as Map<string, CelInput>;
  };
  const funcs = Object.entries(OBJECT_FUNCTIONS).flatMap(([name, resource]) => [
    celFunc(name, [CelScalar.STRING], anyMap, (n) => object(resource, DEFAULT_NAMESPACE, n)),
    celFunc(name, [CelScalar.STRING, CelScalar.STRING], anyMap, (namespace, n) => object(resource, namespace, n)),
  ]);
  const counts = (c: Readonly<Record<string, number>>) => toCel(c) as Map<string, CelInput>;
  return celEnv({
    funcs: [
      ...funcs,
      celFunc('object', [CelScalar.STRING, CelScalar.STRING, CelScalar.STRING], anyMap, (resource, namespace, name) =>
        object(resource, namespace, name),
      ),
      celFunc(
        'exists',
        [CelScalar.STRING, CelScalar.STRING, CelScalar.STRING],
        CelScalar.BOOL,
        (resource, namespace, name) => reader().object(resource, namespace, name) !== undefined,
      ),
      celFunc('pods', [], anyMap, () => counts(reader().podCounts('', ''))),
      celFunc('pods', [CelScalar.STRING], anyMap, (selector) => counts(reader().podCounts('', selector))),
      celFunc('pods', [CelScalar.STRING, CelScalar.STRING], anyMap, (namespace, selector) =>
        counts(reader().podCounts(namespace, selector)),
      ),
      celFunc('podsPerNode', [], CelScalar.DYN, () => toCel(reader().podsPerNode('', ''))),
      celFunc('podsPerNode', [CelScalar.STRING], CelScalar.DYN, (selector) =>
        toCel(reader().podsPerNode('', selector)),
      ),
      celFunc('podsPerNode', [CelScalar.STRING, CelScalar.STRING], CelScalar.DYN, (namespace, selector) =>
        toCel(reader().podsPerNode(namespace, selector)),
      ),
      celFunc('pendingPods', [], anyMap, () => counts(reader().pendingPods())),
      celFunc('nodes', [], anyMap, () => counts(reader().nodeCounts(''))),
      celFunc('nodes', [CelScalar.STRING], anyMap, (selector) => counts(reader().nodeCounts(selector))),
      celFunc('endpoints', [CelScalar.STRING], CelScalar.INT, (service) =>
        BigInt(reader().endpoints(DEFAULT_NAMESPACE, service)),
      ),
      celFunc('endpoints', [CelScalar.STRING, CelScalar.STRING], CelScalar.INT, (namespace, service) =>
        BigInt(reader().endpoints(namespace, service)),
      ),
      celFunc('seconds', [], CelScalar.DOUBLE, () => reader().nowSeconds),
    ],
  });
}

/** A function of literal names and the fields that are taken from it, but not a method call at the end. */
const TEXT = `(?:'[^']*'|"[^"]*")`;
const READING = new RegExp(
  `\\b[a-zA-Z]+\\((?:${TEXT}(?:\\s*,\\s*${TEXT})*)?\\)(?:\\.[A-Za-z_][A-Za-z0-9_]*(?![A-Za-z0-9_(]))*`,
  'g',
);
const PODS = new RegExp(`\\bpods\\(\\s*(?:(${TEXT})\\s*(?:,\\s*(${TEXT})\\s*)?)?\\)`, 'g');

/** A literal of an expression without its quotes. */
const unquoted = (text: string) => text.slice(1, -1);

/**
 * Compiles a CEL expression of a scenario.
 * @throws ExpressionError with CEL's own text
 */
export function compileExpression(text: string): Expression {
  const current: Current = { reader: undefined };
  const env = environment(current);
  const compile = (source: string) => {
    try {
      return plan(env, parse(source));
    } catch (error) {
      throw new ExpressionError(error instanceof Error ? error.message : String(error));
    }
  };
  checkFunctions(text);
  const program = compile(text);
  const parts = [...new Set(text.match(READING) ?? [])].map((source) => ({ source, program: compile(source) }));
  const within = <T>(reader: Reader, run: () => T): T => {
    current.reader = reader;
    try {
      return run();
    } finally {
      current.reader = undefined;
    }
  };
  return {
    text,
    podSelectors: [...text.matchAll(PODS)].map((m) =>
      m[1] === undefined ? ['', ''] : m[2] === undefined ? ['', unquoted(m[1])] : [unquoted(m[1]), unquoted(m[2])],
    ),
    evaluate: (reader) =>
      within(reader, () => {
        const value = program({});
        if (isCelError(value)) return { error: errorText(value) };
        return typeof value === 'boolean'
          ? { value }
          : { error: `the expression gives ${typeof value}, not true or false` };
      }),
    readings: (reader) =>
      within(reader, () =>
        parts.map(({ source, program: part }) => {
          const value = part({});
          return `${source} = ${isCelError(value) ? `(${errorText(value)})` : printed(value)}`;
        }),
      ),
  };
}

/**
 * Compiles a CEL expression over `object` (any Kubernetes object) and `deleted`. What cannot be evaluated, such as a field
 * that the object does not have, is false.
 * @throws ExpressionError with CEL's own text
 */
export function compileObjectExpression(text: string): (object: KubeObject, deleted: boolean) => boolean {
  checkFunctions(text);
  try {
    const program = plan(celEnv({}), parse(text));
    return (object, deleted) => program({ object: toCel(object) as Map<string, CelInput>, deleted }) === true;
  } catch (error) {
    throw new ExpressionError(error instanceof Error ? error.message : String(error));
  }
}

/** Functions and macros of CEL itself. */
const CEL_FUNCTIONS =
  'all bool bytes contains double duration dyn endsWith exists exists_one filter getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds has in int map matches size startsWith string timestamp type uint'.split(
    ' ',
  );
const OWN_FUNCTIONS = [
  ...Object.keys(OBJECT_FUNCTIONS),
  'object',
  'exists',
  'pods',
  'podsPerNode',
  'pendingPods',
  'nodes',
  'endpoints',
  'seconds',
];

/** The evaluator finds an unknown function only when it comes to it, in the middle of a run. */
function checkFunctions(text: string): void {
  const code = text.replaceAll(/'[^']*'|"[^"]*"/g, "''");
  for (const [, name] of code.matchAll(/\b([A-Za-z_][A-Za-z0-9_]*)\s*\(/g)) {
    if (CEL_FUNCTIONS.includes(name) || OWN_FUNCTIONS.includes(name)) continue;
    const near = suggest(name, [...OWN_FUNCTIONS, ...CEL_FUNCTIONS]);
    throw new ExpressionError(
      `there is no function ${name}${near === undefined ? `; there are: ${OWN_FUNCTIONS.join(', ')}` : `; did you mean ${near}?`}`,
    );
  }
}

function errorText(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause;
  const text = cause instanceof Error ? cause.message : (error as Error).message;
  return text ?? 'error';
}

function printed(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return conditionsText(value) ?? numbersText(value) ?? '{...}';
}

/** A list of numbers; a long one is cut. */
function numbersText(value: unknown): string | undefined {
  const items = value as Iterable<unknown>;
  if (typeof items !== 'object' || items === null || typeof items[Symbol.iterator] !== 'function') return undefined;
  const all = [...items];
  if (all.length === 0 || !all.every((v) => typeof v === 'bigint')) return undefined;
  return `[${all.slice(0, 12).join(', ')}${all.length > 12 ? `, ... ${all.length} in all` : ''}]`;
}

/** Conditions as people read them: `Available=True, Progressing=False (ProgressDeadlineExceeded)`. */
function conditionsText(value: unknown): string | undefined {
  const items = value as Iterable<unknown> & { get?: unknown };
  if (typeof items !== 'object' || items === null || 'get' in items === false) return undefined;
  if (typeof items[Symbol.iterator] !== 'function') return undefined;
  const texts: string[] = [];
  for (const item of items) {
    const get = (key: string) => (item as { get?: (key: string) => unknown }).get?.(key);
    if (typeof item !== 'object' || Array.isArray(item) || get('type') === undefined) return undefined;
    const reason = get('reason');
    texts.push(`${get('type')}=${get('status')}${typeof reason === 'string' && reason !== '' ? ` (${reason})` : ''}`);
  }
  return texts.join(', ');
}

/** `a=b,c=d` -> labels. */
export function selectorLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    if (at < 0) throw new ExpressionError(`pods('${text}'): a selector is written key=value,key=value`);
    labels[part.slice(0, at).trim()] = part
      .slice(at + 1)
      .replace(/^=/, '')
      .trim();
  }
  return labels;
}
