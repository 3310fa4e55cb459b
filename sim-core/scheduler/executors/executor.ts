import type { Decision } from '../cycle/decision.ts';
import { type CycleOptions, feasibleNodesToFind, schedulePod } from '../cycle/schedulePod.ts';
import type { ClusterIndex } from '../framework/clusterIndex.ts';
import { histogramMessage } from '../framework/fitError.ts';
import { NodeMemo } from '../framework/nodeMemo.ts';
import { CycleState, type Plugin } from '../framework/plugin.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import type { Framework } from '../framework/runtime.ts';
import type { Listers, Snapshot } from '../framework/snapshot.ts';
import { isSuccess, type Status, unresolvable } from '../framework/status.ts';
import { FastDecision } from './fastDecision.ts';
import type { Found } from './found.ts';
import { HeldTerms } from './heldTerms.ts';
import { IndexedClass, TooManyGroups } from './indexedClass.ts';
import { NodeStatuses } from './nodeStatuses.ts';
import { PinnedDecision, pinnedNode, unpinned } from './pinned.ts';
import { podClassKey } from './podClass.ts';
import { DoesNotDecompose, PodProgram } from './program.ts';
import { onlyNode, searchByIndex, searchByScan } from './search.ts';
import { StatusTable } from './statusTable.ts';

/**
 * How decisions are made; all come to the same. `plain` reads like the documentation; `typed` evaluates fused filters and
 * scores over typed arrays; `indexed` keeps what it evaluated and asks only about nodes that changed. A pod whose plugins do
 * not decompose goes to the plain one.
 */
export type ExecutorName = 'plain' | 'typed' | 'indexed';

/** Entries of nodes that the classes of one profile may hold together (some 30 bytes each). */
const ENTRIES_MAX = 8_000_000;
const CLASSES_MIN = 16;
const CLASSES_MAX = 1024;
const KEYS_MAX = 100_000;

/** Classes of pods that name their node: the part of the key that tells them apart. */
const PINNED = '\u0000pinned';

const NO_OVERRIDES: ReadonlyMap<number, number> = new Map();

interface PodClass {
  readonly key: string;
  /** Undefined = the plugins do not decompose for these pods. */
  readonly program: PodProgram | undefined;
  indexed: IndexedClass | undefined;
  /** By priority, what preemption found out about nodes. */
  readonly memos: Map<number, NodeMemo<object>>;
  /** It has too many groups for an index. */
  isScanned: boolean;
}

/** The class of the last pod with a certain key of its own, and what else named it. */
interface Asked {
  readonly kind: string;
  readonly held: string;
  readonly namespaces: number;
  /** By plugin that has a key. */
  readonly keys: readonly string[];
  readonly key: string;
}

/** Decides for the pods of one profile. What it keeps belongs to one cluster index and goes with it. */
export class Executor {
  private readonly framework: Framework;
  private readonly name: ExecutorName;
  private readonly keyed: readonly Plugin[];
  private index: ClusterIndex | undefined;
  private version = -1;
  /** Least recently used first. */
  private readonly classes = new Map<string, PodClass>();
  private readonly shortKeys = new Map<string, string>();
  private readonly asked = new Map<string, Asked>();
  private statuses = new StatusTable();
  private held = new HeldTerms();

  constructor(framework: Framework, name: ExecutorName) {
    this.framework = framework;
    this.name = name;
    this.keyed = framework.plugins.all.filter((plugin) => plugin.decompositionKey !== undefined);
  }

  decide(pod: PodInfo, snapshot: Snapshot, options: CycleOptions): Decision {
    const mayBeFast = options.extenders === undefined && this.mayBeFast(pod, snapshot);
    if (!mayBeFast) return schedulePod(this.framework, pod, snapshot, options);
    const pinned = pinnedNode(pod);
    if (pinned !== undefined)
      return this.decidePinned(pinned, pod, snapshot, options) ?? schedulePod(this.framework, pod, snapshot, options);
    const podClass = this.classOf(pod, snapshot);
    const fast = podClass.program && this.decideFast(podClass, podClass.program, pod, snapshot, options);
    return fast ?? schedulePod(this.framework, pod, snapshot, options);
  }

  /** A pod that names its node is as the rest of its class there; undefined = it does not fit, and the reasons are wanted. */
  private decidePinned(name: string, pod: PodInfo, snapshot: Snapshot, options: CycleOptions): Decision | undefined {
    const index = snapshot.index();
    const place = index.place(name);
    if (place === undefined || this.framework.hasNominated(name, pod)) return undefined;
    const podClass = this.classOf(unpinned(pod), snapshot, PINNED);
    const { program } = podClass;
    if (program === undefined) return undefined;
    try {
      program.begin(snapshot);
      if (program.evaluate(place) !== 0) return undefined;
      program.beginGroups();
      if (program.hasGroupFilters && program.groupVerdict(program.traits(program.key)) !== 0) return undefined;
    } catch (error) {
      if (!(error instanceof DoesNotDecompose)) throw error;
      this.classes.set(podClass.key, { ...podClass, program: undefined });
      return undefined;
    }
    const { startIndex: start } = options;
    const cycle = { framework: this.framework, pod, snapshot, options };
    const executor = this.name === 'typed' ? 'typed' : 'indexed';
    return new PinnedDecision(executor, cycle, onlyNode(program, place, start % index.size));
  }

