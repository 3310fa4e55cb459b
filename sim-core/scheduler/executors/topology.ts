import { exactLog as ln } from '../../engine/exact.ts';
import { type AffinityTerm, matchesAllTerms, type NamespaceLabels, termMatches } from '../framework/affinityTerms.ts';
import type { ClusterIndex } from '../framework/clusterIndex.ts';
import type { AffinityDecomposition, SpreadDecomposition, SpreadShape } from '../framework/decompose.ts';
import type { DomainMap } from '../framework/domains.ts';
import type { DomainView, HeldTerm, LabelClass, PodCounter } from '../framework/podCounters.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import { HOSTNAME } from '../plugins/podtopologyspread/constraints.ts';

/**
 * The nodes of one group: they cannot be told apart but by their local scores. `domains` are aligned with the labels that
 * the program groups by (-1 = absent), `values` with the counts by node that it groups by.
 */
export interface Traits {
  readonly raws: readonly number[];
  readonly domains: readonly number[];
  readonly values: readonly number[];
}

interface GroupedLabel {
  readonly domains: DomainMap;
  byPresence: boolean;
}

/** -1 = the node lacks the label. */
export function labelAt({ domains, byPresence }: GroupedLabel, place: number): number {
  return byPresence ? Math.min(0, domains.of[place]) : domains.of[place];
}

/** What a program groups by: labels, and counts by node. */
export class Dimensions {
  readonly labels: GroupedLabel[] = [];
  readonly counts: NodeCount[] = [];

  /** With `byPresence` it only matters whether a node has the label. */
  label(domains: DomainMap, byPresence: boolean): number {
    let at = this.labels.findIndex((l) => l.domains.topologyKey === domains.topologyKey);
    if (at < 0) {
      at = this.labels.length;
      this.labels.push({ domains, byPresence });
    }
    if (!byPresence) this.labels[at].byPresence = false;
    return at;
  }

  count(of: NodeCount): number {
    this.counts.push(of);
    return this.counts.length - 1;
  }
}

/** A small integer of a node that changes with the pods there. */
export interface NodeCount {
  readonly bits: number;
  /** Added, so that the stored value is not negative. */
  readonly offset: number;
  at(place: number): number;
}

const COUNT_BITS = 10;
const RAW_BITS = 16;
const FLAG_BITS = 3;

export function podsAt(counts: Int32Array): NodeCount {
  return { bits: COUNT_BITS, offset: 0, at: (place) => counts[place] };
}

function domainTotal(view: DomainView): NodeCount {
  const { of } = view.domains;
  const { totals } = view;
  return { bits: COUNT_BITS, offset: 0, at: (place) => (of[place] < 0 ? 0 : totals[of[place]]) };
}

interface SpreadTerm {
  readonly shape: SpreadShape;
  readonly view: DomainView;
  /** Index into Traits.domains. */
  readonly label: number;
  /** Index into Traits.values; -1 = by domain. */
  readonly value: number;
}

function spreadCounter(index: ClusterIndex, pod: PodInfo, shape: SpreadShape): PodCounter {
  const { namespace } = pod;
  const key = shape.countsNothing ? 'nothing' : `spread\u0000${namespace}\u0000${shape.selectorKey}`;
  return index.pods.counter(
    key,
    (c) => !shape.countsNothing && !c.isTerminating && c.namespace === namespace && shape.selector(c.labels),
  );
}

function spreadTerm(index: ClusterIndex, pod: PodInfo, shape: SpreadShape, dimensions: Dimensions): SpreadTerm {
  const domains = index.domains(shape.topologyKey);
  const counter = spreadCounter(index, pod, shape);
  const includes = shape.inclusionKey === '' ? undefined : (place: number) => shape.includes(index.infos[place]);
  const view = counter.view(domains, shape.inclusionKey, includes);
  const byNode = domains.isByNode;
  const value = byNode ? dimensions.count(domainTotal(view)) : -1;
  return { shape, view, label: dimensions.label(domains, byNode), value };
}

/** PodTopologySpread's filter for groups. */
export class SpreadFilter {
  private readonly terms: readonly SpreadTerm[];
  private readonly missing: number;
  private readonly skewed: number;
  private readonly minima: number[];

