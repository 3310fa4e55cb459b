import type {
  Cell,
  Containers,
  KubeObject,
  ObjId,
  PagedTable,
  RecordId,
  Ring,
  SortedIndex,
  TimeUs,
  Version,
} from '../../contracts/index.ts';
import { SECOND_US } from '../../contracts/index.ts';
import { podEvents } from '../events.ts';
import type { SortedPod } from '../framework/plugin.ts';
import { ActiveQueue, activeKey } from './activeQueue.ts';
import { backoffUntilUs, expirySecond } from './backoff.ts';
import type { ObservedEvent, PodUpdate } from './observedEvent.ts';
import type { PendingPods, QueuedPod, QueueOptions, QueuePlace, QueuePolicy } from './queuedPod.ts';

const NO_PLUGINS: readonly string[] = Object.freeze([]);

const FLUSH_UNSCHEDULABLE_US = 30 * SECOND_US;

/** After so many recorded events those that nobody needs any more are given up. */
const TRIM_EVERY = 4096;

const pad = (n: number, width: number) => String(n).padStart(width, '0');

/**
 * The three queues of kube-scheduler with hints, in-flight events and early popping from back-off.
 * Source: pkg/scheduler/backend/queue; scheduler.md §8.
 */
export class SchedulingQueue {
  private rows!: PagedTable<QueuedPod>;
  private readonly active: ActiveQueue;
  /** Expiry second, then PrioritySort. */
  private backoff!: SortedIndex;
  private errorBackoff!: SortedIndex;
  private unschedulable!: SortedIndex;
  private gated!: SortedIndex;
  private inFlightEvents!: Ring<ObservedEvent | PodUpdate>;
  /** Pods whose cycle an event may still help. */
  private inFlight!: Cell<number>;
  /** The pod of the cycle at hand when it has its node, which no event changes; -1 = none. */
  private settled!: Cell<ObjId>;
  private readonly options: QueueOptions;
  private readonly policy: QueuePolicy;

  private readonly popsFromBackoff: boolean;

  constructor(options: QueueOptions, policy: QueuePolicy) {
    this.options = options;
    this.popsFromBackoff = options.popsFromBackoff !== false;
    this.policy = policy;
    this.active = new ActiveQueue(() => this.rows, policy.less === undefined);
  }

  init(c: Containers): void {
    this.rows = c.table<QueuedPod>('queue/rows', { volatile: true });
    this.active.init(c);
    this.backoff = c.sorted('queue/backoff', { volatile: true });
    this.errorBackoff = c.sorted('queue/errorBackoff', { volatile: true });
    this.unschedulable = c.sorted('queue/unschedulable', { volatile: true });
    this.gated = c.sorted('queue/gated', { volatile: true });
    this.inFlightEvents = c.ring<ObservedEvent | PodUpdate>('queue/inFlightEvents', { volatile: true });
    this.inFlight = c.cell('queue/inFlight', 0, { volatile: true });
    this.settled = c.cell('queue/settled', -1, { volatile: true });
  }

  get(obj: ObjId): QueuedPod | undefined {
    return this.rows.get(obj);
  }

  pending(): PendingPods {
    return {
      active: this.active.size,
      backoff: this.backoff.size + this.errorBackoff.size,
      unschedulable: this.unschedulable.size,
      gated: this.gated.size,
    };
  }

  /** A new unbound pod. */
  add(pod: Version, nowUs: TimeUs, cause: RecordId): void {
    const { obj } = pod;
    const known = this.rows.get(obj);
    if (known?.place === 'active') this.active.leave(known);
    const priority: number = pod.object.spec?.priority ?? 0;
    const gatingPlugin = this.policy.gate(pod.object) ?? '';
    const isGated = gatingPlugin !== '';
    const row: QueuedPod = {
      obj,
      pod,
      place: isGated ? 'gated' : 'active',
      at: isGated ? -1 : this.active.enter({ obj, priority, timestampUs: nowUs }),
      priority,
      timestampUs: nowUs,
      initialUs: nowUs,
      attempts: 0,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      rejectedBy: NO_PLUGINS,
      pendingPlugins: NO_PLUGINS,
      gatingPlugin,
      eventsFrom: 0,
      cause,
    };
    if (isGated) this.link(row);
    else this.rows.put(obj, row);
  }

