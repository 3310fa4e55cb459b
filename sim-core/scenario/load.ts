import { parseDurationUs } from '../api/machinery/duration.ts';
import { milliQuantityText, milliValue, quantityText, value as quantityValue } from '../api/machinery/quantity.ts';
import { parseTime } from '../api/machinery/time.ts';
import { type LoadedDocument, loadManifests, type Problem } from '../api/yaml/index.ts';
import type { KubeObject } from '../contracts/index.ts';
import { utf8Decode } from '../engine/bytes.ts';
import { checkFault } from '../faults/index.ts';
import { BUILD_PLUGINS } from '../scheduler/buildPlugins.ts';
import type { ExtenderScript } from '../scheduler/extenders/scripted.ts';
import type { UserExtender } from '../scheduler/extenders/userExtender.ts';
import type { UserPlugin } from '../scheduler/framework/userPlugins.ts';
import { checkEpoch, checkQuantity, checkSpec } from './checks.ts';
import { schedulerBase } from './controlPlane.ts';
import { compileExpression, ExpressionError, selectorLabels } from './expectations/expression.ts';
import { readFeatureGates } from './featureGates.ts';
import type { PlaceOfField } from './fieldPath.ts';
import { folderOf, joinPath, matchPaths } from './glob.ts';
import { inOrder, knownObjects, missingNamespaces } from './kinds.ts';
import { KubectlSyntaxError, parseKubectl } from './kubectl/command.ts';
import { checkEviction, checkStaticPods } from './kubeletChecks.ts';
import { DEFAULT_MACHINE, MACHINE_NAMES, machineResources } from './machines.ts';
import {
  checkExtenders,
  checkSchedulerConfiguration,
  schedulerConfigurations,
  withoutNulls,
} from './schedulerConfig.ts';
import { schemaProblems } from './schema/problems.ts';
import { SharedParts } from './sharedParts.ts';
import type {
  Bundle,
  ExpectationSpec,
  FailureProcess,
  GenerateSpec,
  LatencySpec,
  LoadedObject,
  NodePoolSpec,
  Place,
  Scenario,
  ScenarioProblem,
  ScenarioSpec,
  SchedulerSpec,
  TimelineEntry,
  WorkloadRule,
} from './spec.ts';
import { suggest } from './suggest.ts';

export interface LoadOptions {
  /** Values for `parameters`, from --set. */
  readonly set?: Readonly<Record<string, string>>;
  readonly seed?: string;
  readonly durationUs?: number;
  /** Files that a folder brought along: what is no manifest in them is told and left out, elsewhere it is an error. */
  readonly found?: ReadonlySet<string>;
  /** Scheduler plugins besides Kubernetes' own and those of the build. */
  readonly plugins?: readonly UserPlugin[];
  /** Extenders besides those that the scenario scripts. */
  readonly extenders?: readonly UserExtender[];
}

export interface LoadResult {
  /** Undefined when there are errors. */
  readonly scenario?: Scenario;
  readonly problems: readonly ScenarioProblem[];
}

// biome-ignore lint/suspicious/noExplicitAny: checked by the JSON Schema before
type Raw = Readonly<Record<string, any>>;

/** An object of a file, and where its fields are written. */
interface PlacedObject extends LoadedObject {
  readonly placeOf: PlaceOfField;
}

const DEFAULT_EPOCH = '2026-01-01T00:00:00Z';
const DEFAULT_DURATION_US = 600_000_000;
const DEFAULT_ZONES: readonly string[] = ['a', 'b', 'c'];
const DEFAULT_REGION = 'region-1';

/** Reads a scenario file with everything that it names. */
export function loadScenario(bundle: Bundle, options: LoadOptions = {}): LoadResult {
  return new Loader(bundle, options).load();
}

/** A default cluster for plain manifests: what `orrery run FILE...` starts when no file is a scenario. */
export function defaultScenario(bundle: Bundle, files: readonly string[], options: LoadOptions = {}): LoadResult {
  return new Loader(bundle, options).loadPlain(files);
}

/** True for the text of a scenario file: it says so in its first lines. */
export function isScenarioText(text: string): boolean {
  return /^apiVersion:\s*orrery\.dev\//m.test(text) && /^kind:\s*Scenario\s*$/m.test(text);
}

