import type { Cell, Containers, Dict, KubeObject, ObjId, PagedTable, SortedIndex, TimeUs } from '../contracts/index.ts';
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

const NOBODY: readonly WaitingPod[] = Object.freeze([]);

/** Places as keys of an ordered index. */
const keyOf = (place: number) => String(place).padStart(15, '0');

/**
 * The waiting pods of all profiles. A gang of thousands waits together: pods stand by place in the order of their coming, those that
 * may go on are in an index, and the list that plugins see grows with each pod instead of being made anew.
 * Source: framework/runtime/waiting_pods_map.go.
 */
export class WaitingPods<Request> {
  private places!: Dict<number>;
  private pods!: PagedTable<WaitingEntry<Request>>;
  private nextPlace!: Cell<number>;
  /** Places of those that wait for nothing any more. */
  private goingOn!: SortedIndex;
  /** A new object with every change: its identity tells one state from all others. */
  private state!: Cell<{ readonly changes: number }>;
  /** Derived: what plugins see, right while its `state` is the cell's. */
  private seen: { readonly state: object; readonly list: readonly WaitingPod[] } | undefined;

  init(c: Containers): void {
    this.places = c.dict<number>('waitingPods/places', { volatile: true });
    this.pods = c.table<WaitingEntry<Request>>('waitingPods', { volatile: true });
    this.nextPlace = c.cell('waitingPods/next', 0, { volatile: true });
    this.goingOn = c.sorted('waitingPods/goingOn', { volatile: true });
    this.state = c.cell<{ readonly changes: number }>('waitingPods/state', { changes: 0 }, { volatile: true });
  }

  get isEmpty(): boolean {
    return this.places.size === 0;
  }

  get(uid: string): WaitingEntry<Request> | undefined {
    if (this.isEmpty) return undefined;
    const place = this.places.get(uid);
    return place === undefined ? undefined : this.pods.get(place);
  }

  add(entry: WaitingEntry<Request>): void {
    this.remove(entry.uid);
    const place = this.nextPlace.get();
    this.nextPlace.set(place + 1);
    this.places.set(entry.uid, place);
    const { seen } = this;
    const isRight = seen?.state === this.state.get();
    this.put(place, entry);
    if (isRight && !isSettled(entry)) this.seen = { state: this.state.get(), list: [...seen.list, asSeen(entry)] };
  }

  remove(uid: string): void {
    const place = this.places.get(uid);
    if (place === undefined) return;
    this.places.delete(uid);
    this.goingOn.drop(keyOf(place));
    this.pods.free(place);
    if (this.isEmpty) this.nextPlace.set(0);
    this.changed();
  }

  /** As plugins see them, those that have waited longest first. Those whose fate is sealed are left out. */
  list(): readonly WaitingPod[] {
    if (this.isEmpty) return NOBODY;
    const state = this.state.get();
    if (this.seen?.state !== state) {
      const list: WaitingPod[] = [];
      this.pods.forEach((entry) => {
        if (!isSettled(entry)) list.push(asSeen(entry));
      });
      this.seen = { state, list };
    }
    return this.seen.list;
  }

  /** The node is written down, or could not be. */
  nominated(uid: string): void {
    const entry = this.get(uid);
    if (entry !== undefined) this.set({ ...entry, isNominating: false });
  }

  /** One plugin lets a pod go; with the last of them it may be bound. */
  allow(uid: string, plugin: string): void {
    const entry = this.get(uid);
    if (entry === undefined || entry.rejected !== undefined) return;
    const { [plugin]: _gone, ...pending } = entry.pending;
    this.set({ ...entry, pending });
  }

  reject(uid: string, plugin: string, message: string): void {
    const entry = this.get(uid);
    if (entry === undefined || isSettled(entry)) return;
    this.set({ ...entry, rejected: { ...unschedulable(message), plugin } });
  }

  /** The next pod that waits no longer, in the order of their coming. */
  settled(): WaitingEntry<Request> | undefined {
    if (this.isEmpty || this.goingOn.size === 0) return undefined;
    let first: WaitingEntry<Request> | undefined;
    this.goingOn.range('', '', (_key, place) => {
      first = this.pods.get(place);
      return false;
    });
    return first;
  }

  private set(entry: WaitingEntry<Request>): void {
    this.put(this.places.get(entry.uid) as number, entry);
  }

  private put(place: number, entry: WaitingEntry<Request>): void {
    this.pods.put(place, entry);
    if (isSettled(entry) && !entry.isNominating) this.goingOn.set(keyOf(place), place);
    this.changed();
  }

  private changed(): void {
    this.state.set({ changes: this.state.get().changes + 1 });
  }
}

/** Memo of a pure function of immutable entries. */
const views = new WeakMap<object, WaitingPod>();

function asSeen(entry: WaitingEntry<unknown>): WaitingPod {
  let view = views.get(entry);
  if (view === undefined) {
    const { pod, uid, node, pending } = entry;
    view = { pod, uid, node, pendingPlugins: Object.keys(pending).sort() };
    views.set(entry, view);
  }
  return view;
}

function isSettled({ pending, rejected }: WaitingEntry<unknown>): boolean {
  return rejected !== undefined || Object.keys(pending).length === 0;
}
