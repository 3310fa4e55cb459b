import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { parseDurationUs } from '../../api/machinery/duration.ts';
import { loadManifests } from '../../api/yaml/index.ts';
import type { KubeObject } from '../../contracts/index.ts';
import { readFeatureGates } from '../featureGates.ts';
import { folderOf, joinPath } from '../glob.ts';
import type { Place, ScenarioProblem } from '../spec.ts';
import { fillTemplate, TemplateError } from './template.ts';
import { INDISPENSABLE_GATES, NODE_BASE, wellKnownTemplate } from './wellKnown.ts';
import type { ChurnOp, CreateOp, PerfOp, PerfWorkload } from './workload.ts';

// biome-ignore lint/suspicious/noExplicitAny: a file of somebody else's program; each field is checked where it is read
type Raw = any;

export interface PerfFile {
  readonly workloads: readonly PerfWorkload[];
  readonly problems: readonly ScenarioProblem[];
}

/** True for the text of a scheduler_perf configuration: a list of tests with workload templates. */
export function isPerfText(text: string): boolean {
  return /^- name:/m.test(text) && /^ {2}workloadTemplate:/m.test(text) && /^ {2}workloads:/m.test(text);
}

/** Pods that the tests use unless they name others. Source: scheduler_perf config/pod-default.yaml. */
const PAUSE = { requests: { cpu: '100m', memory: '500Mi' }, limits: { cpu: '100m', memory: '500Mi' } };
const DEFAULT_POD: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'pod-' },
  spec: {
    containers: [
      { name: 'pause', image: 'registry.k8s.io/pause:3.10', ports: [{ containerPort: 80 }], resources: PAUSE },
    ],
  },
};

/** Reads a performance-config.yaml. `read` gives the text of a file by its path relative to that of the configuration. */
export function parsePerfFile(file: string, text: string, read: (path: string) => string | undefined): PerfFile {
  return new Parser(file, text, read).parse();
}

const HINTS = 'SchedulerQueueingHints';

/** Stops the reading of one workload: its problem is told. */
class Refused extends Error {}

class Parser {
  private readonly file: string;
  private readonly lines = new LineCounter();
  private readonly document;
  private readonly read: (path: string) => string | undefined;
  private readonly problems: ScenarioProblem[] = [];

  constructor(file: string, text: string, read: (path: string) => string | undefined) {
    this.file = file;
    this.read = read;
    this.document = parseDocument(text, { lineCounter: this.lines });
  }

  parse(): PerfFile {
    for (const e of this.document.errors) {
      const { line, col } = this.lines.linePos(e.pos[0]);
      this.error(e.message.split('\n')[0], { file: this.file, line, col });
    }
    if (this.problems.length > 0) return { workloads: [], problems: this.problems };
    const tests: readonly Raw[] = this.document.toJS() ?? [];
    const workloads = tests.flatMap((test, i) =>
      ((test?.workloads ?? []) as readonly Raw[]).flatMap((workload, k) => {
        try {
          return [this.workload(test, i, workload, k)];
        } catch (thrown) {
          if (!(thrown instanceof Refused)) throw thrown;
          return [];
        }
      }),
    );
    return { workloads, problems: this.problems };
  }

  private error(message: string, at: Place, hint?: string): void {
    this.tell({ severity: 'error', code: 'bad-workload', message, hint, at });
  }

  private tell(problem: ScenarioProblem): void {
    const { message, at } = problem;
    // One template serves many workloads: its mistakes are told once.
    const isKnown = this.problems.some((p) => p.message === message && p.at.line === at.line && p.at.file === at.file);
    if (!isKnown) this.problems.push(problem);
  }

  private refuse(message: string, path: readonly (string | number)[], hint?: string): never {
    this.error(message, this.placeOf(path), hint);
    throw new Refused(message);
  }

