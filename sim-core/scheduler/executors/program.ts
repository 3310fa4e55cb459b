import { type ClusterIndex, NODE_HAS_IMAGES, NODE_TAINTED } from '../framework/clusterIndex.ts';
import type { ResourceColumn } from '../framework/columns.ts';
import type { Decomposition, FitShape, Reads } from '../framework/decompose.ts';
import { CycleState, type Plugin } from '../framework/plugin.ts';
import type { HeldTerm } from '../framework/podCounters.ts';
import type { PodInfo } from '../framework/podInfo.ts';
import { amountOf, isExtendedResource } from '../framework/resources.ts';
import type { Framework } from '../framework/runtime.ts';
import type { Snapshot } from '../framework/snapshot.ts';
import { isSuccess, type Status, unresolvable, unschedulable } from '../framework/status.ts';
import { imageNames } from '../plugins/imagelocality/imageLocality.ts';
import { leastAllocated } from '../plugins/noderesources/allocationScores.ts';
import { FitFilter } from './fitFilter.ts';
import type { StatusTable } from './statusTable.ts';
import { Dimensions, labelAt, PodAffinity, SpreadFilter, SpreadScore, type Traits } from './topology.ts';

/** A group's key is one double: its static part above, counts by node below. */
const KEY_BITS = 53;
const STATIC_BITS = 14;
/** Local scores index tables. */
export const LOCAL_MAX = 4096;

interface Scaled {
  readonly plugin: Plugin;
  readonly weight: number;
  readonly reads: Reads;
  readonly reversed: boolean;
}

interface Raw {
  readonly plugin: Plugin;
  readonly weight: number;
  readonly reads: Reads;
}

interface ScoredResource {
  readonly used: Float64Array;
  readonly capacity: Float64Array;
  readonly own: number;
  readonly weight: number;
}

/** Why no program can be made for a pod. */
export class DoesNotDecompose extends Error {}

/**
 * The filters and scores of one profile for one class of pods, fused: `evaluate` says for one node whether it passes what
 * can be said of the node alone, its local score, and the key of its group. What depends on other nodes is asked of groups.
 */
export class PodProgram {
  readonly index: ClusterIndex;
  readonly statuses: StatusTable;
  /** Results of `evaluate` for a node that passes. */
  key = 0;
  local = 0;
  /** Nodes whose verdict is known otherwise (0 = as evaluated). */
  overrides: ReadonlyMap<number, number> | undefined;
  readonly localMax: number;
  /** Filters beyond the node: groups must be asked for their verdict. */
  readonly hasGroupFilters: boolean;
  private readonly state: CycleState;
  private readonly pod: PodInfo;
  private snapshot: Snapshot;
  private readonly objectFilters: readonly { readonly plugin: Plugin; readonly reads: Reads }[];
  private readonly beforeFit: readonly Plugin[];
  private readonly fitFilter: FitFilter | undefined;
  private readonly afterFit: readonly Plugin[];
  private readonly scaled: Scaled[] = [];
  private readonly objectScores: Raw[] = [];
  private readonly nodeScores: Raw[] = [];
  private fitResources: readonly ScoredResource[] = [];
  private fitShape: FitShape | undefined;
  private fitWeight = 0;
  private balance: readonly ScoredResource[] = [];
  private balanceWeight = 0;
  private readonly groupFilters: ('spread' | 'affinity')[] = [];
  private readonly spreadFilter: SpreadFilter | undefined;
  private readonly spreadScore: SpreadScore | undefined;
  private readonly spreadWeight: number = 0;
  private readonly affinity: PodAffinity | undefined;
  private readonly affinityWeight: number = 0;
  private readonly dimensions = new Dimensions();
  private readonly imageCounts: { readonly name: string; nodes: number }[];
  private imagesVersion: number;
  private nodesTotal = 0;
  // By place, of the node object.
  private readonly seen: Int32Array;
  private readonly objectVerdicts: Uint16Array;
  private readonly objectLocals: Int32Array;
  private readonly objectKeys: Int32Array;
  private readonly keyIds = new Map<number | string, number>();
  private readonly keyTraits: { readonly raws: readonly number[]; readonly domains: readonly number[] }[] = [];

