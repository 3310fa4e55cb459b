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
import type { Hint, SortedPod } from '../framework/plugin.ts';
import type { ObservedEvent, PodUpdate } from './observedEvent.ts';

export type QueuePlace = 'active' | 'backoff' | 'errorBackoff' | 'unschedulable' | 'gated' | 'inFlight' | 'binding';

/** One pending pod as the queue knows it. Immutable; the table of rows is the state. */
export interface QueuedPod {
  readonly obj: ObjId;
  readonly pod: Version;
  readonly place: QueuePlace;
  readonly priority: number;
  /** When it was put into this place: decides the order among equals and the back-off. */
  readonly timestampUs: TimeUs;
  readonly initialUs: TimeUs;
  readonly attempts: number;
  readonly unschedulableCount: number;
  readonly consecutiveErrors: number;
  readonly rejectedBy: readonly string[];
  readonly pendingPlugins: readonly string[];
  readonly gatingPlugin: string;
  /** First in-flight event that arrived after it was popped. */
  readonly eventsFrom: number;
  /** What made it ready for the next attempt. */
  readonly cause: RecordId;
}

export interface QueueOptions {
  readonly initialBackoffUs: TimeUs;
  readonly maxBackoffUs: TimeUs;
  readonly maxUnschedulableUs: TimeUs;
  /** SchedulerPopFromBackoffQ; default: on. */
  readonly popsFromBackoff?: boolean;
}

export interface QueuePolicy {
  /** The plugin that gates the pod, if any. */
  gate(pod: KubeObject): string | undefined;
  /** The answer of one plugin to an event about a pod that it rejected; undefined = not interested. */
  hint(plugin: string, pod: KubeObject, event: ObservedEvent): Hint | undefined;
  /** Plugins of users that gate: the events that they register for make their pods worth another look. */
  readonly usersGates?: ReadonlySet<string>;
  /** The order of a user's QueueSort plugin; absent = PrioritySort. */
  less?(a: SortedPod, b: SortedPod): boolean;
}

const NO_PLUGINS: readonly string[] = Object.freeze([]);

const FLUSH_UNSCHEDULABLE_US = 30 * SECOND_US;

/** Count of pods by queue, as metric scheduler_pending_pods names them. */
export interface PendingPods {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}

/** After so many recorded events those that nobody needs any more are given up. */
const TRIM_EVERY = 4096;

const pad = (n: number, width: number) => String(n).padStart(width, '0');

/** How much of a number one character of a key holds: no key has characters that stand for half of another. */
const DIGIT = 2 ** 15;

const SCALES = [1, DIGIT, DIGIT * DIGIT, DIGIT * DIGIT * DIGIT] as const;

/** One digit of a number, 0 = the last: keys of digits sort as the numbers do. */
const digit = (n: number, place: 0 | 1 | 2 | 3) => Math.floor(n / SCALES[place]) % DIGIT;

/** PrioritySort: priority descending, then time of entry. The object id makes the order total. */
function activeKey({ priority, timestampUs, obj }: QueuedPod): string {
  const p = 2 ** 31 - priority;
  return String.fromCharCode(
    digit(p, 2),
    digit(p, 1),
    digit(p, 0),
    digit(timestampUs, 3),
    digit(timestampUs, 2),
    digit(timestampUs, 1),
    digit(timestampUs, 0),
    digit(obj, 2),
    digit(obj, 1),
    digit(obj, 0),
  );
}

/**
 * The three queues of kube-scheduler with hints, in-flight events and early popping from back-off.
 * Source: pkg/scheduler/backend/queue; scheduler.md §8.
 */
export class SchedulingQueue {
  private rows!: PagedTable<QueuedPod>;
  private active!: SortedIndex;
  /** Expiry second, then PrioritySort. */
  private backoff!: SortedIndex;
  private errorBackoff!: SortedIndex;
  private unschedulable!: SortedIndex;
  private gated!: SortedIndex;
  private inFlightEvents!: Ring<ObservedEvent | PodUpdate>;
  private inFlight!: Cell<number>;
  private readonly options: QueueOptions;
  private readonly policy: QueuePolicy;

  private readonly popsFromBackoff: boolean;

  constructor(options: QueueOptions, policy: QueuePolicy) {
    this.options = options;
    this.popsFromBackoff = options.popsFromBackoff !== false;
    this.policy = policy;
  }

  init(c: Containers): void {
    this.rows = c.table<QueuedPod>('queue/rows', { volatile: true });
    this.active = c.sorted('queue/active', { volatile: true });
    this.backoff = c.sorted('queue/backoff', { volatile: true });
    this.errorBackoff = c.sorted('queue/errorBackoff', { volatile: true });
    this.unschedulable = c.sorted('queue/unschedulable', { volatile: true });
    this.gated = c.sorted('queue/gated', { volatile: true });
    this.inFlightEvents = c.ring<ObservedEvent | PodUpdate>('queue/inFlightEvents', { volatile: true });
    this.inFlight = c.cell('queue/inFlight', 0, { volatile: true });
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
    const priority: number = pod.object.spec?.priority ?? 0;
    const row: QueuedPod = {
      obj: pod.obj,
      pod,
      place: 'active',
      priority,
      timestampUs: nowUs,
      initialUs: nowUs,
      attempts: 0,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      rejectedBy: NO_PLUGINS,
      pendingPlugins: NO_PLUGINS,
      gatingPlugin: '',
      eventsFrom: 0,
      cause,
    };
    this.toActive(row, nowUs);
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
    if (row.place === 'inFlight') this.leaveFlight();
    this.unlink(row);
    this.rows.free(obj);
  }

