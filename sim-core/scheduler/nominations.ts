import type { Cell, Containers, Dict, KubeObject } from '../contracts/index.ts';
import { type PodInfo, podInfo } from './framework/podInfo.ts';

interface Nomination {
  readonly node: string;
  readonly pod: KubeObject;
}

interface NominationsState {
  readonly changes: number;
}

/** Pods that expect to land on a node: by preemption, or by their status. Source: backend/queue/nominator.go. */
export class Nominations {
  /** By pod uid. */
  private byPod!: Dict<Nomination>;
  /** A new object with every change: its identity tells one state from all others. */
  private state!: Cell<NominationsState>;
  /** Derived from `byPod`, right while its `state` is the cell's. Pods of one node ascend by uid. */
  private byNode: { state: NominationsState; readonly pods: Map<string, readonly PodInfo[]> } | undefined;

  init(c: Containers): void {
    this.byPod = c.dict('nominated', { volatile: true });
    this.state = c.cell<NominationsState>('nominated/state', { changes: 0 }, { volatile: true });
  }

  has(uid: string): boolean {
    return this.byPod.size > 0 && this.byPod.has(uid);
  }

  set(uid: string, nomination: Nomination): void {
    const before = this.byPod.get(uid);
    if (before?.node === nomination.node && before.pod === nomination.pod) return;
    this.byPod.set(uid, nomination);
    this.changed(before, nomination);
  }

  delete(uid: string): void {
    if (this.byPod.size === 0) return;
    const before = this.byPod.get(uid);
    if (before === undefined) return;
    this.byPod.delete(uid);
    this.changed(before, undefined);
  }

  to(node: string): readonly PodInfo[] {
    return this.byPod.size === 0 ? NOBODY : (this.derived().get(node) ?? NOBODY);
  }

  /** Names of the nodes that somebody is nominated to. */
  nodes(): readonly string[] {
    return this.byPod.size === 0 ? NOWHERE : [...this.derived().keys()].sort();
  }

  private derived(): ReadonlyMap<string, readonly PodInfo[]> {
    const state = this.state.get();
    if (this.byNode?.state !== state) {
      this.byNode = { state, pods: new Map() };
      const { pods } = this.byNode;
      this.byPod.forEach((n) => {
        put(pods, n);
      });
    }
    return this.byNode.pods;
  }

  private changed(before: Nomination | undefined, now: Nomination | undefined): void {
    const last = this.state.get();
    const next: NominationsState = { changes: last.changes + 1 };
    this.state.set(next);
    if (this.byNode?.state !== last) return;
    const { pods } = this.byNode;
    if (before !== undefined) {
      const others = (pods.get(before.node) ?? []).filter((p) => p.pod !== before.pod);
      if (others.length === 0) pods.delete(before.node);
      else pods.set(before.node, others);
    }
    if (now !== undefined) put(pods, now);
    this.byNode.state = next;
  }
}

const NOBODY: readonly PodInfo[] = [];
const NOWHERE: readonly string[] = [];

function put(pods: Map<string, readonly PodInfo[]>, { node, pod }: Nomination): void {
  const list = [...(pods.get(node) ?? NOBODY), podInfo(pod)];
  pods.set(
    node,
    list.sort((a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0)),
  );
}