  constructor(
    framework: Framework,
    pod: PodInfo,
    snapshot: Snapshot,
    statuses: StatusTable,
    held: readonly HeldTerm[],
    namespacesVersion: number,
  ) {
    const index = snapshot.index();
    this.index = index;
    this.pod = pod;
    this.snapshot = snapshot;
    this.statuses = statuses;
    this.state = new CycleState();
    const parts = decomposeAll(framework, pod, snapshot);
    const filters = framework.plugins.filter;
    const spread = parts.find((p) => p.decomposition.spread !== undefined);
    const affinity = parts.find((p) => p.decomposition.affinity !== undefined);
    const of = (plugin: Plugin) => parts.find((p) => p.plugin === plugin)?.decomposition ?? {};
    const filtersBy = (...reads: readonly Reads[]) =>
      filters
        .map((plugin) => ({ plugin, reads: of(plugin).filter ?? 'nothing' }))
        .filter((f) => reads.includes(f.reads));
    this.objectFilters = filtersBy('taints', 'images', 'object');
    const fitPlugin = filters.find((p) => of(p).fit !== undefined);
    const nodeFilters = filtersBy('node').map((f) => f.plugin);
    const fitAt = fitPlugin === undefined ? filters.length : filters.indexOf(fitPlugin);
    this.beforeFit = nodeFilters.filter((p) => filters.indexOf(p) < fitAt);
    this.afterFit = nodeFilters.filter((p) => filters.indexOf(p) > fitAt);
    const shape = fitPlugin && of(fitPlugin).fit;
    this.fitFilter = shape && new FitFilter(index.columns, pod, shape, statuses, (fitPlugin as Plugin).name);
    const status = (plugin: Plugin, s: Status) => statuses.id({ ...s, plugin: plugin.name });
    if (spread?.decomposition.spread !== undefined) {
      const d = spread.decomposition.spread;
      if (d.hard.length > 0 && filters.includes(spread.plugin)) {
        const missing = status(spread.plugin, unresolvable(d.missingReason));
        const skewed = status(spread.plugin, unschedulable(d.skewReason));
        this.spreadFilter = new SpreadFilter(index, pod, d, this.dimensions, missing, skewed);
        this.groupFilters.push('spread');
      }
      this.spreadWeight = weightOf(framework, spread.plugin);
      if (d.soft.length > 0 && this.spreadWeight > 0)
        this.spreadScore = new SpreadScore(index, pod, d, this.dimensions);
    }
    if (affinity?.decomposition.affinity !== undefined) {
      const d = affinity.decomposition.affinity;
      this.affinityWeight = weightOf(framework, affinity.plugin);
      const reasons: [number, number, number] = [
        status(affinity.plugin, unresolvable(d.affinityReason)),
        status(affinity.plugin, unschedulable(d.antiAffinityReason)),
        status(affinity.plugin, unschedulable(d.existingReason)),
      ];
      const labels = snapshot.listers.namespaceLabels;
      const part = new PodAffinity(index, pod, d, held, labels, namespacesVersion, this.dimensions, reasons);
      if (part.filters && filters.includes(affinity.plugin)) this.groupFilters.push('affinity');
      if (part.filters || part.scores) this.affinity = part;
      if (spread !== undefined && filters.indexOf(affinity.plugin) < filters.indexOf(spread.plugin))
        this.groupFilters.reverse();
    }
    this.hasGroupFilters = this.groupFilters.length > 0;
    let bits = STATIC_BITS;
    for (const count of this.dimensions.counts) bits += count.bits;
    if (bits > KEY_BITS) throw new DoesNotDecompose();
    checkOrder(filters, (p) => rankOf(of(p)));
    this.localMax = this.compileScores(framework, of);
    const usesImages = framework.plugins.score.some(({ plugin }) => of(plugin).score === 'images');
    this.imageCounts = usesImages ? imageNames(pod.pod).map((name) => ({ name, nodes: 0 })) : [];
    this.imagesVersion = -1;
    const n = index.capacity;
    this.seen = new Int32Array(n);
    this.objectVerdicts = new Uint16Array(n);
    this.objectLocals = new Int32Array(n);
    this.objectKeys = new Int32Array(n);
    this.begin(snapshot);
  }