  /** The pod's object changed while it is pending. `events` are what the change means to plugins. */
  update(pod: Version, before: KubeObject, events: readonly ObservedEvent[], nowUs: TimeUs): void {
    const row = this.rows.get(pod.obj);
    if (row === undefined || row.pod.object.metadata.uid !== pod.object.metadata.uid) {
      if (row !== undefined) this.remove(pod.obj);
      this.add(pod, nowUs, pod.record);
      return;
    }
    const fresh = { ...row, pod, priority: pod.object.spec?.priority ?? 0 };
    if (row.place === 'inFlight' || row.place === 'binding') {
      this.rows.put(row.obj, fresh);
      for (const event of events) this.recordInFlight(event);
      return;
    }
    if (row.place !== 'unschedulable' && row.place !== 'gated') {
      if (fresh.priority === row.priority) {
        this.rows.put(row.obj, fresh);
        return;
      }
      this.unlink(row);
      this.link(fresh);
      return;
    }
    this.unlink(row);
    this.link(fresh);
    for (const event of events) if (this.tryWake(fresh, event, nowUs)) return;
    // A change of status alone concerns no plugin.
    if (row.place === 'gated' && before.spec !== pod.object.spec && this.policy.gate(pod.object) === undefined) {
      this.unlink(fresh);
      this.toActive({ ...fresh, gatingPlugin: '', cause: pod.record }, nowUs);
    }
  }

  /** The newest version of a pod that is being scheduled or bound, which updates pass by once it is assumed. */
  renew(pod: Version): QueuedPod | undefined {
    const row = this.rows.get(pod.obj);
    if (row === undefined || row.pod.object.metadata.uid !== pod.object.metadata.uid) return row;
    const fresh = { ...row, pod };
    this.rows.put(row.obj, fresh);
    return fresh;
  }

  remove(obj: ObjId): void {
    const row = this.rows.get(obj);
    if (row === undefined) return;
    if (row.place === 'inFlight') this.leaveFlight(obj);
    this.unlink(row);
    this.rows.free(obj);
  }

  /** The next pod to schedule: the head of the active queue, else the head of the back-off queue before its time. */
  pop(_nowUs: TimeUs): QueuedPod | undefined {
    const head = this.headOfActive() ?? (this.popsFromBackoff ? this.headOfBackoff() : undefined);
    if (head === undefined) return undefined;
    const row = this.rows.get(head) as QueuedPod;
    this.unlink(row);
    const popped: QueuedPod = {
      ...row,
      place: 'inFlight',
      at: -1,
      attempts: row.attempts + 1,
      rejectedBy: NO_PLUGINS,
      pendingPlugins: NO_PLUGINS,
      eventsFrom: this.inFlightEvents.next,
    };
    this.rows.put(head, popped);
    this.inFlight.set(this.inFlight.get() + 1);
    return popped;
  }

  private headOfActive(): ObjId | undefined {
    if (this.policy.less === undefined) return this.active.head();
    let best: QueuedPod | undefined;
    this.active.forEach((obj) => {
      best = this.lesser(best, obj);
    });
    return best?.obj;
  }

  private headOfBackoff(): ObjId | undefined {
    if (this.backoff.size === 0) return undefined;
    let best: QueuedPod | undefined;
    let expiry = '';
    this.backoff.range('', '', (key, obj) => {
      if (expiry !== '' && !key.startsWith(expiry)) return false;
      expiry = key.slice(0, key.indexOf('/'));
      best = this.lesser(best, obj);
      return this.policy.less !== undefined;
    });
    return best?.obj;
  }

