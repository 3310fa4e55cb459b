import { sameLabels } from '../../api/helpers/labels.ts';
import { deepEqual } from '../../api/machinery/update.ts';
import type { AffinityTerm, NamespaceLabels } from './affinityTerms.ts';
import type { DomainMap } from './domains.ts';
import { labelsKey } from './labelsKey.ts';
import type { PodInfo } from './podInfo.ts';

/** Pods of one namespace with the same labels: selectors cannot tell them apart. */
export interface LabelClass {
  readonly id: number;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isTerminating: boolean;
  /** Place -> pods there. */
  readonly places: Map<number, number>;
  /** Counters that count these pods. */
  readonly counters: PodCounter[];
  /** Swept away: no longer kept up to date. */
  isGone: boolean;
  /** Classes that pods of this one went to when they were bound: the place of their node joins their labels. */
  readonly next: LabelClass[];
}

const NEXT_MAX = 8;

/** Counts of one counter by topology domain, over the nodes that it includes. */
export class DomainView {
  readonly domains: DomainMap;
  readonly totals: Int32Array;
  /** Included nodes by domain: a domain without any is not there. */
  private readonly nodes: Int32Array;
  private readonly included: Uint8Array | undefined;
  /** Number of domains by total, among those that are there. */
  private readonly histogram: number[] = [];
  /** No domain has a higher number. */
  private limit = 0;
  present = 0;
  sum = 0;

  constructor(counts: Int32Array, domains: DomainMap, included: Uint8Array | undefined) {
    this.domains = domains;
    this.included = included;
    this.totals = new Int32Array(domains.capacity);
    this.nodes = new Int32Array(domains.capacity);
    for (let i = 0; i < counts.length; i++) {
      const d = domains.of[i];
      if (d < 0 || (included !== undefined && included[i] === 0)) continue;
      this.totals[d] += counts[i];
      this.sum += counts[i];
      if (d >= this.limit) this.limit = d + 1;
      if (this.nodes[d]++ === 0) this.present++;
    }
    for (let d = 0; d < this.limit; d++) if (this.nodes[d] > 0) this.inHistogram(this.totals[d], 1);
  }

  /** A node without pods came. */
  nodeAdded(place: number): void {
    const d = this.domains.of[place];
    if (d < 0) return;
    if (d >= this.limit) this.limit = d + 1;
    if (this.nodes[d]++ > 0) return;
    this.present++;
    this.inHistogram(this.totals[d], 1);
  }

  /** A node that has no pods any more goes. */
  nodeRemoved(place: number): void {
    const d = this.domains.of[place];
    if (d < 0 || --this.nodes[d] > 0) return;
    this.present--;
    this.inHistogram(this.totals[d], -1);
  }

  /** Some nodes do not count. */
  get isMasked(): boolean {
    return this.included !== undefined;
  }

  add(place: number, delta: number): void {
    const d = this.domains.of[place];
    if (d < 0 || (this.included !== undefined && this.included[place] === 0)) return;
    const before = this.totals[d];
    this.inHistogram(before, -1);
    this.totals[d] = before + delta;
    this.inHistogram(before + delta, 1);
    this.sum += delta;
  }

  /** The smallest total of the domains that are there; 0 when there is none. */
  minimum(): number {
    if (this.present === 0) return 0;
    if (this.limit <= FEW_DOMAINS) {
      let min = Number.MAX_SAFE_INTEGER;
      for (let d = 0; d < this.limit; d++) if (this.nodes[d] > 0 && this.totals[d] < min) min = this.totals[d];
      return min;
    }
    for (let total = 0; total < this.histogram.length; total++) if (this.histogram[total] > 0) return total;
    return 0;
  }

  private inHistogram(total: number, delta: number): void {
    while (this.histogram.length <= total) this.histogram.push(0);
    this.histogram[total] += delta;
  }
}

/** Pods by place that share something: a selector matches them, or they hold the same affinity term. */
export class PodCounter {
  readonly counts: Int32Array;
  /** Undefined = counts holders of a term, not label classes. */
  readonly matches: ((c: LabelClass) => boolean) | undefined;
  private views = new Map<string, DomainView>();
  private list: DomainView[] = [];

  constructor(n: number, matches: ((c: LabelClass) => boolean) | undefined) {
    this.counts = new Int32Array(n);
    this.matches = matches;
  }

  add(place: number, delta: number): void {
    this.counts[place] += delta;
    for (const view of this.list) view.add(place, delta);
  }