  /** The next pod to schedule: the head of the active queue, else the head of the back-off queue before its time. */
  pop(_nowUs: TimeUs): QueuedPod | undefined {
    const head = this.headOf(this.active) ?? (this.popsFromBackoff ? this.headOf(this.backoff) : undefined);
    if (head === undefined) return undefined;
    const row = this.rows.get(head) as QueuedPod;
    this.unlink(row);
    const popped: QueuedPod = {
      ...row,
      place: 'inFlight',
      attempts: row.attempts + 1,
      rejectedBy: NO_PLUGINS,
      pendingPlugins: NO_PLUGINS,
      eventsFrom: this.inFlightEvents.next,
    };
    this.rows.put(head, popped);
    this.inFlight.set(this.inFlight.get() + 1);
    return popped;
  }

  private headOf(queue: SortedIndex): ObjId | undefined {
    if (queue.size === 0) return undefined;
    return this.policy.less === undefined ? firstOf(queue) : this.least(queue, queue === this.backoff);
  }

  /** By the order of a user's plugin, asked of every pod: it may change with what it looks at. Ties keep PrioritySort's. */
  private least(queue: SortedIndex, isByExpiry: boolean): ObjId | undefined {
    let best: QueuedPod | undefined;
    let expiry = '';
    queue.range('', '', (key, obj) => {
      if (isByExpiry && expiry !== '' && !key.startsWith(expiry)) return false;
      expiry = key.slice(0, key.indexOf('/'));
      const row = this.rows.get(obj) as QueuedPod;
      if (best === undefined || this.policy.less?.(sorted(row), sorted(best)) === true) best = row;
      return true;
    });
    return best?.obj;
  }

  /** The scheduling cycle found a node: events no longer matter, the row waits for the outcome of the binding. */
  done(obj: ObjId): void {
    const row = this.rows.get(obj);
    if (row?.place !== 'inFlight') return;
    this.leaveFlight();
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
      this.leaveFlight();
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
    return this.active.size > 0 || (this.popsFromBackoff && this.backoff.size > 0);
  }

  hasTimers(): boolean {
    return this.errorBackoff.size > 0 || this.backoff.size > 0;
  }

  hasUnschedulable(): boolean {
    return this.unschedulable.size > 0;
  }

  private leaveFlight(): void {
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
      if (row.place === 'inFlight' && row.eventsFrom < next) next = row.eventsFrom;
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
    if (!skipBackoff && this.expirySecond(row) >= Math.floor(nowUs / SECOND_US)) return this.toBackoff(row, 'backoff');
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

  /** min(initial x 2^(count-1), max) after the last attempt, cut to whole seconds. */
  private expirySecond(row: QueuedPod): number {
    const count = row.consecutiveErrors > 0 ? row.consecutiveErrors : row.unschedulableCount;
    if (count === 0 || this.options.maxBackoffUs === 0) return -1;
    let backoffUs = this.options.initialBackoffUs;
    for (let i = 1; i < count && backoffUs < this.options.maxBackoffUs; i++) backoffUs *= 2;
    const expiryUs = row.timestampUs + Math.min(backoffUs, this.options.maxBackoffUs);
    // Without early popping times are not cut to seconds: the first look at or after the expiry lets the pod go.
    return this.popsFromBackoff ? Math.floor(expiryUs / SECOND_US) : Math.ceil(expiryUs / SECOND_US) - 1;
  }

  /** When a pod in back-off is let go at the latest: the first whole second after its expiry; -1 = it does not back off. */
  backoffUntilUs(row: QueuedPod): TimeUs {
    if (row.place !== 'backoff' && row.place !== 'errorBackoff' && row.place !== 'unschedulable') return -1;
    const second = this.expirySecond(row);
    return second < 0 ? -1 : (second + 1) * SECOND_US;
  }

  private indexOf(row: QueuedPod): { index: SortedIndex; key: string } | undefined {
    switch (row.place) {
      case 'active':
        return { index: this.active, key: activeKey(row) };
      case 'backoff':
        return { index: this.backoff, key: `${pad(this.expirySecond(row), 12)}/${activeKey(row)}` };
      case 'errorBackoff':
        return { index: this.errorBackoff, key: `${pad(this.expirySecond(row), 12)}/${activeKey(row)}` };
      case 'unschedulable':
        return { index: this.unschedulable, key: pad(row.obj, 9) };
      case 'gated':
        return { index: this.gated, key: pad(row.obj, 9) };
      default:
        return undefined;
    }
  }

  private link(row: QueuedPod): QueuePlace {
    this.rows.put(row.obj, row);
    const at = this.indexOf(row);
    at?.index.set(at.key, row.obj);
    return row.place;
  }

  private unlink(row: QueuedPod): void {
    const at = this.indexOf(row);
    at?.index.delete(at.key);
  }
}

function firstOf(queue: SortedIndex): ObjId | undefined {
  let head: ObjId | undefined;
  queue.range('', '', (_key, obj) => {
    head = obj;
    return false;
  });
  return head;
}

function sorted({ pod, priority, timestampUs, initialUs, attempts }: QueuedPod): SortedPod {
  return { pod: pod.object, priority, timestampUs, initialUs, attempts };
}
