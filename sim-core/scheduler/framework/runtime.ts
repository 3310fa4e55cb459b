import type { KubeObject } from '../../contracts/index.ts';
import { type NodeInfo, withPod } from './nodeInfo.ts';
import type {
  CycleState,
  FrameworkHandle,
  Plugin,
  PostFilterInput,
  PostFilterResult,
  Reservation,
  ReservedWrite,
} from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { Listers, Snapshot } from './snapshot.ts';
import { isSuccess, type Status, unresolvable } from './status.ts';

/** The plugins of one profile by extension point, in their order. */
export interface ProfilePlugins {
  readonly preEnqueue: readonly Plugin[];
  readonly preFilter: readonly Plugin[];
  readonly filter: readonly Plugin[];
  readonly postFilter: readonly Plugin[];
  readonly preScore: readonly Plugin[];
  readonly score: readonly { readonly plugin: Plugin; readonly weight: number }[];
  readonly reserve: readonly Plugin[];
  readonly all: readonly Plugin[];
}

export interface PreFilterOutcome {
  readonly status?: Status;
  readonly nodeNames?: ReadonlySet<string>;
  /** Plugins that limited the nodes, sorted. */
  readonly restrictedBy: readonly string[];
  readonly skipped: readonly string[];
}

/** Pods of other schedulers' cycles that will soon land on a node. */
export type NominatedPods = (node: string) => readonly PodInfo[];

/** Names of the nodes that pods are nominated to. */
export type NominatedNodes = () => readonly string[];

/** Runs the extension points of one profile. Source: pkg/scheduler/framework/runtime/framework.go. */
export class Framework implements FrameworkHandle {
  readonly plugins: ProfilePlugins;
  private readonly nominated: NominatedPods;
  private readonly nominatedTo: NominatedNodes | undefined;

  /** What every scoring ends in, because a plugin lacks its PreScore. */
  readonly scoreError: string | undefined;

  /** Without `nominatedTo` every node is asked who is nominated there. */
  constructor(plugins: ProfilePlugins, nominated: NominatedPods, nominatedTo?: NominatedNodes) {
    this.plugins = plugins;
    this.nominated = nominated;
    this.nominatedTo = nominatedTo;
    const blind = plugins.score.find(({ plugin }) => plugin.preScoreMissing && !plugins.preScore.includes(plugin));
    this.scoreError =
      blind && `running Score plugins: plugin "${blind.plugin.name}" failed with: ${blind.plugin.preScoreMissing}`;
  }

  /** The first plugin that keeps the pod out of the queue. */
  runPreEnqueue(pod: KubeObject, listers: Listers): Status | undefined {
    for (const plugin of this.plugins.preEnqueue) {
      const status = plugin.preEnqueue?.(pod, listers);
      if (!isSuccess(status)) return { ...(status as Status), plugin: plugin.name };
    }
    return undefined;
  }