  /** Before the first `evaluate` of a cycle. True when all nodes must be evaluated anew. */
  begin(snapshot: Snapshot): boolean {
    this.snapshot = snapshot;
    if (this.imagesVersion === this.index.imagesVersion) return false;
    this.imagesVersion = this.index.imagesVersion;
    const { size } = this.index;
    let changed = false;
    for (const image of this.imageCounts) {
      const nodes = this.index.images.get(image.name)?.nodes ?? 0;
      // The share of the nodes that have the image counts.
      if (nodes !== image.nodes || (nodes > 0 && size !== this.nodesTotal)) changed = true;
      image.nodes = nodes;
    }
    this.nodesTotal = size;
    if (changed) this.seen.fill(0);
    return changed;
  }

  /** 0 = the node passes all that can be said of it alone; then `local` and `key` are its. Otherwise the status. */
  evaluate(i: number): number {
    if (this.seen[i] !== this.index.objectVersions[i]) this.refresh(i);
    const { overrides } = this;
    if (overrides !== undefined) {
      const known = overrides.get(i);
      if (known !== undefined && known !== 0) return known;
    }
    if (this.objectVerdicts[i] !== 0) return this.objectVerdicts[i];
    for (let f = 0; f < this.beforeFit.length; f++) {
      const verdict = this.plainVerdict(this.beforeFit[f], i);
      if (verdict !== 0) return verdict;
    }
    if (this.fitFilter !== undefined) {
      const verdict = this.fitFilter.verdict(i);
      if (verdict !== 0) return verdict;
    }
    for (let f = 0; f < this.afterFit.length; f++) {
      const verdict = this.plainVerdict(this.afterFit[f], i);
      if (verdict !== 0) return verdict;
    }
    this.local = this.localScore(i);
    let key = this.objectKeys[i];
    const { counts } = this.dimensions;
    for (let d = 0; d < counts.length; d++) {
      const { bits, offset, at } = counts[d];
      const value = at(i) + offset;
      const size = 1 << bits;
      if (value < 0 || value >= size) throw new DoesNotDecompose();
      key = key * size + value;
    }
    this.key = key;
    return 0;
  }

  traits(key: number): Traits {
    const { counts } = this.dimensions;
    const values = new Array<number>(counts.length);
    let rest = key;
    for (let d = counts.length - 1; d >= 0; d--) {
      const size = 1 << counts[d].bits;
      const above = Math.floor(rest / size);
      values[d] = rest - above * size - counts[d].offset;
      rest = above;
    }
    const { raws, domains } = this.keyTraits[rest];
    return { raws, domains, values };
  }

  /** Before the groups of a cycle are asked for their verdicts. */
  beginGroups(): void {
    this.spreadFilter?.begin();
    if (this.groupFilters.includes('affinity')) this.affinity?.begin();
  }

  groupVerdict(t: Traits): number {
    for (const filter of this.groupFilters) {
      const part = filter === 'spread' ? this.spreadFilter : this.affinity;
      const verdict = part === undefined ? 0 : part.verdict(t);
      if (verdict !== 0) return verdict;
    }
    return 0;
  }

  /** Weighted sums of the normalised scores of groups, of which `counts` nodes each are feasible. */
  groupScores(groups: readonly Traits[], counts: ArrayLike<number>): readonly number[] {
    const totals: number[] = [];
    for (let g = 0; g < groups.length; g++) totals.push(0);
    for (let s = 0; s < this.scaled.length; s++) {
      const { weight, reversed } = this.scaled[s];
      let max = 0;
      for (const t of groups) if (t.raws[s] > max) max = t.raws[s];
      for (let g = 0; g < groups.length; g++) {
        const share = max === 0 ? 0 : Math.trunc((100 * groups[g].raws[s]) / max);
        totals[g] += weight * (reversed ? 100 - share : share);
      }
    }
    this.spreadScore?.addTo(totals, groups, counts, this.spreadWeight);
    if (this.affinity?.scores && this.affinityWeight > 0) this.affinity.addTo(totals, groups, this.affinityWeight);
    return totals;
  }

  private plainVerdict(plugin: Plugin, i: number): number {
    const status = plugin.filter?.(this.state, this.pod, this.index.infos[i], this.snapshot);
    return isSuccess(status) ? 0 : this.statuses.id({ ...(status as Status), plugin: plugin.name });
  }