  constructor(
    index: ClusterIndex,
    pod: PodInfo,
    d: SpreadDecomposition,
    dimensions: Dimensions,
    missing: number,
    skewed: number,
  ) {
    this.terms = d.hard.map((shape) => spreadTerm(index, pod, shape, dimensions));
    this.missing = missing;
    this.skewed = skewed;
    this.minima = this.terms.map(() => 0);
  }

  /** Before the groups of a cycle are asked for. */
  begin(): void {
    this.terms.forEach(({ shape, view }, i) => {
      this.minima[i] = view.present < shape.minDomains ? 0 : view.minimum();
    });
  }

  /** The status of the nodes of a group; 0 = they pass. */
  verdict(t: Traits): number {
    for (let i = 0; i < this.terms.length; i++) {
      const { shape, view, label, value } = this.terms[i];
      const domain = t.domains[label];
      if (domain < 0) return this.missing;
      const total = value >= 0 ? t.values[value] : view.totals[domain];
      if (total + (shape.selfMatches ? 1 : 0) - this.minima[i] > shape.maxSkew) return this.skewed;
    }
    return 0;
  }
}

interface SoftTerm extends SpreadTerm {
  readonly isHostname: boolean;
}

function softTerm({ shape, view, label, value }: SpreadTerm, isHostname: boolean): SoftTerm {
  return { shape, view, label, value, isHostname };
}

/** In the place of the raw score of a group that lacks a label. */
const IGNORED = -1;

/** PodTopologySpread's score for groups. */
export class SpreadScore {
  private readonly terms: readonly SoftTerm[];
  private readonly requireAll: boolean;
  /** By term: of how many domains the weight is (-1 = of none yet), and the weight. */
  private readonly domains: number[];
  private readonly weights: number[];
  /** By term and domain (from -1 on): the last round of counting that met it. */
  private readonly seen: readonly Float64Array[];
  private round = 0;
  /** By group, for the call at hand. */
  private readonly raws: number[] = [];

  constructor(index: ClusterIndex, pod: PodInfo, d: SpreadDecomposition, dimensions: Dimensions) {
    this.requireAll = d.requireAll;
    this.terms = d.soft.map((shape) => {
      if (shape.topologyKey !== HOSTNAME) return softTerm(spreadTerm(index, pod, shape, dimensions), false);
      // By host name the pods of the node itself count, whatever the constraint includes.
      const counter = spreadCounter(index, pod, shape);
      const domains = index.domains(HOSTNAME);
      const label = dimensions.label(domains, true);
      const value = dimensions.count(podsAt(counter.counts));
      return { shape, view: counter.view(domains, ''), label, value, isHostname: true };
    });
    this.domains = this.terms.map(() => -1);
    this.weights = this.terms.map(() => 0);
    this.seen = this.terms.map(({ view, isHostname }) => new Float64Array(isHostname ? 0 : view.totals.length + 1));
  }

  private isIgnored(t: Traits): boolean {
    if (this.requireAll) for (const { label } of this.terms) if (t.domains[label] < 0) return true;
    return false;
  }

  /** Adds the weighted, normalised scores of the groups to `totals`; `counts` are their feasible nodes. */
  addTo(totals: number[], groups: readonly Traits[], counts: ArrayLike<number>, weight: number): void {
    const { raws } = this;
    let feasible = 0;
    let some = false;
    for (let g = 0; g < groups.length; g++) {
      raws[g] = this.isIgnored(groups[g]) ? IGNORED : 0;
      if (raws[g] === IGNORED) some = true;
      else feasible += counts[g];
    }
    if (some && feasible === 0) return;
    for (let i = 0; i < this.terms.length; i++) this.weigh(i, groups, counts, feasible);
    let min = Number.MAX_SAFE_INTEGER;
    let max = 0;
    for (let g = 0; g < groups.length; g++) {
      if (raws[g] === IGNORED) continue;
      const raw = this.raw(groups[g]);
      raws[g] = raw;
      if (raw < min) min = raw;
      if (raw > max) max = raw;
    }
    for (let g = 0; g < groups.length; g++) {
      if (raws[g] === IGNORED) continue;
      totals[g] += weight * (max === 0 ? 100 : Math.trunc((100 * (max + min - raws[g])) / max));
    }
  }

