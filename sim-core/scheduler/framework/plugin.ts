import type { KubeObject } from '../../contracts/index.ts';
import type { Decomposition } from './decompose.ts';
import { jsonOf } from './jsonOf.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { NodeMemo } from './nodeMemo.ts';
import type { PodInfo } from './podInfo.ts';
import type { Listers, Snapshot } from './snapshot.ts';
import type { Code, Status } from './status.ts';

/** State that plugins hand from one extension point to the next within one cycle; values are immutable, so a clone is shallow. */
export class CycleState {
  private readonly values: Map<string, unknown>;
  /** Filter plugins that returned Skip in PreFilter. */
  readonly skipFilter: Set<string>;
  readonly skipScore: Set<string>;
  /** Keys that users' plugins wrote; undefined = whoever writes now is none of them. */
  private users: Set<string> | undefined;
  private readonly usersKeys: Set<string>;

  constructor(from?: CycleState) {
    this.values = new Map(from?.values);
    this.skipFilter = new Set(from?.skipFilter);
    this.skipScore = new Set(from?.skipScore);
    this.usersKeys = new Set(from?.usersKeys);
  }

  read<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  write(key: string, value: unknown): void {
    this.values.set(key, value);
    this.users?.add(key);
  }

  clone(): CycleState {
    return new CycleState(this);
  }

  /** Runs code of a user's plugin: what it writes is handed on to the binding cycle. */
  asUser<T>(run: () => T): T {
    this.users = this.usersKeys;
    try {
      return run();
    } finally {
      this.users = undefined;
    }
  }

  /**
   * What users' plugins wrote, as plain data; undefined = nothing. The values of Kubernetes' own plugins stay behind, and those
   * that are no plain data.
   */
  carried(): Carried | undefined {
    if (this.usersKeys.size === 0) return undefined;
    const plain: Record<string, unknown> = {};
    for (const key of [...this.usersKeys].sort()) {
      const text = jsonOf(this.values.get(key) ?? null);
      if (text !== undefined) plain[key] = JSON.parse(text);
    }
    return plain;
  }

  static from(carried: Carried = {}): CycleState {
    const state = new CycleState();
    state.asUser(() => {
      for (const key of Object.keys(carried)) state.write(key, carried[key]);
    });
    return state;
  }
}

/** What a scheduling cycle leaves to its binding cycle. Plain data. */
export type Carried = Readonly<Record<string, unknown>>;

/** A pod as QueueSort compares it. */
export interface SortedPod {
  readonly pod: KubeObject;
  /** spec.priority, 0 without. */
  readonly priority: number;
  /** When it came into its queue, in µs since the start of the run. */
  readonly timestampUs: number;
  /** When it was first seen. */
  readonly initialUs: number;
  readonly attempts: number;
}

/** A pod that Permit plugins keep waiting: it has its node and is not bound. */
export interface WaitingPod {
  readonly pod: KubeObject;
  readonly uid: string;
  readonly node: string;
  /** Plugins that have not let it go yet, sorted. */
  readonly pendingPlugins: readonly string[];
}

/** What a plugin wants done besides its answer. Plain data. */
export interface Effects {
  /** Waiting pods, by uid, that this plugin lets go. Those that do not wait (any more) are passed over. */
  readonly allow?: readonly string[];
  /** Waiting pods that are turned away, with the message that their condition tells. */
  readonly reject?: readonly { readonly uid: string; readonly message: string }[];
  /** Pods that wait in the queue and shall be tried at once (PodsToActivate). */
  readonly activate?: readonly { readonly namespace: string; readonly name: string }[];
  /** Objects to be updated, in their order; their answers are not waited for. */
  readonly writes?: readonly ReservedWrite[];
}

export interface PermitResult extends Effects {
  /** Absent or Success = the pod may be bound, Wait = not yet; anything else turns it away. */
  readonly status?: Status;
  /** With Wait: how long at most; 15 minutes at most. */
  readonly timeoutSeconds?: number;
}

export interface BindingResult {
  /** Bind: Skip = the next Bind plugin shall do it. */
  readonly status?: Status;
  /** How much virtual time the call takes: `2s`, or `{ p50: '1s', p99: '4s' }`. */
  readonly latency?: string | { readonly p50: string; readonly p99?: string };
  /** PreBind only: objects to be updated before the binding; a refused one ends it. */
  readonly writes?: readonly ReservedWrite[];
}