  /** What the node object says. */
  private refresh(i: number): void {
    this.seen[i] = this.index.objectVersions[i];
    const flags = this.index.flags[i];
    const isPlain = (reads: Reads) =>
      reads === 'nothing' ||
      (reads === 'taints' && (flags & NODE_TAINTED) === 0) ||
      (reads === 'images' && (flags & NODE_HAS_IMAGES) === 0);
    this.objectVerdicts[i] = 0;
    for (const { plugin, reads } of this.objectFilters) {
      if (isPlain(reads)) continue;
      const verdict = this.plainVerdict(plugin, i);
      if (verdict === 0) continue;
      this.objectVerdicts[i] = verdict;
      return;
    }
    const info = this.index.infos[i];
    let local = 0;
    for (const { plugin, weight, reads } of this.objectScores)
      if (!isPlain(reads)) local += weight * (plugin.score?.(this.state, this.pod, info, this.snapshot) ?? 0);
    this.objectLocals[i] = local;
    let someRaw = false;
    const raws = this.scaled.map(({ plugin, reads }) => {
      const raw = isPlain(reads) ? 0 : (plugin.score?.(this.state, this.pod, info, this.snapshot) ?? 0);
      if (raw !== 0) someRaw = true;
      return raw;
    });
    this.objectKeys[i] = this.keyId(i, raws, someRaw);
  }

  private keyId(i: number, raws: readonly number[], someRaw: boolean): number {
    const { labels } = this.dimensions;
    let mixed = 0;
    for (const label of labels) mixed = mixed * (label.domains.capacity + 1) + labelAt(label, i) + 1;
    const key = someRaw || mixed > Number.MAX_SAFE_INTEGER ? this.longKey(i, raws) : mixed;
    let id = this.keyIds.get(key);
    if (id === undefined) {
      id = this.keyTraits.length;
      if (id >= 1 << STATIC_BITS) throw new DoesNotDecompose();
      this.keyTraits.push({ raws, domains: labels.map((label) => labelAt(label, i)) });
      this.keyIds.set(key, id);
    }
    return id;
  }

  private longKey(i: number, raws: readonly number[]): string {
    return `${raws.join(',')};${this.dimensions.labels.map((label) => labelAt(label, i)).join(',')}`;
  }

  private localScore(i: number): number {
    let local = this.objectLocals[i];
    if (this.fitWeight > 0) local += this.fitWeight * this.fitScore(i);
    if (this.balanceWeight > 0) local += this.balanceWeight * this.balanceScore(i);
    for (let s = 0; s < this.nodeScores.length; s++) {
      const { plugin, weight } = this.nodeScores[s];
      local += weight * (plugin.score?.(this.state, this.pod, this.index.infos[i], this.snapshot) ?? 0);
    }
    return local;
  }

  /** NodeResourcesFit.score over the columns. */
  private fitScore(i: number): number {
    const resources = this.fitResources;
    const scorer = (this.fitShape as FitShape).scorer;
    if (scorer !== leastAllocated) return this.otherFitScore(i, scorer);
    let sum = 0;
    let weights = 0;
    for (let r = 0; r < resources.length; r++) {
      const { used, capacity, own, weight } = resources[r];
      const c = capacity[i];
      if (c === 0) continue;
      const requested = used[i] + own;
      if (requested <= c) sum += Math.trunc(((c - requested) * 100) / c) * weight;
      weights += weight;
    }
    return weights === 0 ? 0 : Math.trunc(sum / weights);
  }

  private otherFitScore(i: number, scorer: FitShape['scorer']): number {
    const present = this.fitResources.filter(({ capacity }) => capacity[i] !== 0);
    return scorer(
      present.map(({ used, own }) => used[i] + own),
      present.map(({ capacity }) => capacity[i]),
      present.map(({ weight }) => weight),
    );
  }

  /** NodeResourcesBalancedAllocation.score over the columns, for two resources at most. */
  private balanceScore(i: number): number {
    let count = 0;
    let first = 0;
    let second = 0;
    for (let r = 0; r < this.balance.length; r++) {
      const { used, capacity, own } = this.balance[r];
      const c = capacity[i];
      if (c === 0) continue;
      const fraction = Math.min(1, (used[i] + own) / c);
      if (count++ === 0) first = fraction;
      else second = fraction;
    }
    return Math.trunc((1 - (count < 2 ? 0 : Math.abs((first - second) / 2))) * 100);
  }

