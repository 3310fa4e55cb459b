// Plays controllers against the test cluster: informers with a lag, work queues, expectations, plans. Much smaller than the
// real runtime; times are fixed.
import { touchedBy } from '../../../../sim-core/client/informer_types.ts';
import { EVERYTHING } from '../../../../sim-core/client/looks_at.ts';
import type { ApiResponse } from '../../../../sim-core/contracts/apiserver.ts';
import type { Controller, EventSpec, Key, Plan, View } from '../../../../sim-core/contracts/controllers.ts';
import type { KubeObject, Version } from '../../../../sim-core/contracts/objects.ts';
import type { StoreEvent, TestCluster } from './cluster.ts';

const WATCH_LAG_US = 2_000;
const REQUEST_US = 2_500;

export interface RecordedEvent {
  readonly tUs: number;
  readonly source: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly regarding: string;
}

/** The clock and the queue of things to come. */
export class Timeline {
  readonly #cluster: TestCluster;
  readonly #queue: { atUs: number; seq: number; run: () => void }[] = [];
  #seq = 0;

  constructor(cluster: TestCluster) {
    this.#cluster = cluster;
  }

  after(delayUs: number, run: () => void): void {
    this.#queue.push({ atUs: this.#cluster.nowUs + delayUs, seq: this.#seq++, run });
  }

  /** Runs until the time given or until nothing is left to do. */
  runUntil(timeUs: number): void {
    for (;;) {
      let best = -1;
      for (let i = 0; i < this.#queue.length; i++) {
        const a = this.#queue[i];
        const b = this.#queue[best];
        if (best < 0 || a.atUs < b.atUs || (a.atUs === b.atUs && a.seq < b.seq)) best = i;
      }
      if (best < 0 || this.#queue[best].atUs > timeUs) break;
      const [item] = this.#queue.splice(best, 1);
      this.#cluster.nowUs = item.atUs;
      item.run();
    }
    this.#cluster.nowUs = timeUs;
  }
}

/** An informer cache with indexes that are computed when they are read. */
export class TestView implements View {
  readonly tables = new Map<string, Map<string, Version>>();
  readonly indexes = new Map<string, (object: Version['object']) => readonly string[]>();

  #table(resource: string): Map<string, Version> {
    let table = this.tables.get(resource);
    if (!table) this.tables.set(resource, (table = new Map()));
    return table;
  }

  apply(event: StoreEvent): void {
    const { namespace = '', name } = event.now.object.metadata;
    const key = `${namespace}/${name}`;
    if (event.type === 'DELETED') this.#table(event.resource).delete(key);
    else this.#table(event.resource).set(key, event.now);
  }

  get(resource: string, namespace: string, name: string): Version | undefined {
    return this.#table(resource).get(`${namespace}/${name}`);
  }