  /** A nominated node is looked at alone, and first. */
  private mayBeFast(pod: PodInfo, snapshot: Snapshot): boolean {
    if (this.name === 'plain' || snapshot.size === 0 || this.framework.scoreError !== undefined) return false;
    const nominated: string = pod.pod.status?.nominatedNodeName ?? '';
    return nominated === '' || snapshot.node(nominated) === undefined;
  }

  private decideFast(
    podClass: PodClass,
    program: PodProgram,
    pod: PodInfo,
    snapshot: Snapshot,
    options: CycleOptions,
  ): Decision | undefined {
    const overrides = this.overrides(pod, snapshot, program);
    if (overrides === undefined) return undefined;
    const hasOverrides = overrides.size > 0;
    try {
      const indexed = this.indexed(podClass, program, snapshot, options);
      program.overrides = hasOverrides ? overrides : undefined;
      if (indexed === undefined) {
        program.begin(snapshot);
        return this.decided('typed', podClass, pod, snapshot, options, searchByScan(program, options), overrides);
      }
      for (const place of overrides.keys()) indexed.update(place);
      return this.decided('indexed', podClass, pod, snapshot, options, searchByIndex(indexed, options), overrides);
    } catch (error) {
      if (!(error instanceof DoesNotDecompose)) throw error;
      podClass.indexed = undefined;
      this.classes.set(podClass.key, { ...podClass, program: undefined });
      return undefined;
    } finally {
      // What was said with the overrides holds for this cycle alone.
      program.overrides = undefined;
      if (hasOverrides) for (const place of overrides.keys()) podClass.indexed?.update(place);
    }
  }

  /** The class brought up to date; undefined = the scan takes the pod. */
  private indexed(
    podClass: PodClass,
    program: PodProgram,
    snapshot: Snapshot,
    options: CycleOptions,
  ): IndexedClass | undefined {
    if (this.name !== 'indexed' || podClass.isScanned) return undefined;
    const n = snapshot.size;
    try {
      const takesAll = feasibleNodesToFind(n, options.percentageOfNodesToScore) >= n;
      if (podClass.indexed?.takesAll !== takesAll) podClass.indexed = new IndexedClass(program, takesAll);
      podClass.indexed.follow(snapshot);
      return podClass.indexed;
    } catch (error) {
      if (!(error instanceof TooManyGroups)) throw error;
      podClass.indexed = undefined;
      podClass.isScanned = true;
      return undefined;
    }
  }

