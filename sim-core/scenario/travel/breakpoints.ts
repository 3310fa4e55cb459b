import { labelSelectorMatches } from '../../api/machinery/selectors.ts';
import { keyOf } from '../../apiserver/keys.ts';
import type { KubeObject, ObjId, TimeUs, Version } from '../../contracts/index.ts';
import { RecordKind } from '../../contracts/index.ts';
import type { World } from '../../engine/index.ts';
import { decodeRecord, type TraceRecord } from '../../trace/view.ts';
import type { Cluster } from '../build.ts';
import { compileExpression, compileObjectExpression, type Expression } from '../expectations/expression.ts';

/**
 * Where a run is to stop: before the event that makes it true, so that its cause can be looked at.
 *
 * - `condition`: a CEL expression over the cluster, as in expectations, becomes true.
 * - `object`: an object that matches is written, and `when` (CEL over `object`; a deleted one has `deleted` set) becomes
 *   true for it; without `when` every write counts.
 * - `failedScheduling`: an attempt finds no node, with `reason` in its message.
 * - `violation`: a checker finds an invariant broken. Needs a cluster with checkers.
 * - `leaderChange`: somebody wins an election: `etcd` by default, or `kube-scheduler`, ...
 * - `crash`: a component, a node or a zone is broken by a fault; `target` must be in its description.
 */
export type BreakpointSpec =
  | { readonly on: 'condition'; readonly expression: string }
  | {
      readonly on: 'object';
      readonly resource: string;
      readonly namespace?: string;
      readonly name?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly when?: string;
    }
  | { readonly on: 'failedScheduling'; readonly reason?: string }
  | { readonly on: 'violation'; readonly checker?: string }
  | { readonly on: 'leaderChange'; readonly election?: string }
  | { readonly on: 'crash'; readonly target?: string };

/** Why and where a run stopped. The world stands before the event. */
export interface BreakpointHit {
  readonly breakpoint: number;
  readonly spec: BreakpointSpec;
  /** The event that makes it true, and its time: one more than those that ran. */
  readonly eventNumber: number;
  readonly timeUs: TimeUs;
  /** `component/handler` of the event. */
  readonly handler: string;
  /** The record that it will make, or -1. */
  readonly record: number;
  /** What was seen, for people: the message, the object, the readings of the expression. */
  readonly detail: string;
}

interface Sight {
  readonly record: number;
  readonly detail: string;
}

/** Looks at a world after each event. */
interface Watcher {
  /** The world jumped: what holds now does not count as becoming true. */
  reset(): void;
  /** `from` = records that were there before the event. */
  look(from: number): Sight | undefined;
}

/** The breakpoints of a session that are switched on. */
export class Breakpoints {
  private readonly specs = new Map<number, BreakpointSpec>();
  private watchers: { readonly id: number; readonly watcher: Watcher }[] = [];
  private cluster: Cluster | undefined;
  private nextId = 1;

  /** Throws ExpressionError when an expression cannot be compiled. */
  add(spec: BreakpointSpec): number {
    check(spec);
    const id = this.nextId++;
    this.specs.set(id, spec);
    this.cluster = undefined;
    return id;
  }

  remove(id: number): boolean {
    this.cluster = undefined;
    return this.specs.delete(id);
  }

  list(): readonly { readonly id: number; readonly spec: BreakpointSpec }[] {
    return Array.from(this.specs, ([id, spec]) => ({ id, spec }));
  }

  get active(): boolean {
    return this.specs.size > 0;
  }

  /** Before a run over a cluster goes on from where it stands. */
  arm(cluster: Cluster): void {
    if (this.cluster !== cluster) {
      this.cluster = cluster;
      this.watchers = Array.from(this.specs, ([id, spec]) => ({ id, watcher: watcherOf(cluster, spec) }));
    }
    for (const { watcher } of this.watchers) watcher.reset();
  }

  /** After an event: the first breakpoint that it makes true. `from` = records that were there before it. */
  look(from: number): BreakpointHit | undefined {
    const { world } = this.cluster as Cluster;
    let hit: BreakpointHit | undefined;
    for (const { id, watcher } of this.watchers) {
      const sight = watcher.look(from);
      if (sight === undefined || hit !== undefined) continue;
      const spec = this.specs.get(id) as BreakpointSpec;
      const { component, handler } = world.handlerName(world.lastHandler);
      hit = {
        breakpoint: id,
        spec,
        eventNumber: world.eventsRun,
        timeUs: world.nowUs,
        handler: `${component}/${handler}`,
        ...sight,
      };
    }
    return hit;
  }
}

function check(spec: BreakpointSpec): void {
  if (spec.on === 'condition') compileExpression(spec.expression);
  else if (spec.on === 'object' && spec.when !== undefined) compileObjectExpression(spec.when);
}

function watcherOf(cluster: Cluster, spec: BreakpointSpec): Watcher {
  switch (spec.on) {
    case 'condition':
      return new ConditionWatcher(cluster, spec.expression);
    case 'object':
      return new ObjectWatcher(cluster, spec);
    case 'violation':
      return violations(cluster, spec.checker);
    case 'failedScheduling':
      return onRecord(cluster, RecordKind.decisionFailed, (record, { strings }) => {
        const message = strings.text(record.a);
        return message.includes(spec.reason ?? '') ? message : undefined;
      });
    case 'leaderChange':
      return onRecord(cluster, RecordKind.leader, (record, { strings }) => {
        const [election, leader] = [strings.text(record.a), strings.text(record.b)];
        return election === (spec.election ?? 'etcd') && leader !== '' ? `${leader} leads ${election}` : undefined;
      });
    case 'crash':
      return onRecord(cluster, RecordKind.fault, (record, { strings }) => {
        if (record.b !== 1) return undefined;
        const text = `${strings.text(record.a)} ${strings.text(record.hash)}`;
        return CRASHES.has(strings.text(record.a)) && text.includes(spec.target ?? '') ? text : undefined;
      });
  }
}