class Loader {
  private readonly bundle: Bundle;
  private readonly options: LoadOptions;
  private readonly problems: ScenarioProblem[] = [];
  private parameters: Readonly<Record<string, string>> = {};
  private readonly shared = new SharedParts();

  constructor(bundle: Bundle, options: LoadOptions) {
    this.bundle = bundle;
    this.options = options;
  }

  load(): LoadResult {
    const text = this.textOf(this.bundle.entry, { file: this.bundle.entry, line: 1, col: 1 });
    if (text === undefined) return { problems: this.problems };
    const first = this.parse(this.bundle.entry, text);
    if (first === undefined) return { problems: this.problems };
    this.parameters = this.readParameters(first);
    const document =
      Object.keys(this.parameters).length === 0 ? first : this.parse(this.bundle.entry, this.substitute(text, first));
    if (document === undefined) return { problems: this.problems };
    this.problems.push(...schemaProblems(document));
    if (this.failed()) return { problems: this.problems };
    const scenario = this.build(document);
    return this.failed() ? { problems: this.problems } : { scenario, problems: this.problems };
  }

  loadPlain(files: readonly string[]): LoadResult {
    const place: Place = { file: files[0] ?? '', line: 1, col: 1 };
    const placed = files.flatMap((file) => this.placedObjectsOf(file));
    const configurations = schedulerConfigurations(placed.filter((o) => o.object.kind !== 'ConfigMap'));
    for (const found of configurations) this.checkScheduler(found, []);
    const given = this.known(
      placed.filter((o) => o.object.kind !== 'KubeSchedulerConfiguration').map(({ object, at }) => ({ object, at })),
    );
    const missing = missingNamespaces(given, place);
    if (missing.length > 0)
      this.problems.push({
        severity: 'warning',
        code: 'missing-namespace',
        message: `created as well: ${missing.map((m) => `namespace ${m.object.metadata.name}`).join(', ')}`,
        hint: 'the manifests name it and do not hold it',
        at: place,
      });
    const manifests = inOrder([...missing, ...given]);
    if (this.failed()) return { problems: this.problems };
    const spec = withSchedulers(this.spec({}, place), configurations);
    const scenario: Scenario = {
      name: files.length === 1 ? baseName(files[0]) : 'manifests',
      description: '',
      spec,
      manifests,
      initialState: [],
      generate: [],
    };
    return { scenario, problems: this.problems };
  }

  private known(objects: readonly LoadedObject[], alsoDefined: readonly LoadedObject[] = []): readonly LoadedObject[] {
    const { known, problems } = knownObjects(objects, alsoDefined);
    this.problems.push(...problems);
    return known;
  }

  private failed(): boolean {
    return this.problems.some((p) => p.severity === 'error');
  }

  private error(code: string, message: string, at: Place, hint?: string): void {
    this.problems.push({ severity: 'error', code, message, hint, at });
  }

  private textOf(path: string, at: Place): string | undefined {
    const bytes = this.bundle.files.get(path);
    if (bytes === undefined) {
      const near = suggest(path, [...this.bundle.files.keys()]);
      this.error(
        'file-not-found',
        `no file ${JSON.stringify(path)}`,
        at,
        near === undefined ? undefined : `did you mean ${near}?`,
      );
      return undefined;
    }
    return utf8Decode(bytes);
  }

  /** The only document of a scenario file. */
  private parse(file: string, text: string): LoadedDocument | undefined {
    const { documents, problems } = loadManifests(file, text);
    this.addProblems(problems, 'error');
    const scenarios = documents.filter((d) => d.object.kind === 'Scenario');
    if (scenarios.length === 1) return scenarios[0];
    if (!this.failed())
      this.error(
        'not-a-scenario',
        scenarios.length === 0 ? 'there is no document of kind Scenario' : 'there is more than one Scenario',
        { file, line: 1, col: 1 },
        'a scenario begins with: apiVersion: orrery.dev/v1alpha1, kind: Scenario',
      );
    return undefined;
  }

  private addProblems(problems: readonly Problem[], severity: 'error' | 'warning'): void {
    for (const [i, p] of problems.entries()) {
      // One slip in the indentation gives several findings at its place; the first says what it is.
      const before = problems[i - 1];
      if (before !== undefined && before.code === p.code && before.line === p.line && before.col === p.col) continue;
      this.problems.push({
        severity,
        code: p.code,
        message: p.message,
        hint: p.hint,
        at: { file: p.file, line: p.line, col: p.col },
      });
    }
  }