  /** By the order of a user's plugin, asked of every pod: it may change with what it looks at. Ties keep PrioritySort's. */
  private lesser(best: QueuedPod | undefined, obj: ObjId): QueuedPod {
    const row = this.rows.get(obj) as QueuedPod;
    return best === undefined || this.policy.less?.(sorted(row), sorted(best)) === true ? row : best;
  }

  /** The cycle at hand has found a node and nothing keeps the pod waiting: events no longer matter. */
  settle(obj: ObjId): void {
    this.leaveFlight(obj);
    this.settled.set(obj);
  }

  /** The scheduling cycle is over, and the pod has a node: the row waits for the outcome of the binding. */
  done(obj: ObjId): void {
    const row = this.rows.get(obj);
    if (row?.place !== 'inFlight') return;
    this.leaveFlight(obj);
    this.rows.put(obj, { ...row, place: 'binding' });
  }

  /** The cycle failed. Without a rejecting plugin it was an error. Returns where the pod went. */
  addUnschedulable(
    obj: ObjId,
    rejectedBy: readonly string[],
    pendingPlugins: readonly string[],
    nowUs: TimeUs,
  ): QueuePlace | undefined {
    const row = this.rows.get(obj);
    if (row === undefined || (row.place !== 'inFlight' && row.place !== 'binding')) return undefined;
    const rejected = rejectedBy.length + pendingPlugins.length > 0;
    const failed: QueuedPod = {
      ...row,
      timestampUs: nowUs,
      rejectedBy,
      pendingPlugins,
      unschedulableCount: rejected ? row.unschedulableCount + 1 : row.unschedulableCount,
      consecutiveErrors: rejected ? 0 : row.consecutiveErrors + 1,
    };
    const events: ObservedEvent[] = [];
    if (row.place === 'inFlight') {
      for (let i = row.eventsFrom; i < this.inFlightEvents.next; i++) {
        const event = this.inFlightEvents.get(i);
        if (event === undefined) continue;
        if (event.resource !== undefined) events.push(event);
        else events.push(...podEvents(event.before, event.now, event.record));
      }
      this.leaveFlight(obj);
    }
    if (!rejected) return this.toBackoff(failed, 'errorBackoff');
    for (const event of events) {
      const wake = this.answer(failed, event);
      if (wake === 'no') continue;
      return this.wake({ ...failed, cause: event.record }, wake === 'now', nowUs);
    }
    return this.link({ ...failed, place: 'unschedulable' });
  }

  /** False: no pod waits for an event, and none is in flight that might. */
  get isListening(): boolean {
    return this.inFlight.get() > 0 || this.unschedulable.size > 0 || this.gated.size > 0;
  }

  /** A pod that has a node was updated. */
  podUpdated(before: KubeObject, now: KubeObject, record: RecordId, nowUs: TimeUs): void {
    if (this.unschedulable.size + this.gated.size === 0) {
      if (this.inFlight.get() > 0) this.recordInFlight({ resource: undefined, before, now, record });
      return;
    }
    for (const event of podEvents(before, now, record)) this.moveAll(event, nowUs);
  }