/** Kinds of faults that end a process or take power away. */
const CRASHES: ReadonlySet<string> = new Set([
  'ComponentCrash',
  'EtcdMemberCrash',
  'NodeCrash',
  'NodeReboot',
  'KubeletStop',
  'ZoneOutage',
]);

/** The records that the last event made. */
function* recordsSince(world: World, from: number): Iterable<TraceRecord> {
  for (let id = from; id < world.trace.count; id++) {
    const place = world.trace.at(id);
    if (place !== undefined) yield decodeRecord(place.bytes, place.offset, id);
  }
}

function onRecord(
  { world }: Cluster,
  kind: RecordKind,
  detail: (record: TraceRecord, world: World) => string | undefined,
): Watcher {
  return {
    reset: () => {},
    look: (from) => {
      for (const record of recordsSince(world, from)) {
        if (record.kind !== kind) continue;
        const text = detail(record, world);
        if (text !== undefined) return { record: record.id, detail: text };
      }
      return undefined;
    },
  };
}

function violations({ checkers }: Cluster, name: string | undefined): Watcher {
  const matching = () =>
    checkers?.results().findings.filter((f) => name === undefined || f.name === name || f.checker === name) ?? [];
  let seen = 0;
  let total = 0;
  return {
    reset: () => {
      total = checkers?.found ?? 0;
      seen = matching().length;
    },
    look: () => {
      if ((checkers?.found ?? 0) === total) return undefined;
      total = checkers?.found ?? 0;
      const found = matching();
      const fresh = found[seen];
      seen = found.length;
      return fresh && { record: -1, detail: `${fresh.checker} ${fresh.name}: ${fresh.object}: ${fresh.message}` };
    },
  };
}

/** Evaluated after events that wrote something: nothing else changes what an expression reads, but the clock. */
class ConditionWatcher implements Watcher {
  private readonly cluster: Cluster;
  private readonly expression: Expression;
  private held = false;

  constructor(cluster: Cluster, text: string) {
    this.cluster = cluster;
    this.expression = compileExpression(text);
  }

  reset(): void {
    this.held = this.holds();
  }

  look(from: number): Sight | undefined {
    let record = -1;
    for (const r of recordsSince(this.cluster.world, from)) if (r.kind === RecordKind.write) record = r.id;
    if (record < 0) return undefined;
    const holds = this.holds();
    const became = holds && !this.held;
    this.held = holds;
    if (!became) return undefined;
    return {
      record,
      detail: this.expression.readings(this.cluster.expectations.readerOf(this.cluster.world)).join(', '),
    };
  }

  private holds(): boolean {
    const { expectations, world } = this.cluster;
    const outcome = this.expression.evaluate(expectations.readerOf(world));
    return 'value' in outcome && outcome.value;
  }
}

type ObjectSpec = BreakpointSpec & { readonly on: 'object' };

class ObjectWatcher implements Watcher {
  private readonly cluster: Cluster;
  private readonly spec: ObjectSpec;
  private readonly when: ((object: KubeObject, deleted: boolean) => boolean) | undefined;

  constructor(cluster: Cluster, spec: ObjectSpec) {
    this.cluster = cluster;
    this.spec = spec;
    this.when = spec.when === undefined ? undefined : compileObjectExpression(spec.when);
  }

  reset(): void {}

  look(from: number): Sight | undefined {
    const { world } = this.cluster;
    for (const record of recordsSince(world, from)) {
      if (record.kind !== RecordKind.write || !this.isMeant(record.obj)) continue;
      const { now, deleted, before } = this.versions(record.obj);
      if (now === undefined || !this.selects(now)) continue;
      if (this.when !== undefined) {
        if (!this.when(now, deleted)) continue;
        if (before !== undefined && this.selects(before) && this.when(before, false)) continue;
      }
      const { resource, namespace, name } = namesOf(world, record.obj);
      const verb = deleted ? 'deleted' : before === undefined ? 'created' : 'updated';
      return { record: record.id, detail: `${[resource, namespace, name].filter((s) => s !== '').join('/')} ${verb}` };
    }
    return undefined;
  }

  private isMeant(obj: ObjId): boolean {
    const { resource, namespace, name } = namesOf(this.cluster.world, obj);
    const { spec } = this;
    return (
      resource === spec.resource &&
      (spec.namespace === undefined || spec.namespace === namespace) &&
      (spec.name === undefined || spec.name === name)
    );
  }

  private selects(object: KubeObject): boolean {
    const { labels } = this.spec;
    return labels === undefined || labelSelectorMatches({ matchLabels: labels }, object.metadata.labels);
  }

  /** The object as it was written last (of a deleted one the last state), and as it was before. */
  private versions(obj: ObjId): { now?: KubeObject; before?: KubeObject; deleted: boolean } {
    const { world, etcd, truth } = this.cluster;
    const { resource, namespace, name } = namesOf(world, obj);
    const objectOf = (value: unknown) => (value as Version | undefined)?.object;
    const last = etcd.store.latest(keyOf(resource, namespace, name));
    const before = last && etcd.store.beforeRevision(last);
    return {
      deleted: truth.get(obj) === undefined,
      now: objectOf(last?.value),
      before: before !== undefined && before.version > 0 ? objectOf(before.value) : undefined,
    };
  }
}

function namesOf({ objects }: World, obj: ObjId): { resource: string; namespace: string; name: string } {
  return { resource: objects.resource(obj), namespace: objects.namespace(obj), name: objects.name(obj) };
}