  private readParameters(document: LoadedDocument): Readonly<Record<string, string>> {
    const own = ((document.object as unknown as Raw)['spec']?.['parameters'] ?? {}) as Raw;
    const values: Record<string, string> = {};
    for (const key of Object.keys(own)) values[key] = String(own[key]);
    for (const [key, value] of Object.entries(this.options.set ?? {})) {
      if (!Object.hasOwn(values, key)) {
        const near = suggest(key, Object.keys(values));
        this.error(
          'unknown-parameter',
          `--set ${key}: the scenario has no parameter of this name`,
          document.positionOf(['spec']),
          near === undefined ? `there are: ${Object.keys(values).join(', ') || 'none'}` : `did you mean ${near}?`,
        );
      }
      values[key] = value;
    }
    return values;
  }

  private substitute(text: string, document: LoadedDocument | undefined): string {
    return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string, offset: number) => {
      if (Object.hasOwn(this.parameters, name)) return this.parameters[name];
      if (document !== undefined)
        this.error(
          'unknown-parameter',
          `\${${name}}: the scenario has no parameter of this name`,
          placeAt(document.file, text, offset),
          `there are: ${Object.keys(this.parameters).join(', ')}`,
        );
      return whole;
    });
  }

  /** Objects of a file or a glob, relative to the scenario. */
  private objects(pattern: string, at: Place): readonly LoadedObject[] {
    return this.placedObjects(pattern, at).map(({ object, at: place }) => ({ object, at: place }));
  }

  private placedObjects(pattern: string, at: Place): readonly PlacedObject[] {
    const path = joinPath(folderOf(this.bundle.entry), pattern);
    const paths = matchPaths(path, this.bundle.files.keys());
    if (paths.length === 0) {
      const near = suggest(path, [...this.bundle.files.keys()]);
      const hint = near === undefined ? undefined : `did you mean ${near}?`;
      this.error('file-not-found', `no file matches ${JSON.stringify(pattern)}`, at, hint);
      return [];
    }
    return paths.flatMap((file) => this.placedObjectsOf(file));
  }

  private placedObjectsOf(file: string): readonly PlacedObject[] {
    const text = this.substitute(utf8Decode(this.bundle.files.get(file) as Uint8Array), undefined);
    const { documents, problems } = loadManifests(file, text);
    this.addProblems(problems, this.options.found?.has(file) === true ? 'warning' : 'error');
    return documents.map((d) => ({
      object: this.shared.of(d.object),
      at: place(d),
      placeOf: (path) => d.positionOf(path),
    }));
  }

  /** A configuration that stands inline or in a file of its own. */
  private configurationWithPlace(
    given: unknown,
    kind: string,
    at: PlaceOfField,
  ): { readonly object: KubeObject; readonly placeOf: PlaceOfField } | undefined {
    if (given === undefined) return undefined;
    if (typeof given !== 'string') return { object: withoutNulls(given as KubeObject), placeOf: at };
    const found = this.placedObjects(given, at([]));
    const fitting =
      kind === 'KubeSchedulerConfiguration'
        ? schedulerConfigurations(found)
        : found.filter((o) => o.object.kind === kind);
    const [loaded] = fitting;
    if (fitting.length > 1)
      this.problems.push({
        severity: 'warning',
        code: 'many-configurations',
        message: `${given} holds ${fitting.length} of kind ${kind}; the first is used`,
        at: at([]),
      });
    if (loaded === undefined && found.length > 0)
      this.error(
        'wrong-kind',
        `${given} holds ${found.map((f) => f.object.kind ?? 'nothing').join(', ')}, not a ${kind}`,
        at([]),
      );
    return loaded;
  }

  private scheduler(raw: Raw, at: PlaceOfField): SchedulerSpec {
    const replicas: number = raw['replicas'] ?? 1;
    const found = this.configurationWithPlace(raw['config'], 'KubeSchedulerConfiguration', (path) =>
      at(['config', ...path]),
    );
    const extenders: readonly ExtenderScript[] = raw['extenders'] ?? [];
    this.problems.push(...checkExtenders(extenders, (path) => at(['extenders', ...path])));
    if (found === undefined) return { replicas, extenders };
    this.checkScheduler(found, extenders);
    return { replicas, configuration: found.object, extenders };
  }

  private checkScheduler(
    found: { readonly object: KubeObject; readonly placeOf: PlaceOfField },
    extenders: readonly ExtenderScript[],
  ): void {
    const plugins = [...BUILD_PLUGINS, ...(this.options.plugins ?? [])];
    const answered = [...extenders, ...(this.options.extenders ?? []).map((e) => e.definition)].map((e) => e.urlPrefix);
    this.problems.push(...checkSchedulerConfiguration(found.object, plugins, answered, found.placeOf));
  }

  private build(document: LoadedDocument): Scenario {
    const root = document.object as unknown as Raw;
    const raw = (root['spec'] ?? {}) as Raw;
    const at = (...path: (string | number)[]): Place => document.positionOf(['spec', ...path]);
    const list = (key: string): readonly string[] => raw[key] ?? [];
    const spec = this.spec(raw, document.positionOf([]), at);
    if (!this.failed()) this.problems.push(...checkSpec(spec, at));
    const initialState = list('initialState').flatMap((pattern, i) => this.objects(pattern, at('initialState', i)));
    return {
      name: root['metadata']?.['name'] ?? baseName(this.bundle.entry),
      description: raw['description'] ?? '',
      spec,
      manifests: inOrder(
        this.known(
          list('manifests').flatMap((pattern, i) => this.objects(pattern, at('manifests', i))),
          initialState,
        ),
      ),
      initialState,
      generate: ((raw['generate'] ?? []) as readonly Raw[]).flatMap((g, i) => this.generate(g, at('generate', i))),
    };
  }

  private featureGates(raw: Raw, at: (...path: (string | number)[]) => Place): readonly string[] | undefined {
    const { off, problems } = readFeatureGates(raw, (name) => at('controlPlane', 'featureGates', name));
    this.problems.push(...problems);
    return off.length === 0 ? undefined : off;
  }

  private spec(raw: Raw, place: Place, at: (...path: (string | number)[]) => Place = () => place): ScenarioSpec {
    const nodePools = this.nodePools(raw['nodePools'], at);
    const control = (raw['controlPlane'] ?? {}) as Raw;
    const zones = [...new Set(nodePools.flatMap((p) => p.zones))];
    const durationUs = this.options.durationUs ?? this.duration(raw['duration'], DEFAULT_DURATION_US);
    const manager = (control['controllerManager'] ?? {}) as Raw;
    const flags = Object.fromEntries(Object.entries((manager['flags'] ?? {}) as Raw).map(([k, v]) => [k, String(v)]));
    const epoch: string = raw['epoch'] ?? DEFAULT_EPOCH;
    const wrongEpoch = checkEpoch(epoch, at('epoch'));
    if (wrongEpoch !== undefined) this.problems.push(wrongEpoch);
    return {
      seed: this.options.seed ?? String(raw['seed'] ?? '1'),
      epochSeconds: parseTime(wrongEpoch === undefined ? epoch : DEFAULT_EPOCH).seconds,
      durationUs,
      controlPlane: {
        etcd: { members: control['etcd']?.['members'] ?? 1 },
        apiServers: control['apiServers'] ?? 1,
        controllerManagers: manager['replicas'] ?? control['controllerManagers'] ?? 1,
        controllerManagerFlags: flags,
        schedulers: ((control['schedulers'] ?? [{}]) as readonly Raw[]).map((s, i) =>
          this.scheduler(s, (path) => at('controlPlane', 'schedulers', i, ...path)),
        ),
        disabledFeatures: this.featureGates((control['featureGates'] ?? {}) as Raw, at),
        zones: control['zones'] ?? (zones.length > 0 ? zones : DEFAULT_ZONES),
      },
      network: {
        sameZone: this.latency(raw['network']?.['sameZone']),
        crossZone: this.latency(raw['network']?.['crossZone']),
      },
      nodePools,
      parameters: this.parameters,
      workloads: ((raw['workloads'] ?? []) as readonly Raw[]).map(workloadRule),
      timeline: ((raw['timeline'] ?? []) as readonly Raw[]).flatMap((e, i) =>
        this.timelineEntry(e, at('timeline', i), (k) => at('timeline', i, k)),
      ),
      failures: ((raw['failures'] ?? []) as readonly Raw[]).map((f, i) =>
        this.failure(f, durationUs, at('failures', i)),
      ),
      expect: ((raw['expect'] ?? []) as readonly Raw[]).map((e, i) =>
        this.expectation(e, this.duration(raw['duration'], durationUs), (k) => at('expect', i, k)),
      ),
    };
  }

  private duration(text: unknown, or: number): number {
    return text === undefined ? or : parseDurationUs(String(text));
  }

  private latency(raw: Raw | undefined): { p50Us: number; p99Us: number } | undefined {
    if (raw === undefined) return undefined;
    const p50Us = this.duration(raw['p50'], 0);
    return { p50Us, p99Us: Math.max(p50Us, this.duration(raw['p99'], p50Us * 2)) };
  }

  private nodePools(
    raw: readonly Raw[] | undefined,
    at: (...path: (string | number)[]) => Place,
  ): readonly NodePoolSpec[] {
    const pools = raw ?? [{ name: 'default', count: 6 }];
    const seen = new Set<string>();
    return pools.map((pool, i) => {
      if (seen.has(pool['name']))
        this.error('duplicate-name', `two node pools are called ${pool['name']}`, at('nodePools', i, 'name'));
      seen.add(pool['name']);
      return this.nodePool(pool, i, at);
    });
  }

  private nodePool(pool: Raw, i: number, at: (...path: (string | number)[]) => Place): NodePoolSpec {
    const machine: string = pool['machine'] ?? DEFAULT_MACHINE;
    const resources = machineResources(machine);
    if (resources === undefined) {
      const near = suggest(machine, MACHINE_NAMES);
      this.error(
        'unknown-machine',
        `unknown machine type ${JSON.stringify(machine)}`,
        at('nodePools', i, 'machine'),
        near === undefined ? `known are: ${MACHINE_NAMES.join(', ')}` : `did you mean ${near}?`,
      );
    }
    for (const field of ['capacity', 'reserved'])
      for (const [name, amount] of Object.entries(texts(pool[field]))) {
        const wrong = checkQuantity(field, name, amount, at('nodePools', i, field, name));
        if (wrong !== undefined) this.problems.push(wrong);
      }
    if (this.failed()) return BROKEN_POOL;
    const capacity = { ...resources?.capacity, ...texts(pool['capacity']) };
    const allocatable =
      pool['capacity'] === undefined && pool['reserved'] === undefined
        ? (resources?.allocatable ?? capacity)
        : minus(capacity, texts(pool['reserved']));
    const stages: readonly string[] | undefined = pool['stages'];
    return {
      name: pool['name'],
      count: pool['count'],
      zones: pool['zones'] ?? DEFAULT_ZONES,
      region: pool['region'] ?? DEFAULT_REGION,
      machine,
      capacity,
      allocatable,
      labels: pool['labels'] ?? {},
      annotations: pool['annotations'] ?? {},
      taints: pool['taints'] ?? [],
      kubelet: this.kubelet(pool, (path) => at('nodePools', i, 'kubelet', ...path)),
      ...(pool['staticPods'] === undefined ? {} : { staticPods: this.staticPods(pool, i, at) }),
      stages: stages?.flatMap((file, k) => this.objects(file, at('nodePools', i, 'stages', k)).map((o) => o.object)),
    };
  }

  private staticPods(pool: Raw, i: number, at: (...path: (string | number)[]) => Place): readonly KubeObject[] {
    if (pool['stages'] !== undefined)
      this.error(
        'bad-static-pod',
        'a pool with stages has no kubelets to run static pods',
        at('nodePools', i, 'staticPods'),
      );
    const found = (pool['staticPods'] as readonly string[]).flatMap((file, k) =>
      this.placedObjects(file, at('nodePools', i, 'staticPods', k)),
    );
    this.problems.push(...checkStaticPods(found));
    return found.map((o) => o.object);
  }

  private kubelet(pool: Raw, at: PlaceOfField): KubeObject | undefined {
    const found = this.configurationWithPlace(pool['kubelet'], 'KubeletConfiguration', at);
    if (found !== undefined) this.problems.push(...checkEviction(found.object, found.placeOf));
    return found?.object;
  }

  private generate(raw: Raw, at: Place): readonly GenerateSpec[] {
    const templates =
      typeof raw['template'] === 'string'
        ? this.objects(raw['template'], at).map((o) => o.object)
        : [raw['template'] as KubeObject];
    const count = Number(raw['count']);
    if (!Number.isInteger(count) || count < 0 || count > 5_000_000)
      this.error('bad-count', `count must be a whole number up to 5,000,000, not ${raw['count']}`, at);
    for (const template of templates)
      if (template.kind === undefined || template.apiVersion === undefined || template.metadata === undefined)
        this.error('bad-template', 'a template needs apiVersion, kind and metadata', at);
    return templates.map((template) => ({ template, count, at, asInitialState: raw['initialState'] ?? false }));
  }

  private timelineEntry(raw: Raw, at: Place, place: (key: string) => Place): readonly TimelineEntry[] {
    const atUs = this.duration(raw['at'], 0);
    const entries: TimelineEntry[] = [];
    if (raw['fault'] !== undefined) {
      const { kind, for: lasts, ...params } = raw['fault'] as Raw;
      const wrong = checkFault(kind, params, 'timeline');
      if (wrong !== undefined) this.error('bad-fault', wrong, place('fault'));
      entries.push({
        atUs,
        at: place('fault'),
        action: { do: 'fault', kind, params, forUs: lasts === undefined ? undefined : this.duration(lasts, 0) },
      });
    }
    if (raw['kubectl'] !== undefined) entries.push(...this.kubectl(atUs, raw['kubectl'], place('kubectl')));
    if (raw['note'] !== undefined) entries.push({ atUs, at: place('note'), action: { do: 'note', text: raw['note'] } });
    if (raw['reseed'] !== undefined)
      entries.push({ atUs, at: place('reseed'), action: { do: 'reseed', seed: String(raw['reseed']) } });
    if (raw['scheduler'] !== undefined)
      entries.push(...this.schedulerChange(atUs, raw['scheduler'], place('scheduler')));
    if (raw['scale'] !== undefined) {
      const { nodePool, count, remove = [], boot } = raw['scale'] as Raw;
      const times = boot === undefined ? {} : { boot: this.bootTimes(boot) };
      entries.push({ atUs, at: place('scale'), action: { do: 'scale', nodePool, count, remove, ...times } });
    }
    if (entries.length === 0 && raw['kubectl'] === undefined && raw['scheduler'] === undefined)
      this.error('empty-entry', 'a timeline entry needs one of fault, kubectl, note, reseed, scale, scheduler', at);
    return entries;
  }

  /** A plain duration is a constant. */
  private bootTimes(raw: Raw | string): LatencySpec {
    if (typeof raw !== 'string') return this.latency(raw) as LatencySpec;
    const us = this.duration(raw, 0);
    return { p50Us: us, p99Us: us };
  }

  private schedulerChange(atUs: number, raw: Raw, at: Place): readonly TimelineEntry[] {
    const scheduler: string = raw['name'] ?? schedulerBase(0);
    const { configuration } = this.scheduler({ config: raw['config'] }, () => at);
    if (configuration === undefined) return [];
    return [{ atUs, at, action: { do: 'scheduler', scheduler, configuration } }];
  }

  private kubectl(atUs: number, command: string, at: Place): readonly TimelineEntry[] {
    try {
      const parsed = parseKubectl(command);
      const files = parsed.files.flatMap((file) => this.objects(file, at)).map((o) => o.object);
      return [{ atUs, at, action: { do: 'kubectl', command, files } }];
    } catch (error) {
      if (!(error instanceof KubectlSyntaxError)) throw error;
      this.error('bad-command', `kubectl ${command}: ${error.message}`, at, error.hint);
      return [];
    }
  }

  private failure(raw: Raw, durationUs: number, at: Place): FailureProcess {
    const { kind, mtbf, mttr, from, until, for: _for, ...params } = raw;
    const wrong = checkFault(kind, params);
    if (wrong !== undefined) this.error('bad-fault', wrong, at);
    return {
      kind,
      params,
      mtbfUs: this.duration(mtbf, 0),
      mttrUs: this.duration(mttr, 0),
      fromUs: this.duration(from, 0),
      untilUs: this.duration(until, durationUs),
    };
  }

  private expectation(raw: Raw, durationUs: number, at: (key: string) => Place): ExpectationSpec {
    try {
      for (const [, selector] of compileExpression(raw['that']).podSelectors) selectorLabels(selector);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.error('bad-expression', `${raw['that']}: ${error.message}`, at('that'));
    }
    const modes = ['eventually', 'always', 'never', 'at'].filter((m) => raw[m] !== undefined && raw[m] !== false);
    if (modes.length > 1)
      this.error(
        'two-modes',
        `an expectation is one of eventually, always, never, at; this one is ${modes.join(' and ')}`,
        at(modes[1]),
      );
    const base = { name: raw['name'] as string, that: raw['that'] as string, at: at('name') };
    const window = this.window(raw, durationUs);
    if (window.fromUs > durationUs)
      this.error('after-the-end', `the window of ${JSON.stringify(raw['name'])} begins after the run`, at('name'));
    else if (window.untilUs > durationUs)
      this.problems.push({
        severity: 'warning',
        code: 'after-the-end',
        message: `the window of ${JSON.stringify(raw['name'])} ends after the run`,
        at: at('name'),
      });
    return { ...base, ...window, untilUs: Math.min(window.untilUs, durationUs) };
  }

  /** When an expectation counts; `always` and `never` from the start to the end unless they say otherwise. */
  private window(raw: Raw, durationUs: number): Pick<ExpectationSpec, 'mode' | 'fromUs' | 'untilUs'> {
    if (raw['at'] !== undefined) {
      const atUs = this.duration(raw['at'], 0);
      return { mode: 'at', fromUs: atUs, untilUs: atUs };
    }
    const fromUs = this.duration(raw['from'], 0);
    const untilUs = this.duration(raw['until'], durationUs);
    if (raw['always'] === true) return { mode: 'always', fromUs, untilUs };
    if (raw['never'] === true) return { mode: 'never', fromUs, untilUs };
    const after = this.duration(raw['eventually']?.['after'], fromUs);
    const within = this.duration(raw['eventually']?.['within'], Math.max(0, untilUs - after));
    return { mode: 'eventually', fromUs: after, untilUs: after + within };
  }
}