  private placeOf(path: readonly (string | number)[]): Place {
    let node: unknown = this.document.contents;
    let at = 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find((p) => isScalar(p.key) && p.key.value === step);
        if (pair === undefined) break;
        at = (pair.key as Node).range?.[0] ?? at;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[step as number];
        at = (node as Node | undefined)?.range?.[0] ?? at;
      } else break;
    }
    const { line, col } = this.lines.linePos(at);
    return { file: this.file, line, col };
  }

  private workload(test: Raw, i: number, workload: Raw, k: number): PerfWorkload {
    const params: Raw = workload.params ?? {};
    const disabledFeatures = this.gates(test, i, workload, k);
    const ops = ((test.workloadTemplate ?? []) as readonly Raw[]).flatMap((op, n) => {
      const at = [i, 'workloadTemplate', n];
      return this.op(test, op, n, at, (field) => this.param(op, field, params, at));
    });
    const config: string | undefined = test.schedulerConfigPath;
    return {
      test: String(test.name),
      name: String(workload.name),
      labels: [...(test.labels ?? []), ...(workload.labels ?? [])],
      threshold: workload.threshold,
      disabledFeatures,
      configuration:
        config === undefined
          ? undefined
          : this.objects(config, [i, 'schedulerConfigPath']).find((o) => o.kind === 'KubeSchedulerConfiguration'),
      ops,
      at: this.placeOf([i, 'workloads', k]),
    };
  }

  /** The benchmark runs without queueing hints by emulating 1.33, which does not lock them yet. */
  private gates(test: Raw, i: number, workload: Raw, k: number): readonly string[] {
    const given = { ...test.featureGates, ...workload.featureGates };
    const at = (name: string) =>
      workload.featureGates?.[name] === undefined
        ? this.placeOf([i, 'featureGates', name])
        : this.placeOf([i, 'workloads', k, 'featureGates', name]);
    const { off, problems } = readFeatureGates(given, at, [HINTS]);
    const missing = INDISPENSABLE_GATES.find((name) => given[name] === true);
    if (missing !== undefined) {
      this.error(`the workload needs ${missing}, which is not simulated`, at(missing));
      throw new Refused(missing);
    }
    for (const problem of problems) this.tell(problem);
    if (problems.some((p) => p.severity === 'error')) throw new Refused('feature gates');
    return given[HINTS] === false ? [...off, HINTS] : off;
  }

  /** A field, or the parameter that `<field>Param` names. */
  private param(op: Raw, field: string, params: Raw, at: readonly (string | number)[]): Raw {
    const name: string | undefined = op[`${field}Param`];
    if (name === undefined) return op[field];
    const value = params[name.replace(/^\$/, '')];
    if (value === undefined) this.refuse(`the workload has no parameter ${name}`, [...at, `${field}Param`]);
    return value;
  }

  private op(
    test: Raw,
    op: Raw,
    index: number,
    at: readonly (string | number)[],
    param: (field: string) => Raw,
  ): readonly PerfOp[] {
    const base = { index, at: this.placeOf(at) };
    const namespace: string = op.namespace ?? `namespace-${index}`;
    switch (op.opcode) {
      case 'createNodes':
        return [
          {
            ...base,
            ...this.create(op.nodeTemplatePath, at, 'nodeTemplatePath', NODE_BASE, this.labelled(op)),
            do: 'createNodes',
            count: Number(param('count') ?? 0),
            namespace: '',
          },
        ];
      case 'createNamespaces':
        return [
          {
            ...base,
            do: 'createNamespaces',
            count: Number(param('count') ?? 0),
            prefix: op.prefix,
            object: this.create(op.namespaceTemplatePath, at, 'namespaceTemplatePath', {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: {},
            }).object,
          },
        ];
      case 'createPods':
        return [this.createPods(test, op, namespace, base, at, param)];
      case 'createPodSets': {
        const count = Number(param('count') ?? 0);
        return Array.from({ length: count }, (_, n) =>
          this.createPods(
            test,
            op.createPodsOp ?? {},
            `${op.namespacePrefix}-${n}`,
            base,
            [...at, 'createPodsOp'],
            (field) => this.param(op.createPodsOp ?? {}, field, {}, at),
          ),
        );
      }
      case 'createAny':
      case 'updateAny':
        return [
          {
            ...base,
            ...this.create(op.templatePath, at, 'templatePath'),
            do: op.opcode,
            count: Number(param('count') ?? 1),
            namespace: op.namespace ?? '',
            perSecond: op.updatePerSecond,
          },
        ];
      case 'deletePods':
        return [
          {
            ...base,
            do: 'deletePods',
            namespace: op.namespace,
            labels: op.labelSelector ?? {},
            perSecond: op.deletePodsPerSecond,
            skipWait: op.skipWaitToCompletion === true,
          },
        ];
      case 'churn':
        return [this.churn(op, namespace, base, at)];
      case 'barrier':
        return [
          { ...base, do: 'barrier', namespaces: op.namespaces ?? [], attempted: op.stageRequirement === 'Attempted' },
        ];
      case 'sleep':
        return [{ ...base, do: 'sleep', forUs: this.duration(param('duration'), at) }];
      case 'allocResourceClaims':
        return [{ ...base, do: 'allocClaims', namespace }];
      case 'createResourceDriver':
        return [
          {
            ...base,
            do: 'createDriver',
            driver: String(op.driverName),
            nodes: String(op.nodes ?? '*'),
            devices: Number(param('maxClaimsPerNode') ?? 0),
          },
        ];
      case 'startCollectingMetrics':
        return [{ ...base, do: 'startMetrics', namespaces: op.namespaces ?? [] }];
      case 'stopCollectingMetrics':
        return [{ ...base, do: 'stopMetrics' }];
      default:
        return this.refuse(`opcode ${op.opcode} is not imported`, [...at, 'opcode']);
    }
  }

  private duration(text: Raw, at: readonly (string | number)[]): number {
    try {
      return parseDurationUs(String(text));
    } catch {
      return this.refuse(`${JSON.stringify(text)} is not a duration`, at);
    }
  }

  private createPods(
    test: Raw,
    op: Raw,
    namespace: string,
    base: { readonly index: number; readonly at: Place },
    at: readonly (string | number)[],
    param: (field: string) => Raw,
  ): CreateOp {
    const isSteady = String(param('steadyState') ?? 'false') === 'true';
    const path: string | undefined = op.podTemplatePath ?? test.defaultPodTemplatePath;
    const volume = op.persistentVolumeTemplatePath;
    const claim = op.persistentVolumeClaimTemplatePath;
    return {
      ...base,
      ...this.create(path, at, 'podTemplatePath', DEFAULT_POD),
      do: 'createPods',
      count: Number(param('count') ?? 0),
      namespace,
      measured: op.collectMetrics === true,
      skipWait: op.skipWaitToCompletion === true,
      steadyForUs: isSteady ? this.duration(param('duration'), at) : undefined,
      volume: volume === undefined ? undefined : this.create(volume, at, 'persistentVolumeTemplatePath').object,
      claim: claim === undefined ? undefined : this.create(claim, at, 'persistentVolumeClaimTemplatePath').object,
    };
  }

  private churn(
    op: Raw,
    namespace: string,
    base: { readonly index: number; readonly at: Place },
    at: readonly (string | number)[],
  ): ChurnOp {
    const paths: readonly string[] = op.templatePaths ?? [];
    return {
      ...base,
      do: 'churn',
      recreate: op.mode === 'recreate',
      number: Number(op.number ?? 0),
      everyUs: Number(op.intervalMilliseconds ?? 500) * 1000,
      namespace,
      objects: paths.map((path, n) => this.create(path, [...at, 'templatePaths', n], 'templatePaths').object),
    };
  }

  /** Labels that a strategy gives to nodes in turn. */
  private labelled(op: Raw): (object: KubeObject, index: number) => KubeObject {
    const { labelNodePrepareStrategy: inTurn, uniqueNodeLabelStrategy: unique } = op;
    return (object, index) => {
      const values: readonly string[] = inTurn?.labelValues ?? [];
      const labels = {
        ...object.metadata.labels,
        ...(values.length === 0 ? {} : { [inTurn.labelKey]: values[index % values.length] }),
        ...(unique === undefined ? {} : { [unique.labelKey]: String(index) }),
      };
      return { ...object, metadata: { ...object.metadata, labels } };
    };
  }

  /** Objects of a template by index. */
  private create(
    path: string | undefined,
    at: readonly (string | number)[],
    field: string,
    or?: KubeObject,
    change: (object: KubeObject, index: number) => KubeObject = (object) => object,
  ): { readonly object: (index: number, count: number) => KubeObject } {
    if (path === undefined) {
      if (or === undefined) this.refuse(`${field} is missing`, at);
      return { object: (index) => change(or as KubeObject, index) };
    }
    const text = this.read(joinPath(folderOf(this.file), path));
    const isDefault = /(^|\/)(node|pod)-default\.yaml$/.test(path);
    if (text === undefined) {
      // The two that nearly every test names are known.
      if (isDefault && or !== undefined) return { object: (index) => change(or, index) };
      const known = wellKnownTemplate(path);
      if (known !== undefined) {
        this.tell({
          severity: 'warning',
          code: 'well-known-template',
          message: `no file ${JSON.stringify(path)}: Orrery's own template of that name takes its place`,
          at: this.placeOf([...at, field]),
        });
        return { object: (index) => change(known, index) };
      }
      this.refuse(`no file ${JSON.stringify(path)}`, [...at, field]);
    }
    const made = (index: number, count: number) => this.objectOf(path, text as string, index, count, [...at, field]);
    const first = made(0, 1);
    const isFixed = !(text as string).includes('{{');
    return { object: (index, count) => change(isFixed ? first : made(index, count), index) };
  }

  private objectOf(
    path: string,
    text: string,
    index: number,
    count: number,
    at: readonly (string | number)[],
  ): KubeObject {
    try {
      const { documents, problems } = loadManifests(path, fillTemplate(text, index, count));
      const wrong = problems.find((p) => p.code !== 'no-name');
      if (documents.length > 0) return documents[0].object;
      return this.refuse(`${path}: ${wrong?.message ?? 'there is no object in it'}`, at);
    } catch (thrown) {
      if (!(thrown instanceof TemplateError)) throw thrown;
      return this.refuse(`${path}: ${thrown.message}`, at);
    }
  }

  private objects(path: string, at: readonly (string | number)[]): readonly KubeObject[] {
    const text = this.read(joinPath(folderOf(this.file), path));
    if (text === undefined) this.refuse(`no file ${JSON.stringify(path)}`, at);
    return loadManifests(path, text as string).documents.map((d) => d.object);
  }
}