  /** `inclusion` names `included`: equal names mean equal answers; '' = every node. */
  view(domains: DomainMap, inclusion: string, included?: (place: number) => boolean): DomainView {
    const name = `${domains.topologyKey}\u0000${inclusion}`;
    let view = this.views.get(name);
    if (view === undefined) {
      let mask: Uint8Array | undefined;
      if (included !== undefined) {
        mask = new Uint8Array(this.counts.length);
        for (let i = 0; i < mask.length; i++) mask[i] = domains.of[i] >= 0 && included(i) ? 1 : 0;
      }
      view = new DomainView(this.counts, domains, mask);
      this.views.set(name, view);
      this.list.push(view);
    }
    return view;
  }

  /** What a view includes may depend on the node, so views that leave nodes out are for a fixed set of nodes. */
  nodeAdded(place: number): void {
    for (const view of this.list) view.nodeAdded(place);
  }

  nodeRemoved(place: number): void {
    for (const view of this.list) view.nodeRemoved(place);
  }

  dropViews(): void {
    if (this.list.length === 0) return;
    this.views = new Map();
    this.list = [];
  }

  /** True when there was one. */
  dropMaskedViews(): boolean {
    if (!this.list.some((view) => view.isMasked)) return false;
    for (const [name, view] of this.views) if (view.isMasked) this.views.delete(name);
    this.list = [...this.views.values()];
    return true;
  }
}

/** How a pod that is on a node holds a term towards pods that come. */
export type Holding = 'requiredAffinity' | 'requiredAntiAffinity' | 'preferredAffinity' | 'preferredAntiAffinity';

/** One term that pods on nodes have, with their places. */
export interface HeldTerm {
  readonly id: number;
  readonly holding: Holding;
  readonly term: AffinityTerm;
  /** Preferred terms only. */
  readonly weight: number;
  readonly counter: PodCounter;
}

/** So many are looked at one by one. */
const FEW_DOMAINS = 16;
const COUNTERS_MAX = 4096;
const CLASSES_SPARE = 1024;

/** Which pods are where, counted for selectors and terms; brought up to date pod by pod. */
export class PodCounters {
  private readonly size: number;
  private readonly classes = new Map<string, LabelClass>();
  /** The class that pods with this object of labels, which those of a template share, had last. */
  private readonly byLabels = new WeakMap<object, LabelClass>();
  private counters = new Map<string, PodCounter>();
  private readonly held = new Map<string, HeldTerm>();
  /** Labels as they were last seen. */
  private readonly namespaces = new Map<string, Readonly<Record<string, string>> | undefined>();
  private namespaceChanges = 1;
  private nextClass = 0;
  private livingClasses = 0;
  /** In the order of their first appearance. */
  readonly terms: HeldTerm[] = [];
  /** Raised when views or counters were dropped: what refers to them must be made anew. */
  version = 0;
  readonly domains: (topologyKey: string) => DomainMap;

  constructor(n: number, domains: (topologyKey: string) => DomainMap) {
    this.size = n;
    this.domains = domains;
  }

  add(place: number, pod: PodInfo, delta: 1 | -1): void {
    this.count(this.classOf(pod), place, delta);
    for (const term of pod.requiredAntiAffinity) this.hold('requiredAntiAffinity', term, 0, place, delta);
    for (const term of pod.requiredAffinity) this.hold('requiredAffinity', term, 0, place, delta);
    for (const { term, weight } of pod.preferredAffinity) this.hold('preferredAffinity', term, weight, place, delta);
    for (const { term, weight } of pod.preferredAntiAffinity)
      this.hold('preferredAntiAffinity', term, weight, place, delta);
  }

  /** Another version of a pod that holds the same terms; true when it is counted otherwise now. */
  update(place: number, before: PodInfo, now: PodInfo): boolean {
    const from = this.classOf(before);
    const { memo, pod } = now;
    // Most versions differ in their status alone.
    if (before.labels === now.labels && from.isTerminating === (pod.metadata.deletionTimestamp !== undefined)) {
      memo.countedBy = this;
      memo.labelClass = from;
      return false;
    }
    const to = this.nextClassOf(from, now);
    if (to === from) return false;
    this.count(from, place, -1);
    this.count(to, place, 1);
    return true;
  }

  private count(c: LabelClass, place: number, delta: 1 | -1): void {
    const count = (c.places.get(place) ?? 0) + delta;
    if (count === 0) c.places.delete(place);
    else c.places.set(place, count);
    for (const counter of c.counters) counter.add(place, delta);
  }

