import type { Containers, Dict, KubeObject, ObjId, TimeUs } from '../contracts/index.ts';
import type { WaitingPod } from './framework/plugin.ts';
import type { Status } from './framework/status.ts';
import { unschedulable } from './framework/status.ts';

/** A pod that Permit plugins keep waiting, and what its binding cycle begins with. */
export interface WaitingEntry<Request> {
  readonly obj: ObjId;
  readonly uid: string;
  readonly node: string;
  readonly attempt: number;
  readonly pod: KubeObject;
  readonly sinceUs: TimeUs;
  /** Plugins that have not let it go, with the µs after which each gives up. */
  readonly pending: Readonly<Record<string, TimeUs>>;
  /** Its node is being written down; until then nothing goes on. */
  readonly isNominating: boolean;
  /** Who turned it away. */
  readonly rejected?: Status;
  readonly request: Request;
}

/** The waiting pods of all profiles. Source: framework/runtime/waiting_pods_map.go. */
export class WaitingPods<Request> {
  private pods!: Dict<WaitingEntry<Request>>;

  init(c: Containers): void {
    this.pods = c.dict<WaitingEntry<Request>>('waitingPods', { volatile: true });
  }

  get isEmpty(): boolean {
    return this.pods.size === 0;
  }

  get(uid: string): WaitingEntry<Request> | undefined {
    return this.pods.get(uid);
  }

  add(entry: WaitingEntry<Request>): void {
    this.pods.set(entry.uid, entry);
  }

  remove(uid: string): void {
    this.pods.delete(uid);
  }

  /** As plugins see them, those that have waited longest first. Those whose fate is sealed are left out. */
  list(): readonly WaitingPod[] {
    if (this.isEmpty) return [];
    return this.entries()
      .filter((e) => !isSettled(e))
      .map(({ pod, uid, node, pending }) => ({ pod, uid, node, pendingPlugins: Object.keys(pending).sort() }));
  }

  /** The node is written down, or could not be. */
  nominated(uid: string): void {
    const entry = this.pods.get(uid);
    if (entry !== undefined) this.pods.set(uid, { ...entry, isNominating: false });
  }

  /** One plugin lets a pod go; with the last of them it may be bound. */
  allow(uid: string, plugin: string): void {
    const entry = this.pods.get(uid);
    if (entry === undefined || entry.rejected !== undefined) return;
    const { [plugin]: _gone, ...pending } = entry.pending;
    this.pods.set(uid, { ...entry, pending });
  }

  reject(uid: string, plugin: string, message: string): void {
    const entry = this.pods.get(uid);
    if (entry === undefined || isSettled(entry)) return;
    this.pods.set(uid, { ...entry, rejected: { ...unschedulable(message), plugin } });
  }

  /** The next pod that waits no longer, in the order of their coming. */
  settled(): WaitingEntry<Request> | undefined {
    if (this.isEmpty) return undefined;
    return this.entries().find((e) => !e.isNominating && isSettled(e));
  }

  private entries(): WaitingEntry<Request>[] {
    const all = this.pods.keys().map((uid) => this.pods.get(uid) as WaitingEntry<Request>);
    return all.sort((a, b) => a.sinceUs - b.sinceUs || a.obj - b.obj);
  }
}

function isSettled({ pending, rejected }: WaitingEntry<unknown>): boolean {
  return rejected !== undefined || Object.keys(pending).length === 0;
}