  /** Moves the pods that an event may help; not `except`, whose own failure the event is. */
  moveAll(event: ObservedEvent, nowUs: TimeUs, except?: ObjId): void {
    this.recordInFlight(event);
    if (this.unschedulable.size + this.gated.size === 0) return;
    const waiting: QueuedPod[] = [];
    const { usersGates } = this.policy;
    if (usersGates !== undefined && usersGates.size > 0) {
      this.gated.range('', '', (_key, obj) => {
        const row = this.rows.get(obj) as QueuedPod;
        const { gatingPlugin, pod } = row;
        if (usersGates.has(gatingPlugin) && this.policy.hint(gatingPlugin, pod.object, event) === 'Queue')
          waiting.push(row);
        return true;
      });
    }
    // A removed victim may end the wait of its preemptor; gates of a pod's own only fall by its own update.
    if (event.resource === 'AssignedPod' && event.action === 'Delete') {
      this.gated.range('', '', (_key, obj) => {
        const row = this.rows.get(obj) as QueuedPod;
        if (row.gatingPlugin !== 'SchedulingGates' && !usersGates?.has(row.gatingPlugin)) waiting.push(row);
        return true;
      });
    }
    // A claim that was missing keeps its pod out of the queue.
    if (event.resource === 'ResourceClaim') {
      this.gated.range('', '', (_key, obj) => {
        const row = this.rows.get(obj) as QueuedPod;
        if (usersGates?.has(row.gatingPlugin)) return true;
        if (this.policy.hint(row.gatingPlugin, row.pod.object, event) === 'Queue') waiting.push(row);
        return true;
      });
    }
    this.unschedulable.range('', '', (_key, obj) => {
      waiting.push(this.rows.get(obj) as QueuedPod);
      return true;
    });
    for (const row of waiting) if (row.obj !== except) this.tryWake(row, event, nowUs);
  }

  /** Force a pod into the active queue (its victims could not be removed, or its preemption is over). */
  activate(obj: ObjId, nowUs: TimeUs, cause: RecordId): void {
    const row = this.rows.get(obj);
    if (row === undefined || row.place === 'active' || row.place === 'inFlight' || row.place === 'binding') return;
    this.unlink(row);
    this.toActive({ ...row, cause }, nowUs);
  }

  /** Every second: pods whose back-off is over become active. Returns how many. */
  flushBackoff(nowUs: TimeUs): number {
    const second = Math.floor(nowUs / SECOND_US);
    const over: ObjId[] = [];
    for (const queue of [this.errorBackoff, this.backoff]) {
      queue.range('', pad(second, 12), (_key, obj) => {
        over.push(obj);
        return true;
      });
    }
    for (const obj of over) {
      const row = this.rows.get(obj) as QueuedPod;
      this.unlink(row);
      this.toActive(row, nowUs);
    }
    return over.length;
  }

  /** Every 30 s: pods that waited for 5 minutes without a helpful event get another try. */
  flushUnschedulable(nowUs: TimeUs): void {
    const old: QueuedPod[] = [];
    this.unschedulable.range('', '', (_key, obj) => {
      const row = this.rows.get(obj) as QueuedPod;
      if (nowUs - row.timestampUs > this.options.maxUnschedulableUs) old.push(row);
      return true;
    });
    for (const row of old) {
      this.unlink(row);
      this.wake({ ...row, cause: 0 }, false, nowUs);
    }
  }

  static readonly flushUnschedulablePeriodUs = FLUSH_UNSCHEDULABLE_US;

  hasWork(): boolean {
    return !this.active.isEmpty || (this.popsFromBackoff && this.backoff.size > 0);
  }

  hasTimers(): boolean {
    return this.errorBackoff.size > 0 || this.backoff.size > 0;
  }

  hasUnschedulable(): boolean {
    return this.unschedulable.size > 0;
  }

  private leaveFlight(obj: ObjId): void {
    if (this.settled.get() === obj) {
      this.settled.set(-1);
      return;
    }
    const left = this.inFlight.get() - 1;
    this.inFlight.set(left);
    // Nobody is in flight: nobody needs the recorded events any more.
    if (left === 0) this.inFlightEvents.dropBefore(this.inFlightEvents.next);
  }

  private recordInFlight(event: ObservedEvent | PodUpdate): void {
    if (this.inFlight.get() === 0) return;
    this.inFlightEvents.push(event);
    if ((this.inFlightEvents.next - this.inFlightEvents.first) % TRIM_EVERY === 0) this.trimEvents();
  }