/** What Permit says of all its plugins together. */
export interface PermitOutcome {
  readonly status?: Status;
  /** Of each plugin that asked to wait, µs from the end of the cycle. */
  readonly waits: Readonly<Record<string, number>>;
  readonly effects: readonly PluginEffects[];
}

/** Effects and whose they are. */
export interface PluginEffects extends Effects {
  readonly plugin: string;
}

export interface PreFilterResult {
  readonly status?: Status;
  /** Only these nodes need to be looked at. */
  readonly nodeNames?: ReadonlySet<string>;
}

/** An object as it shall be before the pod is bound; until the informer has seen it, plugins see it like this. */
export interface ReservedWrite {
  /** `plural` or `plural.group`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly subresource?: 'status';
}

export interface ReservedObject {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a plugin needs done between the choice of the node and the binding. Plain data. */
export interface Reservation {
  readonly plugin: string;
  /** In their order; the next goes out when the one before it was accepted. */
  readonly writes: readonly ReservedWrite[];
  /** Objects that others must bring into the state that `isReady` asks for. */
  readonly waitsFor: readonly ReservedObject[];
  /** Anything but Success: the pod cannot have the node after all. */
  readonly status?: Status;
}

/**
 * A plugin of the scheduling framework. All calls are synchronous and pure except for writes to the cycle state. Scores are
 * integers; after `normalize` they lie in 0..100. Each plugin implements the points that it needs.
 */
export interface Plugin {
  readonly name: string;
  /** QueueSort: does `a` come before `b`? Equals keep the order of PrioritySort. */
  less?(a: SortedPod, b: SortedPod): boolean;
  preEnqueue?(pod: KubeObject, listers: Snapshot['listers']): Status | undefined;
  preFilter?(state: CycleState, pod: PodInfo, snapshot: Snapshot): PreFilterResult;
  filter?(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined;
  /** PreFilter extensions: what the PreFilter state becomes when a pod is added to or removed from a node. */
  addPod?(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined;
  removePod?(state: CycleState, pod: PodInfo, removed: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined;
  preScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], snapshot: Snapshot): Status | undefined;
  /** The error of a Score whose PreScore is disabled, where the plugin cannot do without. */
  readonly preScoreMissing?: string;
  score?(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): number;
  /** Changes `scores` in place; `nodes` is aligned with it. */
  normalize?(state: CycleState, pod: PodInfo, scores: number[], nodes: readonly NodeInfo[]): void;
  postFilter?(input: PostFilterInput): PostFilterResult;
  /** After the choice of a node; undefined = nothing to reserve. */
  reserve?(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Reservation | undefined;
  /** When the pod does not get the node after all, in the reverse order of Reserve; also after another's failure. */
  unreserve?(
    state: CycleState,
    pod: PodInfo,
    node: string,
    snapshot: Snapshot,
    waiting: readonly WaitingPod[],
  ): Effects | undefined;
  /** The last word of the scheduling cycle. `waiting` = the pods that wait at Permit now. */
  permit?(
    state: CycleState,
    pod: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
    waiting: readonly WaitingPod[],
  ): PermitResult | undefined;
  /** Skip = `preBind` has nothing to do for this pod; only pods with something to do get a nominated node before. */
  preBindPreFlight?(state: CycleState, pod: PodInfo, node: string, snapshot: Snapshot): Status | undefined;
  preBind?(state: CycleState, pod: PodInfo, node: string, snapshot: Snapshot): BindingResult | undefined;
  /** Success = the pod is bound to the node in this plugin's name. */
  bind?(state: CycleState, pod: PodInfo, node: string, snapshot: Snapshot): BindingResult | undefined;
  postBind?(
    state: CycleState,
    pod: PodInfo,
    node: string,
    snapshot: Snapshot,
    waiting: readonly WaitingPod[],
  ): Effects | undefined;
  /** Is an object that the reservation waits for as it must be? A text is the error that ends the wait. */
  isReady?(object: KubeObject | undefined, node: string): boolean | string;
  /**
   * How filter and score fall apart for this pod; undefined = they do not, and the plain executor takes the pod. A plugin
   * without it never does. The answer may depend on the pod's spec, namespace and labels, and on `listers` by what
   * `decompositionKey` says of them.
   */
  decompose?(pod: PodInfo, listers: Listers): Decomposition | undefined;
  /** What `decompose` takes from `listers`: equal keys mean equal answers. */
  decompositionKey?(pod: PodInfo, listers: Listers): string;
  /** Cluster events that may make a pod schedulable that this plugin rejected. */
  events?(): readonly EventRegistration[];
}

/** Status of the nodes that failed, by name. */
export interface FailedNodes extends ReadonlyMap<string, Status> {
  /** Places in the snapshot's index of those with this code, in its order, where that is known without asking for each. */
  placesWith?(code: Code): ArrayLike<number>;
}

export interface PostFilterInput {
  readonly state: CycleState;
  readonly pod: PodInfo;
  readonly snapshot: Snapshot;
  /** Status of every node that failed; nodes not named have `absent`. */
  readonly statuses: FailedNodes;
  readonly absent: Status;
  /** Kept between cycles of like pods, where filters look at one node at a time. */
  readonly memo?: NodeMemo<object> | undefined;
  readonly framework: FrameworkHandle;
  /** Pods that wait at Permit. */
  readonly waiting?: readonly WaitingPod[];
  /** The first of the candidate nodes to look at: a keyed draw below n. */
  drawOffset(n: number): number;
  /** What extenders leave of the proposed victims; absent without extenders. */
  processPreemption?(victims: ProposedVictims): { readonly value: ProposedVictims } | { readonly error: string };
}

/** Node -> uids of pods that would have to go. */
export type ProposedVictims = Readonly<
  Record<string, { readonly pods: readonly string[]; readonly numPDBViolations: number }>
>;

export interface PostFilterResult extends Effects {
  readonly status: Status;
  readonly nominatedNode?: string;
  /** Clear a nomination that no longer helps. */
  readonly clearNomination?: boolean;
  readonly victims?: readonly PodInfo[];
  /** To be made whatever the other plugins say. */
  readonly writes?: readonly ReservedWrite[];
  /** Of the plugins that ran, with their names. */
  readonly effects?: readonly PluginEffects[];
}

/** What PostFilter plugins may ask of the framework. */
export interface FrameworkHandle {
  runFiltersWithNominatedPods(state: CycleState, pod: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined;
  runAddPod(state: CycleState, pod: PodInfo, added: PodInfo, node: NodeInfo, snapshot: Snapshot): Status | undefined;
  runRemovePod(
    state: CycleState,
    pod: PodInfo,
    removed: PodInfo,
    node: NodeInfo,
    snapshot: Snapshot,
  ): Status | undefined;
}

export type EventResource =
  | 'Pod'
  | 'AssignedPod'
  | 'UnschedulablePod'
  | 'Node'
  | 'PersistentVolume'
  | 'PersistentVolumeClaim'
  | 'StorageClass'
  | 'CSINode'
  | 'CSIDriver'
  | 'CSIStorageCapacity'
  | 'VolumeAttachment'
  | 'ResourceClaim'
  | 'ResourceSlice'
  | 'DeviceClass'
  | '*';

export type ActionType =
  | 'Add'
  | 'Delete'
  | 'Update'
  | 'UpdateNodeAllocatable'
  | 'UpdateNodeLabel'
  | 'UpdateNodeTaint'
  | 'UpdateNodeCondition'
  | 'UpdateNodeAnnotation'
  | 'UpdatePodLabel'
  | 'UpdatePodScaleDown'
  | 'UpdatePodToleration'
  | 'UpdatePodSchedulingGatesEliminated'
  | 'UpdatePodGeneratedResourceClaim';

export type Hint = 'Queue' | 'QueueSkip';

export interface ClusterEvent {
  readonly resource: EventResource;
  readonly action: ActionType;
}

export interface EventRegistration {
  readonly resource: EventResource;
  readonly actions: readonly ActionType[];
  /** Absent: always Queue. */
  hint?(
    pod: KubeObject,
    before: KubeObject | undefined,
    now: KubeObject | undefined,
    listers: Snapshot['listers'],
  ): Hint;
}