  list(resource: string, namespace: string): readonly Version[] {
    return [...this.#table(resource).entries()]
      .filter(([, v]) => namespace === '' || v.object.metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, v]) => v);
  }

  byIndex(resource: string, index: string, key: string): readonly Version[] {
    const keys = this.indexes.get(`${resource}/${index}`);
    if (!keys) throw new Error(`no index ${index} of ${resource}`);
    return this.list(resource, '').filter((v) => keys(v.object).includes(key));
  }

  count(resource: string, index?: string, key = ''): number {
    return (index === undefined ? this.list(resource, '') : this.byIndex(resource, index, key)).length;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: memories of all controllers
type AnyController = Controller<any>;

interface Expectation {
  creations: number;
  deletions: Set<string>;
}

export class TestRuntime {
  readonly view = new TestView();
  readonly events: RecordedEvent[] = [];
  readonly #controller: AnyController;
  readonly #cluster: TestCluster;
  readonly #timeline: Timeline;
  readonly #dirty = new Set<Key>();
  readonly #running = new Set<Key>();
  readonly #failures = new Map<Key, number>();
  readonly #memory = new Map<Key, unknown>();
  readonly #expectations = new Map<Key, Expectation>();
  readonly #delayed = new Map<Key, { atUs: number }>();

  constructor(controller: AnyController, cluster: TestCluster, timeline: Timeline) {
    this.#controller = controller;
    this.#cluster = cluster;
    this.#timeline = timeline;
    for (const index of controller.indexes ?? []) this.view.indexes.set(`${index.resource}/${index.index}`, index.keys);
    for (const [resource, table] of cluster.objects) {
      for (const version of table.values()) this.view.apply({ type: 'ADDED', resource, now: version });
    }
    cluster.listeners.push((event) => timeline.after(WATCH_LAG_US, () => this.#deliver(event)));
    for (const tick of controller.ticks ?? []) {
      const run = () => {
        const key = `tick:${tick.name}`;
        this.#execute(key, this.#controller.tick!(this.view, this.#memoryOf(key), tick.name, cluster.nowUs), () => {});
        timeline.after(tick.periodUs, run);
      };
      timeline.after(0, run);
    }
  }

  /** Lets the controller see all objects as new, as after its start; none of it is worked on (`sync: false`) unless asked. */
  start(sync: boolean): void {
    for (const [resource, table] of this.#cluster.objects) {
      for (const now of table.values()) if (sync) this.#deliver({ type: 'ADDED', resource, now });
    }
  }

  #memoryKey(key: Key): Key {
    return this.#controller.memoryScope === 'controller' ? '' : key;
  }

  #memoryOf(key: Key): unknown {
    return this.#memory.get(this.#memoryKey(key)) ?? this.#controller.initialMemory;
  }

  #deliver(event: StoreEvent): void {
    this.view.apply(event);
    const change = { type: event.type, now: event.now.object, before: event.before?.object };
    for (const watch of this.#controller.watches) {
      if (watch.resource !== event.resource) continue;
      if (watch.namespace !== undefined && watch.namespace !== event.now.object.metadata.namespace) continue;
      const lowered = watch.expectation?.(change);
      const { looksAt = EVERYTHING } = watch;
      const touched = touchedBy(change.type, change.now, change.before);
      const concerns = (object: KubeObject | undefined) => object !== undefined && watch.concerns?.(object) !== false;
      const isPassedOver =
        (looksAt !== EVERYTHING && (looksAt & touched) === 0) || !(concerns(change.now) || concerns(change.before));
      if (isPassedOver && (lowered !== undefined || watch.keys(change, this.view).length > 0))
        throw new Error(`${this.#controller.name} acts on an event of ${watch.resource} that it does not look at`);
      const expectation = lowered && this.#expectations.get(lowered.key);
      if (expectation) {
        expectation.creations -= lowered.creations ?? 0;
        if (lowered.deletion) expectation.deletions.delete(lowered.deletion);
      }
      for (const key of watch.keys(change, this.view)) {
        if (watch.delayUs) this.#addAfter(key, watch.delayUs);
        else this.#add(key);
      }
    }
  }

  #add(key: Key): void {
    this.#dirty.add(key);
    this.#timeline.after(0, () => this.#work());
  }

  #addAfter(key: Key, delayUs: number): void {
    const atUs = this.#cluster.nowUs + Math.max(0, delayUs);
    const waiting = this.#delayed.get(key);
    if (waiting && waiting.atUs <= atUs) return;
    const entry = { atUs };
    this.#delayed.set(key, entry);
    this.#timeline.after(Math.max(0, delayUs), () => {
      if (this.#delayed.get(key) !== entry) return;
      this.#delayed.delete(key);
      this.#add(key);
    });
  }

  #work(): void {
    for (const key of [...this.#dirty]) {
      if (this.#running.size >= this.#controller.workers) return;
      if (this.#running.has(key)) continue;
      const expectation = this.#expectations.get(key);
      const expectationsMet = !expectation || (expectation.creations <= 0 && expectation.deletions.size === 0);
      if (!expectationsMet && !this.#controller.syncsWhileExpecting) continue;
      this.#dirty.delete(key);
      this.#running.add(key);
      const info = { expectationsMet, retries: this.#failures.get(key) ?? 0 };
      const plan = this.#controller.reconcile(this.view, this.#memoryOf(key), key, this.#cluster.nowUs, info);
      this.#execute(key, plan, (failed) => {
        this.#running.delete(key);
        if (failed) this.#backOff(key);
        else this.#failures.delete(key);
        this.#work();
      });
    }
  }

  #backOff(key: Key): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    if (failures >= (this.#controller.maxRetries ?? Number.POSITIVE_INFINITY)) return;
    const { baseUs, maxUs } = this.#controller.backOff ?? { baseUs: 5_000, maxUs: 1_000_000_000 };
    this.#addAfter(key, Math.min(maxUs, baseUs * 2 ** failures));
  }

  #execute(key: Key, plan: Plan, done: (failed: boolean) => void): void {
    if (plan.memory !== undefined) this.#memory.set(this.#memoryKey(key), plan.memory);
    for (const other of plan.dequeue ?? []) this.#delayed.delete(other);
    for (const other of plan.enqueue ?? []) this.#addAfter(other.key, other.afterUs);
    const answers: ApiResponse[] = [];
    const finish = (stopped: boolean): undefined => {
      if (plan.resume && !stopped) {
        const next = this.#controller.resume!(
          this.view,
          this.#memoryOf(key),
          key,
          this.#cluster.nowUs,
          plan.resume.point,
          plan.resume.data,
          answers,
        );
        this.#execute(key, next, done);
        return;
      }
      const { requeue } = plan;
      if (requeue && 'afterUs' in requeue) this.#addAfter(key, requeue.afterUs);
      done(stopped || (requeue !== undefined && 'rateLimited' in requeue));
    };
    const step = (i: number): undefined => {
      if (i === plan.steps.length) return finish(false);
      const item = plan.steps[i];
      if (item.do === 'event') {
        this.#record(item.event);
        return step(i + 1);
      }
      if (item.do === 'expect') {
        this.#expectations.set(key, { creations: item.creations ?? 0, deletions: new Set(item.deletions) });
        return step(i + 1);
      }
      if (item.do === 'request') {
        this.#send(item.request, (answer) => {
          answers.push(answer);
          if (
            answer.code < 300 ||
            item.onError === 'continue' ||
            (item.onError === 'ignoreNotFound' && answer.code === 404)
          )
            return step(i + 1);
          return finish(item.onError !== 'resume');
        });
        return;
      }
      this.#group(
        key,
        item.steps.map((s) => s.request),
        item.slowStart ?? false,
        (group) => {
          answers.push(...group);
          const failed = group.some((a) => a.code >= 300) || group.length < item.steps.length;
          if (failed && item.onError !== 'resume') return finish(true);
          return step(i + 1);
        },
      );
    };
    step(0);
  }

  #group(
    key: Key,
    requests: readonly Parameters<TestCluster['request']>[0][],
    slowStart: boolean,
    done: (answers: ApiResponse[]) => undefined,
  ): void {
    const answers: ApiResponse[] = [];
    const batch = (from: number, size: number): undefined => {
      const part = requests.slice(from, from + size);
      if (part.length === 0) return done(answers);
      let left = part.length;
      const results: ApiResponse[] = [];
      part.forEach((request, i) => {
        this.#send(request, (answer) => {
          results[i] = answer;
          left -= 1;
          const expectation = this.#expectations.get(key);
          if (answer.code >= 300 && expectation) {
            expectation.creations -= 1;
            expectation.deletions.delete(`${request.namespace}/${request.name}`);
          }
          if (left > 0) return;
          answers.push(...results);
          const failed = results.some((r) => r.code >= 300);
          if (failed && slowStart) {
            if (expectation) expectation.creations -= requests.length - from - part.length;
            return done(answers);
          }
          batch(from + part.length, size * 2);
        });
      });
    };
    batch(0, slowStart ? 1 : requests.length);
  }

  #send(request: Parameters<TestCluster['request']>[0], answered: (answer: ApiResponse) => void): void {
    this.#timeline.after(REQUEST_US, () => {
      const account = this.#controller.serviceAccount ?? this.#controller.name;
      this.#cluster.statusWrite = request.subresource === 'status';
      const answer = this.#cluster.request(request, `kube-controller-manager/${account}`);
      this.#timeline.after(REQUEST_US, () => answered(answer));
    });
  }

  #record(event: EventSpec): void {
    this.events.push({
      tUs: this.#cluster.nowUs,
      source: event.source ?? this.#controller.eventSource ?? this.#controller.name,
      type: event.type,
      reason: event.reason,
      message: event.message,
      regarding: `${event.regarding.kind}/${event.regarding.metadata.name}`,
    });
  }
}