  runPreFilter(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterOutcome {
    let rejected: Status | undefined;
    let nodeNames: ReadonlySet<string> | undefined;
    const restrictedBy: string[] = [];
    const skipped: string[] = [];
    for (const plugin of this.plugins.preFilter) {
      const result = plugin.preFilter?.(state, pod, snapshot) ?? {};
      const code = result.status?.code ?? 'Success';
      if (code === 'Skip') {
        skipped.push(plugin.name);
        state.skipFilter.add(plugin.name);
        continue;
      }
      if (code !== 'Success') {
        const status = { ...(result.status as Status), plugin: plugin.name };
        if (code === 'UnschedulableAndUnresolvable') return { status, restrictedBy, skipped };
        if (code !== 'Unschedulable') {
          const reason = `running PreFilter plugin "${plugin.name}": ${status.reasons.join(', ')}`;
          return { status: { ...status, reasons: [reason] }, restrictedBy, skipped };
        }
        rejected ??= status;
        continue;
      }
      if (result.nodeNames === undefined) continue;
      restrictedBy.push(plugin.name);
      const allowed: ReadonlySet<string> = result.nodeNames;
      nodeNames = nodeNames === undefined ? allowed : new Set([...nodeNames].filter((n) => allowed.has(n)));
      if (nodeNames.size === 0) {
        const reason =
          restrictedBy.length === 1
            ? `node(s) didn't satisfy plugin ${plugin.name}`
            : `node(s) didn't satisfy plugin(s) [${restrictedBy.join(' ')}] simultaneously`;
        return { status: { ...unresolvable(reason), plugin: plugin.name }, nodeNames, restrictedBy, skipped };
      }
    }
    return rejected === undefined
      ? { nodeNames, restrictedBy, skipped }
      : { status: rejected, nodeNames, restrictedBy, skipped };
  }

  /** The first failing plugin decides the status of the node. */
  runFilters(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined {
    for (const plugin of this.plugins.filter) {
      if (state.skipFilter.has(plugin.name)) continue;
      const status = plugin.filter?.(state, pod, node, snapshot);
      if (status === undefined || status.code === 'Success') continue;
      return { code: status.code, reasons: status.reasons, plugin: plugin.name };
    }
    return undefined;
  }

  /**
   * Two passes where pods of equal or higher priority are nominated to the node: with them, since they will come, and
   * without them, since they may not. Both must pass.
   */
  runFiltersWithNominatedPods(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined {
    const others = this.nominated(node.name).filter((p) => expects(p, pod));
    if (others.length > 0) {
      const withOthers = state.clone();
      let info = node;
      for (const other of others) {
        info = withPod(info, other);
        this.runAddPod(withOthers, pod, other, info, snapshot);
      }
      const status = this.runFilters(withOthers, pod, info, snapshot);
      if (!isSuccess(status)) return status;
    }
    return this.runFilters(state, pod, node, snapshot);
  }

  /** Nodes that pods are nominated to. */
  nominatedNodes(snapshot: Snapshot): readonly string[] {
    if (this.nominatedTo !== undefined) return this.nominatedTo();
    return snapshot.nodes.map((n) => n.name).filter((name) => this.nominated(name).length > 0);
  }

  /** Do pods that this one must give way to expect to land on the node? */
  hasNominated(node: string, pod: PodInfo): boolean {
    return this.nominated(node).some((p) => expects(p, pod));
  }

  runAddPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined {
    for (const plugin of this.plugins.preFilter) {
      if (!state.skipFilter.has(plugin.name)) plugin.addPod?.(state, pod, added, node, snapshot);
    }
    return undefined;
  }

  runRemovePod(
    state: CycleState,
    pod: PodInfo,
    removed: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
  ): Status | undefined {
    for (const plugin of this.plugins.preFilter) {
      if (!state.skipFilter.has(plugin.name)) plugin.removePod?.(state, pod, removed, node, snapshot);
    }
    return undefined;
  }

  /** Plugins in order until one succeeds, errs or is sure that nothing helps; reasons of the rest are joined. */
  runPostFilter(input: Omit<PostFilterInput, 'framework'>): PostFilterResult & { readonly message: string } {
    const reasons: string[] = [];
    const writes: ReservedWrite[] = [];
    let last: PostFilterResult | undefined;
    for (const plugin of this.plugins.postFilter) {
      const result = plugin.postFilter?.({ framework: this, ...input });
      if (result === undefined) continue;
      writes.push(...(result.writes ?? []));
      if (result.status.code === 'Success') return { ...result, writes, message: '' };
      reasons.push(...result.status.reasons);
      last = { ...result, status: { ...result.status, plugin: plugin.name } };
      if (result.status.code !== 'Unschedulable') break;
    }
    return { ...(last ?? { status: unresolvable() }), writes, message: reasons.join(', ') };
  }

  /** What must be done before the pod is bound to the chosen node. */
  runReserve(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): readonly Reservation[] {
    const reservations: Reservation[] = [];
    for (const plugin of this.plugins.reserve) {
      const reservation = plugin.reserve?.(state, pod, node, snapshot);
      if (reservation !== undefined) reservations.push(reservation);
    }
    return reservations;
  }

  runPreScore(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): readonly string[] {
    const skipped: string[] = [];
    for (const plugin of this.plugins.preScore) {
      if (plugin.preScore?.(state, pod, nodes, snapshot)?.code !== 'Skip') continue;
      state.skipScore.add(plugin.name);
      skipped.push(plugin.name);
    }
    return skipped;
  }
}

function expects(nominated: PodInfo, pod: PodInfo): boolean {
  return nominated.priority >= pod.priority && nominated.uid !== pod.uid;
}