  /** The class of a pod that was of another; mostly one that pods of that class went to before. */
  private nextClassOf(from: LabelClass, now: PodInfo): LabelClass {
    const isTerminating = now.pod.metadata.deletionTimestamp !== undefined;
    for (const c of from.next) {
      if (c.isGone || c.isTerminating !== isTerminating || c.namespace !== now.namespace) continue;
      if (!sameLabels(c.labels, now.labels)) continue;
      now.memo.countedBy = this;
      now.memo.labelClass = c;
      return c;
    }
    const c = this.classOf(now);
    if (from.next.length === NEXT_MAX) from.next.shift();
    from.next.push(c);
    return c;
  }

  classOf(pod: PodInfo): LabelClass {
    const { memo } = pod;
    let c = memo.countedBy === this ? (memo.labelClass as LabelClass) : undefined;
    if (c !== undefined && !c.isGone) return c;
    const isTerminating = pod.pod.metadata.deletionTimestamp !== undefined;
    c = this.byLabels.get(pod.labels);
    if (c !== undefined && !c.isGone && c.namespace === pod.namespace && c.isTerminating === isTerminating) {
      memo.countedBy = this;
      memo.labelClass = c;
      return c;
    }
    const key = `${pod.namespace}\u0000${isTerminating ? 1 : 0}${labelsKey(pod.labels)}`;
    c = this.classes.get(key);
    if (c === undefined) {
      const { namespace, labels } = pod;
      if (this.classes.size > 2 * this.livingClasses + CLASSES_SPARE) this.sweepClasses();
      c = {
        id: this.nextClass++,
        namespace,
        labels,
        isTerminating,
        places: new Map(),
        counters: [],
        isGone: false,
        next: [],
      };
      for (const counter of this.counters.values()) if (counter.matches?.(c)) c.counters.push(counter);
      this.classes.set(key, c);
      if (!this.namespaces.has(namespace)) this.namespaces.set(namespace, undefined);
    }
    this.byLabels.set(pod.labels, c);
    memo.countedBy = this;
    memo.labelClass = c;
    return c;
  }

  /** Labels that no pod has any more. */
  private sweepClasses(): void {
    let living = 0;
    for (const [key, c] of this.classes) {
      if (c.places.size > 0) living++;
      else {
        c.isGone = true;
        this.classes.delete(key);
      }
    }
    this.livingClasses = living;
  }

  /** Equal keys mean equal predicates. */
  counter(key: string, matches: (c: LabelClass) => boolean): PodCounter {
    let counter = this.counters.get(key);
    if (counter === undefined) {
      if (this.counters.size >= COUNTERS_MAX) this.dropCounters();
      counter = new PodCounter(this.size, matches);
      for (const c of this.classes.values()) {
        if (!matches(c)) continue;
        c.counters.push(counter);
        for (const [place, count] of c.places) counter.add(place, count);
      }
      this.counters.set(key, counter);
    }
    return counter;
  }

  /** Another number (from 1 on) whenever the labels of a namespace that has pods are others than before. */
  namespacesVersion(labelsOf: NamespaceLabels): number {
    for (const [namespace, before] of this.namespaces) {
      const labels = labelsOf(namespace);
      if (labels === before) continue;
      if (before === undefined || !deepEqual(before, labels)) this.namespaceChanges++;
      this.namespaces.set(namespace, labels);
    }
    return this.namespaceChanges;
  }

  dropCounters(): void {
    this.counters = new Map();
    for (const c of this.classes.values()) c.counters.length = 0;
    this.version++;
  }

  /** Domains changed. */
  dropViews(): void {
    for (const counter of this.counters.values()) counter.dropViews();
    for (const { counter } of this.terms) counter.dropViews();
    this.version++;
  }

  /** Taints of a node changed: they may decide whether a view includes it. */
  taintsChanged(): void {
    let dropped = false;
    for (const counter of this.counters.values()) if (counter.dropMaskedViews()) dropped = true;
    if (dropped) this.version++;
  }

  /** A node without pods came, or (delta -1) one that has no pods any more goes. */
  nodeChanged(place: number, delta: 1 | -1): void {
    this.taintsChanged();
    const change = delta > 0 ? 'nodeAdded' : 'nodeRemoved';
    for (const counter of this.counters.values()) counter[change](place);
    for (const { counter } of this.terms) counter[change](place);
  }

  private hold(holding: Holding, term: AffinityTerm, weight: number, place: number, delta: number): void {
    const key = `${holding}\u0000${weight}\u0000${term.key}`;
    let held = this.held.get(key);
    if (held === undefined) {
      held = { id: this.terms.length, holding, term, weight, counter: new PodCounter(this.size, undefined) };
      this.held.set(key, held);
      this.terms.push(held);
    }
    held.counter.add(place, delta);
  }
}