  private raw(t: Traits): number {
    let score = 0;
    for (let i = 0; i < this.terms.length; i++) {
      const { shape, view, label, value } = this.terms[i];
      const domain = t.domains[label];
      if (domain < 0) continue;
      const count = value >= 0 ? t.values[value] : view.totals[domain];
      score += count * this.weights[i] + (shape.maxSkew - 1);
    }
    return Math.floor(score + 0.5);
  }

  /** The more domains, the less each counts. */
  private weigh(i: number, groups: readonly Traits[], counts: ArrayLike<number>, feasible: number): void {
    const domains = this.domainsAmong(i, groups, counts, feasible);
    if (domains === this.domains[i]) return;
    this.domains[i] = domains;
    this.weights[i] = ln(domains + 2);
  }

  /** How many domains the feasible nodes are in; nodes without the label make one more. */
  private domainsAmong(i: number, groups: readonly Traits[], counts: ArrayLike<number>, feasible: number): number {
    const term = this.terms[i];
    if (term.isHostname) return feasible;
    const seen = this.seen[i];
    const round = ++this.round;
    let domains = 0;
    for (let g = 0; g < groups.length; g++) {
      if (this.raws[g] === IGNORED) continue;
      const domain = groups[g].domains[term.label];
      if (term.value >= 0 && domain >= 0) domains += counts[g];
      else if (seen[domain + 1] !== round) {
        seen[domain + 1] = round;
        domains++;
      }
    }
    return domains;
  }
}

interface TermView {
  readonly view: DomainView;
  readonly label: number;
  readonly isByNode: boolean;
}

interface ScoredView extends TermView {
  readonly weight: number;
}

function weightedView({ view, label, isByNode: byNode }: TermView, weight: number): ScoredView {
  return { view, label, isByNode: byNode, weight };
}

/** Everything that affinity between pods says of one pod: filter and score for groups. */
export class PodAffinity {
  private readonly affinity: readonly TermView[];
  private readonly antiAffinity: readonly TermView[];
  private readonly existing: readonly TermView[];
  private readonly scored: readonly ScoredView[];
  private readonly matchesItself: boolean;
  private readonly flags: number;
  private readonly rawOffset: number;
  private readonly rawValue: number;
  private readonly reasons: readonly [number, number, number];
  private mayBeFirst = false;

  constructor(
    index: ClusterIndex,
    pod: PodInfo,
    d: AffinityDecomposition,
    held: readonly HeldTerm[],
    labels: NamespaceLabels,
    namespacesVersion: number,
    dimensions: Dimensions,
    reasons: readonly [number, number, number],
  ) {
    this.reasons = reasons;
    const counted = (key: string, matches: (c: LabelClass) => boolean) => index.pods.counter(key, matches);
    const named = (term: AffinityTerm) =>
      counted(`term\u0000${term.hasNamespaceSelector ? namespacesVersion : ''}\u0000${term.key}`, (c) =>
        termMatches(term, c, labels),
      );
    const viewOf = (counter: PodCounter, topologyKey: string): TermView => {
      const domains = index.domains(topologyKey);
      const byNode = domains.isByNode;
      return { view: counter.view(domains, ''), label: dimensions.label(domains, byNode), isByNode: byNode };
    };
    if (d.affinity.length > 0) {
      const hasSelector = d.affinity.some((t) => t.hasNamespaceSelector);
      const key = `all\u0000${hasSelector ? namespacesVersion : ''}\u0000${d.affinity.map((t) => t.key).join('\u0000')}`;
      const together = counted(key, (c) => matchesAllTerms(d.affinity, c, labels));
      this.affinity = d.affinity.map((term) => viewOf(together, term.topologyKey));
    } else this.affinity = [];
    this.matchesItself = matchesAllTerms(d.affinity, pod, labels);
    this.antiAffinity = d.antiAffinity.map((term) => viewOf(named(term), term.topologyKey));
    this.existing = held
      .filter((h) => h.holding === 'requiredAntiAffinity')
      .map((h) => viewOf(h.counter, h.term.topologyKey));
    this.scored = d.skipsScore ? [] : this.scoredViews(d, held, named, viewOf);
    const byNode = (views: readonly TermView[]) => views.some((v) => v.isByNode);
    this.flags =
      byNode(this.affinity) || byNode(this.antiAffinity) || byNode(this.existing)
        ? dimensions.count({ bits: FLAG_BITS, offset: 0, at: (place) => this.flagsAt(place) })
        : -1;
    this.rawOffset = 2 ** (RAW_BITS - 1);
    this.rawValue = byNode(this.scored)
      ? dimensions.count({ bits: RAW_BITS, offset: this.rawOffset, at: (place) => this.rawAt(place) })
      : -1;
  }

