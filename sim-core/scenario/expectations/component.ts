import { labelSelectorMatches } from '../../api/machinery/selectors.ts';
import type {
  Component,
  ComponentId,
  Containers,
  HandlerId,
  HandlerSpec,
  IntSets,
  ObjId,
  PagedTable,
  TimeUs,
  Version,
  WorldContext,
} from '../../contracts/index.ts';
import { NodeState, SECOND_US, WHY } from '../../contracts/index.ts';
import type { World } from '../../engine/index.ts';
import type { ServiceTable } from '../../network/services.ts';
import type { PendingPods } from '../../scheduler/queue/queuedPod.ts';
import { nodeStateOf } from '../../trace/effects.ts';
import type { ExpectationSpec } from '../spec.ts';
import type { Truth } from '../truth.ts';
import { compileExpression, type Expression, type Reader, selectorLabels } from './expression.ts';

export type Verdict = 'waiting' | 'passed' | 'failed';

/** Where one expectation stands. */
export interface ExpectationState {
  readonly verdict: Verdict;
  /** When the verdict fell; -1 while waiting. */
  readonly atUs: TimeUs;
  /** Why it failed, or what it saw when it passed. */
  readonly detail: string;
  /** How often its expression was evaluated. */
  readonly evaluations: number;
}

const WAITING: ExpectationState = { verdict: 'waiting', atUs: -1, detail: '', evaluations: 0 };

/** Dependencies that are not objects. */
const ANY_POD = -1;
const ANY_NODE = -2;
const ANY_ENDPOINT = -3;
/** Objects that did not exist when they were read: any creation may be theirs. */
const MISSING = -3;

/**
 * Evaluates the expectations of the scenario: again only when an object that they read changed, after all events of that
 * instant, and at the ends of their windows. It takes no part in the run: its events are skippable and it records nothing.
 */
export class Expectations implements Component {
  readonly name = 'expectations';
  readonly specs: readonly ExpectationSpec[];
  private readonly truth: Truth;
  private readonly services: ServiceTable;
  /** Of all schedulers. */
  private readonly pendingPods: () => PendingPods;
  private readonly expressions: readonly Expression[];
  private states!: PagedTable<ExpectationState>;
  /** Object -> expectations that read it. */
  private readers!: IntSets;
  private evaluateHandler: HandlerId = 0;
  private endHandler: HandlerId = 0;

  constructor(specs: readonly ExpectationSpec[], truth: Truth, services: ServiceTable, pendingPods: () => PendingPods) {
    this.pendingPods = pendingPods;
    this.services = services;
    this.specs = specs;
    this.truth = truth;
    this.expressions = specs.map((spec) => compileExpression(spec.that));
    for (const expression of this.expressions)
      for (const [namespace, selector] of expression.podSelectors) truth.countPods(namespace, selectorLabels(selector));
    truth.listen((ctx, now, before, _deleted, resource) => this.changed(ctx, now, before === undefined, resource));
  }

  init(c: Containers, _id: ComponentId): void {
    this.states = c.table<ExpectationState>('states');
    this.readers = c.intSets('readers');
  }

  handlers(): readonly HandlerSpec[] {
    return [
      { name: 'expectations/evaluate', skippable: true, run: (ctx, i) => this.evaluate(ctx, i) },
      { name: 'expectations/end', skippable: true, run: (ctx, i) => this.end(ctx, i) },
    ];
  }

  registered(ids: readonly HandlerId[]): void {
    [this.evaluateHandler, this.endHandler] = ids;
  }

  start(ctx: WorldContext): void {
    this.specs.forEach((spec, i) => {
      this.states.put(i, WAITING);
      ctx.scheduleAt(spec.fromUs, this.evaluateHandler, i, 0, WHY.scenario);
      ctx.scheduleAt(spec.untilUs, this.endHandler, i, 0, WHY.scenario);
    });
  }

  crash(_ctx: WorldContext): void {}

  results(): readonly (ExpectationState & { readonly spec: ExpectationSpec })[] {
    return this.specs.map((spec, i) => ({ spec, ...(this.states.get(i) ?? WAITING) }));
  }

  /** True when every expectation has its verdict. */
  settled(): boolean {
    return this.specs.every((_, i) => (this.states.get(i) ?? WAITING).verdict !== 'waiting');
  }

  private changed(ctx: WorldContext, now: Version, created: boolean, resource: string): void {
    if (this.specs.length === 0) return;
    this.wake(ctx, now.obj);
    if (created) this.wake(ctx, MISSING);
    if (resource === 'pods') this.wake(ctx, ANY_POD);
    else if (resource === 'nodes') this.wake(ctx, ANY_NODE);
    else if (resource === 'endpointslices.discovery.k8s.io') this.wake(ctx, ANY_ENDPOINT);
  }

  private wake(ctx: WorldContext, dependency: number): void {
    for (const i of this.readers.members(dependency)) {
      const spec = this.specs[i];
      if (ctx.nowUs < spec.fromUs || ctx.nowUs > spec.untilUs || spec.mode === 'at') continue;
      if ((this.states.get(i) as ExpectationState).verdict === 'waiting')
        ctx.schedule(0, this.evaluateHandler, i, 0, WHY.none);
    }
  }