  private decided(
    executor: 'typed' | 'indexed',
    podClass: PodClass,
    pod: PodInfo,
    snapshot: Snapshot,
    options: CycleOptions,
    found: Found,
    overrides: ReadonlyMap<number, number>,
  ): Decision {
    const { framework } = this;
    const cycle = { framework, pod, snapshot, options };
    if (found.chosen >= 0) return new FastDecision(executor, cycle, found);
    const failed = new NodeStatuses(found, found.index.logEnd);
    const reasons = new Map<string, number>();
    const rejectedBy = new Set<string>();
    for (const [id, count] of found.histogram ?? histogramOf(found)) {
      const status = found.statuses.at(id);
      rejectedBy.add(status.plugin ?? '');
      for (const reason of status.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
    }
    const state = new CycleState();
    framework.runPreFilter(state, pod, snapshot);
    const { drawOffset } = options;
    const memo = podClass.program?.hasGroupFilters
      ? undefined
      : memoOf(podClass, pod.priority, snapshot.index().capacity);
    memo?.begin(snapshot.listers.podDisruptionBudgets, overrides);
    const absent = unresolvable();
    const post = framework.runPostFilter({
      state,
      pod,
      snapshot,
      statuses: failed,
      absent,
      memo,
      drawOffset,
      waiting: options.waitingPods?.(),
    });
    const message = histogramMessage(snapshot.size, reasons, post.message);
    return new FastDecision(executor, cycle, found, { failed, message, rejectedBy: [...rejectedBy].sort(), post });
  }

  /** Nodes that pods of equal or higher priority are nominated to; undefined = it takes the plain executor. */
  private overrides(pod: PodInfo, snapshot: Snapshot, program: PodProgram): ReadonlyMap<number, number> | undefined {
    const names = this.framework.nominatedNodes(snapshot);
    if (names.length === 0) return NO_OVERRIDES;
    const overrides = new Map<number, number>();
    let state: CycleState | undefined;
    for (const name of names) {
      const place = snapshot.index().place(name);
      if (place === undefined || !this.framework.hasNominated(name, pod)) continue;
      if (program.hasGroupFilters) return undefined;
      if (state === undefined) this.framework.runPreFilter((state = new CycleState()), pod, snapshot);
      const info = snapshot.index().infos[place];
      const status = this.framework.runFiltersWithNominatedPods(state, pod, info, snapshot);
      if (status?.code === 'Error') return undefined;
      overrides.set(place, isSuccess(status) ? 0 : this.statuses.id(status as Status));
    }
    return overrides;
  }

  /** `kind`: classes that are asked in another way keep programs of their own. */
  private classOf(pod: PodInfo, snapshot: Snapshot, kind = ''): PodClass {
    const index = snapshot.index();
    const isFull = this.shortKeys.size >= KEYS_MAX;
    if (isFull || index !== this.index || index.pods.version !== this.version) this.reset(index);
    const { listers } = snapshot;
    const held = this.held.matching(index, pod, listers);
    const namespaces = selectsNamespaces(pod) ? index.pods.namespacesVersion(listers.namespaceLabels) : 0;
    const key = this.keyOf(pod, listers, kind, held.key, namespaces);
    const known = this.classes.get(key);
    const max = Math.min(CLASSES_MAX, Math.max(CLASSES_MIN, Math.floor(ENTRIES_MAX / index.capacity)));
    if (known !== undefined) {
      if (this.classes.size < max / 2) return known;
      this.classes.delete(key);
      this.classes.set(key, known);
      return known;
    }
    if (this.classes.size >= max) this.classes.delete(this.classes.keys().next().value as string);
    const program = this.compile(pod, snapshot, held.terms, namespaces);
    const made: PodClass = { key, program, indexed: undefined, memos: new Map(), isScanned: false };
    // Views that were made for it do not outdate it.
    this.version = index.pods.version;
    this.classes.set(key, made);
    return made;
  }

  /** Names the class of a pod; nearly always as for the pod of its template before. */
  private keyOf(pod: PodInfo, listers: Listers, kind: string, held: string, namespaces: number): string {
    const own = podClassKey(pod);
    const { keyed } = this;
    const last = this.asked.get(own);
    let isSame = last !== undefined && last.kind === kind && last.held === held && last.namespaces === namespaces;
    for (let i = 0; isSame && i < keyed.length; i++)
      isSame = last?.keys[i] === keyed[i].decompositionKey?.(pod, listers);
    if (last !== undefined && isSame) return last.key;
    const keys = keyed.map((plugin) => plugin.decompositionKey?.(pod, listers) ?? '');
    let key = this.shortKey(own) + kind;
    for (const part of keys) key += `\u0000${part}`;
    if (held !== '') key += `\u0000held ${held}`;
    if (namespaces > 0) key += `\u0000namespaces ${namespaces}`;
    this.asked.set(own, { kind, held, namespaces, keys, key });
    return key;
  }

  private compile(
    pod: PodInfo,
    snapshot: Snapshot,
    held: ConstructorParameters<typeof PodProgram>[4],
    namespaces: number,
  ) {
    try {
      return new PodProgram(this.framework, pod, snapshot, this.statuses, held, namespaces);
    } catch (error) {
      if (error instanceof DoesNotDecompose) return undefined;
      throw error;
    }
  }

  /** A few characters in the place of a long key. */
  private shortKey(long: string): string {
    let short = this.shortKeys.get(long);
    if (short === undefined) this.shortKeys.set(long, (short = String(this.shortKeys.size)));
    return short;
  }

  private reset(index: ClusterIndex): void {
    this.index = index;
    this.version = index.pods.version;
    this.classes.clear();
    this.shortKeys.clear();
    this.asked.clear();
    this.statuses = new StatusTable();
    this.held = new HeldTerms();
  }
}

function selectsNamespaces(pod: PodInfo): boolean {
  for (const term of pod.requiredAffinity) if (term.hasNamespaceSelector) return true;
  for (const term of pod.requiredAntiAffinity) if (term.hasNamespaceSelector) return true;
  for (const { term } of pod.preferredAffinity) if (term.hasNamespaceSelector) return true;
  for (const { term } of pod.preferredAntiAffinity) if (term.hasNamespaceSelector) return true;
  return false;
}

function memoOf({ memos }: PodClass, priority: number, nodes: number): NodeMemo<object> {
  let memo = memos.get(priority);
  if (memo === undefined) memos.set(priority, (memo = new NodeMemo(nodes)));
  return memo;
}

function histogramOf(found: Found): Map<number, number> {
  const histogram = new Map<number, number>();
  for (let rank = 0; rank < found.index.size; rank++) {
    const id = found.at(found.index.order[rank]);
    if (id !== 0) histogram.set(id, (histogram.get(id) ?? 0) + 1);
  }
  return histogram;
}
