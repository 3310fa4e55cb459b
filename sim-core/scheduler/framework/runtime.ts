import type { KubeObject } from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { type NodeInfo, withPod } from './nodeInfo.ts';
import type {
  CycleState,
  Effects,
  FrameworkHandle,
  PermitOutcome,
  Plugin,
  PluginEffects,
  PostFilterInput,
  PostFilterResult,
  Reservation,
  ReservedWrite,
  WaitingPod,
} from './plugin.ts';
import type { PodInfo } from './podInfo.ts';
import type { Listers, Snapshot } from './snapshot.ts';
import { isRejected, isSuccess, type Status, unresolvable } from './status.ts';

/** Source: framework.go maxTimeout. */
const MAX_PERMIT_WAIT_SECONDS = 15 * 60;

/** The plugins of one profile by extension point, in their order. */
export interface ProfilePlugins {
  readonly preEnqueue: readonly Plugin[];
  readonly preFilter: readonly Plugin[];
  readonly filter: readonly Plugin[];
  readonly postFilter: readonly Plugin[];
  readonly preScore: readonly Plugin[];
  readonly score: readonly { readonly plugin: Plugin; readonly weight: number }[];
  readonly reserve: readonly Plugin[];
  readonly permit: readonly Plugin[];
  readonly preBind: readonly Plugin[];
  readonly bind: readonly Plugin[];
  readonly postBind: readonly Plugin[];
  /** The only plugin that orders the queue. */
  readonly queueSort: Plugin;
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
    const effects: PluginEffects[] = [];
    let last: PostFilterResult | undefined;
    for (const plugin of this.plugins.postFilter) {
      const result = plugin.postFilter?.({ framework: this, ...input });
      if (result === undefined) continue;
      writes.push(...(result.writes ?? []));
      if (result.allow ?? result.reject ?? result.activate) effects.push(effectsOf(plugin, { ...result, writes: [] }));
      if (result.status.code === 'Success') return { ...result, writes, effects, message: '' };
      reasons.push(...result.status.reasons);
      last = { ...result, status: { ...result.status, plugin: plugin.name } };
      if (result.status.code !== 'Unschedulable') break;
    }
    return { ...(last ?? { status: unresolvable() }), writes, effects, message: reasons.join(', ') };
  }

  /** What must be done before the pod is bound to the chosen node, or who keeps it from having the node. */
  runReserve(
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
  ): { readonly reservations: readonly Reservation[]; readonly status?: Status } {
    const reservations: Reservation[] = [];
    for (const plugin of this.plugins.reserve) {
      const reservation = plugin.reserve?.(state, pod, node, snapshot);
      if (reservation === undefined) continue;
      if (!isSuccess(reservation.status))
        return { reservations: [], status: failedAt('Reserve', plugin, reservation.status as Status) };
      reservations.push(reservation);
    }
    return { reservations };
  }

  /** In the reverse order of Reserve, for all of its plugins. */
  runUnreserve(
    state: CycleState,
    pod: PodInfo,
    node: string,
    snapshot: Snapshot,
    waiting: readonly WaitingPod[],
  ): readonly PluginEffects[] {
    const effects: PluginEffects[] = [];
    for (const plugin of [...this.plugins.reserve].reverse()) {
      const wanted = plugin.unreserve?.(state, pod, node, snapshot, waiting);
      if (wanted !== undefined) effects.push(effectsOf(plugin, wanted));
    }
    return effects;
  }

  runPermit(
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
    waiting: readonly WaitingPod[],
  ): PermitOutcome {
    const waits: Record<string, number> = {};
    const effects: PluginEffects[] = [];
    for (const plugin of this.plugins.permit) {
      const result = plugin.permit?.(state, pod, node, snapshot, waiting);
      if (result === undefined) continue;
      const { status, timeoutSeconds = 0 } = result;
      effects.push(effectsOf(plugin, result));
      if (isSuccess(status)) continue;
      if (status?.code !== 'Wait') return { status: failedAt('Permit', plugin, status as Status), waits: {}, effects };
      waits[plugin.name] = Math.round(Math.min(timeoutSeconds, MAX_PERMIT_WAIT_SECONDS) * SECOND_US);
    }
    return { waits, effects };
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

/** A rejection is the plugin's own; anything else is an error of the framework. Source: framework.go RunPermitPlugins. */
function failedAt(point: string, plugin: Plugin, status: Status): Status {
  if (isRejected(status)) return { ...status, plugin: plugin.name };
  const reason = `running ${point} plugin "${plugin.name}": ${status.reasons.join(', ')}`;
  return { code: 'Error', reasons: [reason], plugin: plugin.name };
}

export function effectsOf({ name }: Plugin, { allow, reject, activate, writes }: Effects): PluginEffects {
  return { plugin: name, allow, reject, activate, writes };
}

function expects(nominated: PodInfo, pod: PodInfo): boolean {
  return nominated.priority >= pod.priority && nominated.uid !== pod.uid;
}