  private evaluate(ctx: WorldContext, i: number): void {
    const spec = this.specs[i];
    const state = this.states.get(i) as ExpectationState;
    if (state.verdict !== 'waiting' || spec.mode === 'at') return;
    this.readers.remove(MISSING, i);
    const outcome = this.expressions[i].evaluate(this.reader(ctx, i));
    const holds = 'value' in outcome && outcome.value;
    const next = { ...state, evaluations: state.evaluations + 1 };
    if (spec.mode === 'eventually' && holds)
      this.states.set(i, { ...next, verdict: 'passed', atUs: ctx.nowUs, detail: this.detail(ctx, i, outcome) });
    else if (spec.mode === 'always' && !holds)
      this.states.set(i, { ...next, verdict: 'failed', atUs: ctx.nowUs, detail: this.detail(ctx, i, outcome) });
    else if (spec.mode === 'never' && holds)
      this.states.set(i, { ...next, verdict: 'failed', atUs: ctx.nowUs, detail: this.detail(ctx, i, outcome) });
    else this.states.set(i, next);
  }

  private end(ctx: WorldContext, i: number): void {
    this.evaluate(ctx, i);
    const spec = this.specs[i];
    const state = this.states.get(i) as ExpectationState;
    if (state.verdict !== 'waiting') return;
    const outcome = this.expressions[i].evaluate(this.reader(ctx, i));
    const holds = 'value' in outcome && outcome.value;
    const passed = spec.mode === 'at' ? holds : spec.mode !== 'eventually';
    this.states.set(i, {
      ...state,
      verdict: passed ? 'passed' : 'failed',
      atUs: ctx.nowUs,
      detail: this.detail(ctx, i, outcome),
    });
  }

  private detail(ctx: WorldContext, i: number, outcome: { value: boolean } | { error: string }): string {
    const readings = this.expressions[i].readings(this.reader(ctx, i)).join(', ');
    return 'error' in outcome ? `${outcome.error}${readings === '' ? '' : ` (${readings})`}` : readings;
  }

  private podsPerNode(
    ctx: Pick<WorldContext, 'strings'>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly number[] {
    const counts = new Map(this.truth.list(ctx, 'nodes').map(({ object }) => [object.metadata.name, 0]));
    for (const { object } of this.truth.list(ctx, 'pods')) {
      if (namespace !== '' && object.metadata.namespace !== namespace) continue;
      if (!labelSelectorMatches({ matchLabels: labels }, object.metadata.labels)) continue;
      const before = counts.get(object.spec?.nodeName);
      if (before !== undefined) counts.set(object.spec.nodeName, before + 1);
    }
    return [...counts.values()].sort((a, b) => b - a);
  }

  /** For whoever looks from outside. */
  readerOf(world: World): Reader {
    return this.readerThat(() => {}, world);
  }

  private reader(ctx: WorldContext, i: number): Reader {
    return this.readerThat((dependency) => this.readers.add(dependency, i), ctx);
  }

  private readerThat(
    depend: (dependency: number) => void,
    ctx: Pick<WorldContext, 'objects' | 'strings' | 'nowUs'>,
  ): Reader {
    return {
      object: (resource, namespace, name) => {
        // Asking gives no object an id: expectations leave no trace in the run.
        const obj: ObjId | undefined = ctx.objects.find(resource, namespace, name);
        depend(obj ?? MISSING);
        return obj === undefined ? undefined : this.truth.get(obj);
      },
      podCounts: (namespace, selector) => {
        depend(ANY_POD);
        return { ...this.truth.podCounts(ctx, namespace, selectorLabels(selector)) };
      },
      podsPerNode: (namespace, selector) => {
        depend(ANY_POD);
        depend(ANY_NODE);
        return this.podsPerNode(ctx, namespace, selectorLabels(selector));
      },
      pendingPods: () => {
        depend(ANY_POD);
        return { ...this.pendingPods() };
      },
      nodeCounts: (selector) => {
        depend(ANY_NODE);
        return countNodes(this.truth.list(ctx, 'nodes'), selectorLabels(selector));
      },
      endpoints: (namespace, service) => {
        depend(ANY_ENDPOINT);
        return this.services.backends(namespace, service).length;
      },
      nowSeconds: ctx.nowUs / SECOND_US,
    };
  }
}

function countNodes(
  nodes: readonly Version[],
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, number>> {
  const counts = { total: 0, ready: 0, notReady: 0, cordoned: 0 };
  for (const { object } of nodes) {
    if (!labelSelectorMatches({ matchLabels: labels }, object.metadata.labels)) continue;
    const state = nodeStateOf(object);
    counts.total++;
    if ((state & NodeState.ready) !== 0) counts.ready++;
    else counts.notReady++;
    if ((state & NodeState.cordoned) !== 0) counts.cordoned++;
  }
  return counts;
}