  /** Gives up what came before the oldest pod in flight; where pods wait at Permit, there may always be one. */
  private trimEvents(): void {
    let { next } = this.inFlightEvents;
    this.rows.forEach((row) => {
      if (row.place === 'inFlight' && row.obj !== this.settled.get() && row.eventsFrom < next) next = row.eventsFrom;
    });
    this.inFlightEvents.dropBefore(next);
  }

  private tryWake(row: QueuedPod, event: ObservedEvent, nowUs: TimeUs): boolean {
    if (row.place === 'gated') {
      if (this.policy.gate(row.pod.object) !== undefined) return false;
      this.unlink(row);
      this.toActive({ ...row, gatingPlugin: '', cause: event.record }, nowUs);
      return true;
    }
    const answer = this.answer(row, event);
    if (answer === 'no') return false;
    this.unlink(row);
    this.wake({ ...row, cause: event.record }, answer === 'now', nowUs);
    return true;
  }

  /** `now` = a Pending plugin said Queue: no back-off. */
  private answer(row: QueuedPod, event: ObservedEvent): 'no' | 'queue' | 'now' {
    if (event.wildcard === true) return 'queue';
    for (const plugin of row.pendingPlugins)
      if (this.policy.hint(plugin, row.pod.object, event) === 'Queue') return 'now';
    for (const plugin of row.rejectedBy)
      if (this.policy.hint(plugin, row.pod.object, event) === 'Queue') return 'queue';
    return 'no';
  }

  private wake(row: QueuedPod, skipBackoff: boolean, nowUs: TimeUs): QueuePlace {
    if (!skipBackoff && expirySecond(row, this.options) >= Math.floor(nowUs / SECOND_US))
      return this.toBackoff(row, 'backoff');
    return this.toActive(row, nowUs);
  }

  private toActive(row: QueuedPod, nowUs: TimeUs): QueuePlace {
    const gate = this.policy.gate(row.pod.object);
    if (gate !== undefined) return this.link({ ...row, place: 'gated', gatingPlugin: gate, timestampUs: nowUs });
    if (row.place === 'active' && row.gatingPlugin === '') return this.link(row);
    return this.link({ ...row, place: 'active', gatingPlugin: '' });
  }

  private toBackoff(row: QueuedPod, place: 'backoff' | 'errorBackoff'): QueuePlace {
    const gate = this.popsFromBackoff ? this.policy.gate(row.pod.object) : undefined;
    if (gate !== undefined) return this.link({ ...row, place: 'gated', gatingPlugin: gate });
    return this.link({ ...row, place });
  }

  /** When a pod in back-off is let go at the latest; -1 = it does not back off. */
  backoffUntilUs(row: QueuedPod): TimeUs {
    return backoffUntilUs(row, this.options);
  }

  private indexOf(row: QueuedPod): { index: SortedIndex; key: string } | undefined {
    switch (row.place) {
      case 'backoff':
        return { index: this.backoff, key: `${pad(expirySecond(row, this.options), 12)}/${activeKey(row)}` };
      case 'errorBackoff':
        return { index: this.errorBackoff, key: `${pad(expirySecond(row, this.options), 12)}/${activeKey(row)}` };
      case 'unschedulable':
        return { index: this.unschedulable, key: pad(row.obj, 9) };
      case 'gated':
        return { index: this.gated, key: pad(row.obj, 9) };
      default:
        return undefined;
    }
  }

  private link(row: QueuedPod): QueuePlace {
    const at = row.place === 'active' ? this.active.enter(row) : -1;
    this.rows.put(row.obj, at === row.at ? row : { ...row, at });
    const entry = this.indexOf(row);
    entry?.index.set(entry.key, row.obj);
    return row.place;
  }

  private unlink(row: QueuedPod): void {
    if (row.place === 'active') this.active.leave(row);
    const entry = this.indexOf(row);
    entry?.index.delete(entry.key);
  }
}

function sorted({ pod, priority, timestampUs, initialUs, attempts }: QueuedPod): SortedPod {
  return { pod: pod.object, priority, timestampUs, initialUs, attempts };
}