  get filters(): boolean {
    return this.affinity.length + this.antiAffinity.length + this.existing.length > 0;
  }

  get scores(): boolean {
    return this.scored.length > 0;
  }

  private scoredViews(
    d: AffinityDecomposition,
    held: readonly HeldTerm[],
    named: (term: AffinityTerm) => PodCounter,
    viewOf: (counter: PodCounter, topologyKey: string) => TermView,
  ): ScoredView[] {
    const views: ScoredView[] = [];
    for (const { term, weight } of d.preferred) views.push(weightedView(viewOf(named(term), term.topologyKey), weight));
    for (const { term, weight } of d.preferredAnti)
      views.push(weightedView(viewOf(named(term), term.topologyKey), -weight));
    for (const h of held) {
      const view = () => viewOf(h.counter, h.term.topologyKey);
      if (h.holding === 'requiredAffinity' && d.hardWeight > 0) views.push(weightedView(view(), d.hardWeight));
      else if (h.holding === 'preferredAffinity') views.push(weightedView(view(), h.weight));
      else if (h.holding === 'preferredAntiAffinity') views.push(weightedView(view(), -h.weight));
    }
    return views;
  }

  begin(): void {
    this.mayBeFirst = this.matchesItself && this.affinity.every(({ view }) => view.sum === 0);
  }

  /** The status of the nodes of a group; 0 = they pass. */
  verdict(t: Traits): number {
    const flags = this.flags < 0 ? 0 : t.values[this.flags];
    let podsExist = (flags & 1) === 0;
    for (const { view, label, isByNode: byNode } of this.affinity) {
      const domain = t.domains[label];
      if (domain < 0) return this.reasons[0];
      if (!byNode && view.totals[domain] <= 0) podsExist = false;
    }
    if (!podsExist && !this.mayBeFirst) return this.reasons[0];
    if ((flags & 2) !== 0 || anyIn(this.antiAffinity, t)) return this.reasons[1];
    if ((flags & 4) !== 0 || anyIn(this.existing, t)) return this.reasons[2];
    return 0;
  }

  /** Adds the weighted, normalised scores of the groups to `totals`. */
  addTo(totals: number[], groups: readonly Traits[], weight: number): void {
    const raws: number[] = [];
    let min = Number.MAX_SAFE_INTEGER;
    let max = Number.MIN_SAFE_INTEGER;
    for (let g = 0; g < groups.length; g++) {
      const t = groups[g];
      let raw = this.rawValue < 0 ? 0 : t.values[this.rawValue];
      for (const { view, label, isByNode: byNode, weight: w } of this.scored)
        if (!byNode && t.domains[label] >= 0) raw += w * view.totals[t.domains[label]];
      raws[g] = raw;
      if (raw < min) min = raw;
      if (raw > max) max = raw;
    }
    if (max <= min) return;
    for (let g = 0; g < groups.length; g++) totals[g] += weight * Math.trunc(100 * ((raws[g] - min) / (max - min)));
  }

  private flagsAt(place: number): number {
    let flags = 0;
    for (const { view, isByNode: byNode } of this.affinity)
      if (byNode && at(view, place) <= 0) {
        flags |= 1;
        break;
      }
    if (anyAt(this.antiAffinity, place)) flags |= 2;
    if (anyAt(this.existing, place)) flags |= 4;
    return flags;
  }

  private rawAt(place: number): number {
    let raw = 0;
    for (const { view, isByNode: byNode, weight } of this.scored) if (byNode) raw += weight * at(view, place);
    return raw;
  }
}

function at(view: DomainView, place: number): number {
  const domain = view.domains.of[place];
  return domain < 0 ? 0 : view.totals[domain];
}

function anyAt(views: readonly TermView[], place: number): boolean {
  for (const { view, isByNode: byNode } of views) if (byNode && at(view, place) > 0) return true;
  return false;
}

function anyIn(views: readonly TermView[], t: Traits): boolean {
  for (const { view, label, isByNode: byNode } of views)
    if (!byNode && t.domains[label] >= 0 && view.totals[t.domains[label]] > 0) return true;
  return false;
}