/** Configurations among plain manifests: each is a scheduler; pods that name none have the default one. */
function withSchedulers(spec: ScenarioSpec, configurations: readonly { readonly object: KubeObject }[]): ScenarioSpec {
  if (configurations.length === 0) return spec;
  interface Profiles {
    readonly profiles?: readonly { readonly schedulerName?: string }[];
  }
  const isDefault = ({ object }: { readonly object: KubeObject }) =>
    ((object as Profiles).profiles ?? [{}]).some((p) => (p.schedulerName ?? DEFAULT_SCHEDULER) === DEFAULT_SCHEDULER);
  const schedulers = [
    ...(configurations.some(isDefault) ? [] : [{ replicas: 1 }]),
    ...configurations.map(({ object }) => ({ replicas: 1, configuration: object })),
  ];
  return { ...spec, controlPlane: { ...spec.controlPlane, schedulers } };
}

const DEFAULT_SCHEDULER = 'default-scheduler';

/** Stands for a pool that cannot be used; the scenario is refused. */
const BROKEN_POOL: NodePoolSpec = {
  name: '',
  count: 0,
  zones: [],
  region: '',
  machine: '',
  capacity: {},
  allocatable: {},
  labels: {},
  annotations: {},
  taints: [],
};

function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, col: before[before.length - 1].length + 1 };
}

function place(document: LoadedDocument): Place {
  return { file: document.file, line: document.line, col: document.col };
}

function workloadRule(raw: Raw): WorkloadRule {
  const { match = {}, namespace, container, image, ...behaviour } = raw;
  return { match, namespace, container, image, behaviour };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.(ya?ml|json)$/, '');
}

function texts(raw: Raw | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(raw ?? {}).map(([k, v]) => [k, String(v)]));
}

function minus(
  capacity: Readonly<Record<string, string>>,
  reserved: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const rest: Record<string, string> = { ...capacity };
  for (const [name, amount] of Object.entries(reserved)) {
    if (rest[name] === undefined) continue;
    rest[name] =
      name === 'cpu'
        ? milliQuantityText(milliValue(rest[name]) - milliValue(amount))
        : quantityText(quantityValue(rest[name]) - quantityValue(amount));
  }
  return rest;
}