  /** The largest local score that can come about. */
  private compileScores(framework: Framework, of: (plugin: Plugin) => Decomposition): number {
    let max = 0;
    for (const { plugin, weight } of framework.plugins.score) {
      const d = of(plugin);
      if (d.spread !== undefined || d.affinity !== undefined) continue;
      if (d.fit !== undefined) {
        this.fitWeight = weight;
        this.fitShape = d.fit;
        this.fitResources = scoredResources(this.index, this.pod, d.fit);
        max += 100 * weight;
        continue;
      }
      if (framework.plugins.preScore.includes(plugin)) {
        if (plugin.preScore?.(this.state, this.pod, [], this.snapshot)?.code === 'Skip') continue;
      }
      if (d.balance !== undefined && d.balance.length <= 2) {
        this.balanceWeight = weight;
        this.balance = balancedResources(this.index, this.pod, d.balance);
        max += 100 * weight;
        continue;
      }
      const reads = d.balance !== undefined ? 'node' : (d.score ?? 'nothing');
      if (d.normalize !== undefined) {
        if (reads === 'node') throw new DoesNotDecompose();
        this.scaled.push({ plugin, weight, reads, reversed: d.normalize === 'reversedMax' });
        continue;
      }
      if (reads === 'nothing') continue;
      (reads === 'node' ? this.nodeScores : this.objectScores).push({ plugin, weight, reads });
      max += 100 * weight;
    }
    return max;
  }
}

interface Part {
  readonly plugin: Plugin;
  readonly decomposition: Decomposition;
}

/** Every plugin that has a say before the choice of the node must decompose for the pod. */
function decomposeAll(framework: Framework, pod: PodInfo, snapshot: Snapshot): readonly Part[] {
  const { preFilter, filter, preScore, score, reserve, permit } = framework.plugins;
  const scoring = score.map((s) => s.plugin);
  const plugins = new Set([...preFilter, ...filter, ...preScore, ...scoring, ...reserve, ...permit]);
  return [...plugins].map((plugin) => {
    const decomposition = plugin.decompose?.(pod, snapshot.listers);
    if (decomposition === undefined) throw new DoesNotDecompose();
    return { plugin, decomposition };
  });
}

function weightOf(framework: Framework, plugin: Plugin): number {
  return framework.plugins.score.find((s) => s.plugin === plugin)?.weight ?? 0;
}

/** First failing plugin decides: verdicts of objects are taken before those of nodes, those of groups last. */
function rankOf(d: Decomposition): number {
  if (d.spread !== undefined || d.affinity !== undefined) return 3;
  if (d.fit !== undefined || d.filter === 'node') return 2;
  return d.filter === undefined || d.filter === 'nothing' ? 0 : 1;
}

function checkOrder(filters: readonly Plugin[], rank: (plugin: Plugin) => number): void {
  let highest = 0;
  for (const plugin of filters) {
    const r = rank(plugin);
    if (r === 0) continue;
    if (r < highest) throw new DoesNotDecompose();
    highest = r;
  }
}

function scoredResources(index: ClusterIndex, pod: PodInfo, shape: FitShape): readonly ScoredResource[] {
  const { columns } = index;
  const found: ScoredResource[] = [];
  for (const { name, weight } of shape.resources) {
    if (name === 'cpu' || name === 'memory') {
      const isCpu = name === 'cpu';
      found.push({
        used: isCpu ? columns.nonZeroMilliCPU : columns.nonZeroMemory,
        capacity: (isCpu ? columns.cpu : columns.memory).capacity,
        own: isCpu ? pod.scoredRequests.milliCPU : pod.scoredRequests.memory,
        weight,
      });
      continue;
    }
    const own = amountOf(pod.scoredRequests.scalars, name);
    if (isExtendedResource(name) && own === 0) continue;
    const { used, capacity } = columnOf(index, name);
    found.push({ used, capacity, own, weight });
  }
  return found;
}

function balancedResources(index: ClusterIndex, pod: PodInfo, names: readonly string[]): readonly ScoredResource[] {
  const found: ScoredResource[] = [];
  for (const name of names) {
    const own = amountOf(pod.requests, name);
    if (isExtendedResource(name) && own === 0) continue;
    const { used, capacity } = columnOf(index, name);
    found.push({ used, capacity, own, weight: 1 });
  }
  return found;
}

function columnOf(index: ClusterIndex, name: string): ResourceColumn {
  const { columns } = index;
  if (name === 'cpu') return columns.cpu;
  if (name === 'memory') return columns.memory;
  if (name === 'ephemeral-storage') return columns.ephemeralStorage;
  if (name === 'pods') throw new DoesNotDecompose();
  return columns.scalar(name);
}
