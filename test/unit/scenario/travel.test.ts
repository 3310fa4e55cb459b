import { describe, expect, it } from 'vitest';
import {
  branchBundle,
  buildCluster,
  type Cluster,
  type KubeObject,
  RECORD_BYTES,
  runCluster,
  type Scenario,
  TravelSession,
} from '../../../sim-core/index.ts';
import { bundleOf, loaded } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
  seed: "7"
  duration: 90s
  controlPlane: { etcd: { members: 3 }, apiServers: 2 }
  nodePools: [{ name: node, count: 3, zones: [a, b, c] }]
  manifests: [app.yaml]
  timeline:
    - { at: 40s, kubectl: scale deployment/web --replicas=5 }
    - { at: 55s, fault: { kind: KubeletStop, node: node-1, for: 10s } }
`;
const APP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: c, image: "web:1", resources: { requests: { cpu: 100m } } }]
---
apiVersion: v1
kind: Pod
metadata: { name: big }
spec:
  containers: [{ name: c, image: "big:1", resources: { requests: { cpu: "900" } } }]
`;

const scenario: Scenario = loaded(bundleOf(SCENARIO, { 'app.yaml': APP }));

/** State and digest, as text. */
const stateOf = (cluster: Cluster) =>
  JSON.stringify([cluster.world.digest(), cluster.world.nowUs, cluster.world.eventsRun, cluster.world.hashes()]);

function straightTo(target: { eventNumber: number } | number, of = scenario): string {
  const cluster = buildCluster(of, { checkers: true });
  if (typeof target === 'number') cluster.world.runUntil({ timeUs: target });
  else cluster.world.runUntil({ events: target.eventNumber });
  return stateOf(cluster);
}

/** Small numbers that look random and are not. */
const numbers = (n: number, below: number) => Array.from({ length: n }, (_, i) => (i * 7919 + 104729) % below);

function runToEnd(session: TravelSession, events = 3000): void {
  while (session.advance({ events }).stopped !== 'time') {}
}

describe('a travel session', () => {
  const keyframes = { replayMs: 15 };

  it('runs as a straight run does', () => {
    const session = TravelSession.create(scenario, { keyframes });
    runToEnd(session);
    expect(stateOf(session.cluster)).toBe(straightTo(scenario.spec.durationUs));
    expect(session.keyframeStats.count).toBeGreaterThan(8);
  });

  it('has the state of a straight run at any instant, back and forth', () => {
    const session = TravelSession.create(scenario, { keyframes });
    runToEnd(session);
    for (const ms of numbers(12, 90_000)) {
      // Pointers give parts of a µs.
      session.seek(ms * 1000 + 0.25).finish();
      expect(stateOf(session.cluster), `at ${ms} ms`).toBe(straightTo(ms * 1000));
      expect(session.recordedUntilUs).toBe(scenario.spec.durationUs);
    }
    const all = session.recorded.eventNumber;
    for (const eventNumber of numbers(12, all)) {
      session.seek({ eventNumber }).finish();
      expect(stateOf(session.cluster), `event ${eventNumber}`).toBe(straightTo({ eventNumber }));
    }
    session.seek(0).finish();
    runToEnd(session);
    expect(stateOf(session.cluster)).toBe(straightTo(scenario.spec.durationUs));
  });

  it('keeps the records up to the furthest instant, in slices of any size, over jumps', () => {
    const session = TravelSession.create(scenario, { keyframes });
    runToEnd(session);
    const whole = session.records(0);
    const count = session.recordCount;
    session.seek(20_000_000).finish();
    expect(session.recordCount).toBeLessThan(count);
    expect(session.recordedCount).toBe(count);
    expect(session.records(0)).toEqual(whole);
    const parts: Uint8Array[] = [];
    for (let from = 0; from < count; from += 777) parts.push(session.records(from, 777).bytes);
    expect(Buffer.concat(parts).equals(Buffer.from(whole.bytes))).toBe(true);
    expect(whole.bytes.length).toBe(count * RECORD_BYTES);
    const names = session.names;
    const view = new DataView(whole.bytes.buffer);
    const lastObject = Array.from({ length: count }, (_, i) => view.getUint32(i * RECORD_BYTES + 12, true)).findLast(
      (obj) => obj !== 0,
    );
    expect(names.object(lastObject as number)).not.toBe('');
  });

  it('can be cancelled in the middle of a seek', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 1e9 } });
    runToEnd(session);
    const job = session.seek(60_000_000);
    expect(job.run(500)).toBe(false);
    expect(job.progress).toBeLessThan(1);
    job.cancel();
    expect(job.run()).toBe(true);
    expect(job.result).toBeUndefined();
    session.seek(30_000_000).finish();
    expect(stateOf(session.cluster)).toBe(straightTo(30_000_000));
  });

  it('bounds its keyframes', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 1, maxCount: 8 } });
    runToEnd(session, 200);
    expect(session.keyframeStats.count).toBeLessThanOrEqual(8);
    session.seek(33_333_333).finish();
    expect(stateOf(session.cluster)).toBe(straightTo(33_333_333));
  });

  it('has the state of a straight run where most of its keyframes were joined, also in forks and behind actions', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 2, maxBytes: 1_000_000 } });
    runToEnd(session, 200);
    const { count, bytes } = session.keyframeStats;
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    expect(count).toBeGreaterThan(12);
    const check = (at: number, of = session) => {
      of.seek(at).finish();
      expect(stateOf(of.cluster), `at ${at} µs`).toBe(straightTo(at));
    };
    for (const ms of numbers(5, 90_000)) check(ms * 1000);
    check(61_000_000);
    const fork = session.fork();
    for (const ms of numbers(3, 60_000)) check(ms * 1000, fork);
    check(47_000_000);
    session.inject({ do: 'note', text: 'here' });
    for (const ms of numbers(3, 46_000)) check(ms * 1000);
  });
});

describe('steps', () => {
  const at = (session: TravelSession) => session.eventsRun;

  it('goes to the next and back to the previous step of each kind', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    session.seek(9_000_000).finish();
    for (const kind of ['event', 'message', 'reconcile', 'attempt'] as const) {
      const start = session.position;
      const forth: number[] = [];
      for (let i = 0; i < 4; i++) {
        const step = session.next(kind).finish();
        expect(step.moved).toBe(true);
        forth.push(at(session));
      }
      const back: number[] = [];
      for (let i = 0; i < 3; i++) {
        session.previous(kind).finish();
        back.push(at(session));
      }
      expect(back, kind).toEqual(forth.slice(0, 3).toReversed());
      session.seek(start.timeUs).finish();
    }
    const step = session.next('attempt').finish();
    expect(step.handler).toMatch(/^kube-scheduler-\d\/scheduler\/cycle$/);
  });

  it('goes by seconds, and stays where it is when there is nothing', () => {
    const session = TravelSession.create(scenario);
    session.seek(3_000_000).finish();
    expect(session.next({ us: 1_000_000 }).finish()).toMatchObject({ moved: true, timeUs: 4_000_000 });
    expect(session.previous({ us: 2_500_000 }).finish()).toMatchObject({ moved: true, timeUs: 1_500_000 });
    expect(session.previous('attempt').finish()).toMatchObject({ moved: false, timeUs: 1_500_000 });
  });

  it('comes back to where it was, exactly, when nothing more comes', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    const never = { until: { on: 'condition', expression: "deployment('web').status.readyReplicas > 50" } } as const;
    session.seek(30_000_000).finish();
    session.next('message').finish();
    const { eventNumber, timeUs } = session.position;
    for (const search of [() => session.next(never), () => session.previous(never)])
      expect(search().finish()).toMatchObject({ moved: false, eventNumber, timeUs });
    expect(stateOf(session.cluster)).toBe(straightTo({ eventNumber }));
    // Between two events too, and at a stop: going on does not stop there again.
    session.seek(31_000_000).finish();
    expect(session.next(never).finish()).toMatchObject({ moved: false, timeUs: 31_000_000 });
    const scaled = {
      until: { on: 'object', resource: 'deployments.apps', when: 'object.spec.replicas == 5' },
    } as const;
    const hit = session.next(scaled).finish();
    expect(hit.moved).toBe(true);
    expect(session.next(scaled).finish()).toMatchObject({ moved: false, eventNumber: hit.eventNumber });
    expect(session.next(scaled).finish()).toMatchObject({ moved: false, eventNumber: hit.eventNumber });
  });

  it('goes until a condition holds, forth and back', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    const until = { on: 'condition', expression: "deployment('web').status.readyReplicas >= 5" } as const;
    const step = session.next({ until }).finish();
    expect(step.moved).toBe(true);
    expect(step.hit?.detail).toContain('readyReplicas = 5');
    expect(step.timeUs).toBeGreaterThan(40_000_000);
    const { eventNumber } = session.position;
    runToEnd(session);
    const back = session.previous({ until }).finish();
    // The node that was away made it true once more.
    expect(back.hit?.detail).toContain('readyReplicas = 5');
    expect(session.eventsRun).toBeGreaterThanOrEqual(eventNumber);
  });
});

describe('breakpoints', () => {
  it('stops before the event with which a checker finds an invariant broken', () => {
    const session = TravelSession.create(scenario);
    const { checkers, world } = session.cluster;
    if (checkers === undefined) throw new Error('no checkers');
    const finding = { checker: 'N2', name: 'one-leader', object: 'etcd', message: 'two leaders', timeUs: 50e6 };
    const isBroken = () => world.nowUs > 50e6;
    const results = { ...checkers.results(), findings: [finding] };
    Object.defineProperty(checkers, 'found', { get: () => Number(isBroken()) });
    checkers.results = () =>
      isBroken() ? (results as unknown as typeof results & never) : { ...results, findings: [] };
    const other = session.next({ until: { on: 'violation', checker: 'N3' } }).finish();
    expect(other.moved).toBe(false);
    const step = session.next({ until: { on: 'violation', checker: 'N2' } }).finish();
    expect(step.hit?.detail).toBe('N2 one-leader: etcd: two leaders');
    expect(session.nowUs).toBeLessThanOrEqual(50e6);
    expect(session.previous({ until: { on: 'violation' } }).finish().moved).toBe(false);
  });

  const stops = (spec: Parameters<TravelSession['breakpoints']['add']>[0]) => {
    const session = TravelSession.create(scenario);
    session.breakpoints.add(spec);
    const details: string[] = [];
    for (;;) {
      const { stopped, hit } = session.advance({ events: 4000 });
      if (hit !== undefined) {
        expect(session.eventsRun).toBe(hit.eventNumber - 1);
        details.push(hit.detail);
      }
      if (stopped === 'time') break;
    }
    expect(stateOf(session.cluster)).toBe(straightTo(scenario.spec.durationUs));
    return details;
  };

  it('stops before a scheduling failure', () => {
    expect(stops({ on: 'failedScheduling', reason: 'Insufficient cpu' })[0]).toContain('3 Insufficient cpu');
    expect(stops({ on: 'failedScheduling', reason: 'nothing of the kind' })).toEqual([]);
  });

  it('stops before an election is won', () => {
    expect(stops({ on: 'leaderChange', election: 'kube-controller-manager' })).toHaveLength(1);
    expect(stops({ on: 'leaderChange' })).toEqual([]);
    const session = TravelSession.create(scenario);
    session.advance({ untilUs: 20_000_000 });
    session.breakpoints.add({ on: 'leaderChange' });
    const leader = session.cluster.etcd.leader();
    session.inject({ do: 'fault', kind: 'EtcdMemberCrash', params: { member: leader } });
    const { hit, stopped } = session.advance();
    expect(stopped).toBe('breakpoint');
    expect(hit?.detail).toMatch(/^etcd-\d leads etcd$/);
    expect(session.cluster.etcd.leader()).not.toBe(leader);
    expect(hit?.handler).toMatch(/^etcd-\d\//);
  });

  it('stops before a fault', () => {
    expect(stops({ on: 'crash' })).toEqual(['KubeletStop node node-1']);
  });

  it('stops before an object is as a predicate says', () => {
    const ready = stops({
      on: 'object',
      resource: 'pods',
      labels: { app: 'web' },
      when: "object.status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
    });
    expect(ready.length).toBeGreaterThanOrEqual(5);
    expect(ready[0]).toMatch(/^pods\/default\/web-.* updated$/);
    expect(
      stops({ on: 'object', resource: 'deployments.apps', name: 'web', when: 'object.spec.replicas > 3' }),
    ).toEqual(['deployments.apps/default/web updated']);
  });

  it('stops before a condition holds', () => {
    expect(stops({ on: 'condition', expression: "pods('app=web').ready >= 3" })[0]).toContain('ready = 3');
  });

  it('says what is wrong with an expression', () => {
    const session = TravelSession.create(scenario);
    expect(() => session.breakpoints.add({ on: 'condition', expression: 'podz() == 1' })).toThrow('podz');
    expect(() => session.breakpoints.add({ on: 'object', resource: 'pods', when: 'object.(' })).toThrow();
    expect(session.breakpoints.list()).toEqual([]);
  });
});

describe('forks', () => {
  const kill = { do: 'fault', kind: 'NodeCrash', params: { node: 'node-0' } } as const;
  const scale = { do: 'kubectl', command: 'scale deployment/web --replicas=8', files: [] } as const;

  it('are what their scenario is from the start', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    runToEnd(session);
    const end = stateOf(session.cluster);
    session.seek(50_123_456).finish();
    const fork = session.fork({ title: 'without a node', actions: [kill, { atUs: 60_000_000, action: scale }] });
    expect(fork.branch).toMatchObject({ id: '0.1', title: 'without a node', from: { timeUs: 50_123_456 } });
    expect(fork.entries.map((e) => e.atUs)).toEqual([50_123_457, 60_000_000]);
    runToEnd(fork);
    const fromStart = buildCluster(fork.value);
    runCluster(fromStart);
    expect(fork.cluster.world.digest()).toBe(fromStart.world.digest());
    expect(fork.cluster.world.digest()).not.toBe(JSON.parse(end)[0]);
    // Neither knows of the other.
    runToEnd(session);
    expect(stateOf(session.cluster)).toBe(end);
    const forked = stateOf(fork.cluster);
    fork.seek(20_000_000).finish();
    expect(stateOf(fork.cluster)).toBe(straightTo(20_000_000));
    fork.seek(55_000_000).finish();
    runToEnd(fork);
    expect(stateOf(fork.cluster)).toBe(forked);
  });

  it('take actions on the way, also twice, and give up a future for them', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    session.advance({ untilUs: 30_000_000 });
    session.inject(scale);
    session.advance({ untilUs: 45_000_000 });
    session.inject({ do: 'kubectl', command: 'cordon node-2', files: [] });
    session.inject(kill);
    runToEnd(session);
    const first = session.cluster.world.digest();
    const fromStart = buildCluster(session.value);
    runCluster(fromStart);
    expect(first).toBe(fromStart.world.digest());
    session.seek(10_000_000).finish();
    session.seek(35_000_000).finish();
    runToEnd(session);
    expect(session.cluster.world.digest()).toBe(first);
    session.seek(40_000_000).finish();
    session.inject({ do: 'note', text: 'here' });
    expect(session.entries.length).toBe(2);
    expect(session.recordedUntilUs).toBe(40_000_000);
    runToEnd(session);
    const other = buildCluster(session.value);
    runCluster(other);
    expect(session.cluster.world.digest()).toBe(other.world.digest());
  });

  it('can be written as a scenario file, whatever was changed', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    session.advance({ untilUs: 30_250_007 });
    const configuration = {
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      profiles: [
        {
          schedulerName: 'default-scheduler',
          pluginConfig: [
            {
              name: 'NodeResourcesFit',
              args: { scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 1 }] } },
            },
          ],
        },
      ],
    } as unknown as KubeObject;
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'late' },
      spec: { containers: [{ name: 'c', image: 'late:1' }] },
    };
    const fork = session.fork({
      actions: [
        { do: 'note', text: 'what if' },
        { do: 'reseed', seed: 'another' },
        { do: 'scheduler', scheduler: 'kube-scheduler', configuration },
        { do: 'kubectl', command: 'apply -f -', files: [object] },
        { atUs: 41_000_001, action: { do: 'fault', kind: 'NodeCrash', params: { node: 'node-0' }, forUs: 20_000_000 } },
      ],
    });
    runToEnd(fork);
    expect(fork.object('pods', 'default', 'late')?.status?.phase).toBe('Running');
    const files = branchBundle(bundleOf(SCENARIO, { 'app.yaml': APP }), fork.entries);
    const written = loaded(files);
    const straight = buildCluster(written);
    runCluster(straight);
    expect(straight.world.digest()).toBe(fork.cluster.world.digest());
    // And the fork goes back and forth over all of it.
    const end = stateOf(fork.cluster);
    for (const us of [5_000_000, 30_250_007, 30_250_008, 31_000_000, 45_000_000]) {
      fork.seek(us).finish();
      const there = stateOf(fork.cluster);
      fork.seek(0).finish();
      fork.seek(us).finish();
      expect(stateOf(fork.cluster)).toBe(there);
    }
    runToEnd(fork);
    expect(stateOf(fork.cluster)).toBe(end);
  });

  it('refuse what cannot be understood, and stay as they are', () => {
    const session = TravelSession.create(scenario);
    session.advance({ untilUs: 20_000_000 });
    const state = stateOf(session.cluster);
    expect(() => session.inject({ do: 'fault', kind: 'NodeCrush', params: {} })).toThrow('NodeCrush');
    expect(() => session.inject({ do: 'kubectl', command: 'scael x', files: [] })).toThrow('scael');
    expect(() => session.inject(kill, 1)).toThrow();
    expect(stateOf(session.cluster)).toBe(state);
    expect(session.entries).toEqual([]);
  });
});

describe('queries', () => {
  it('see the cluster as it is at the instant, and change nothing', () => {
    const session = TravelSession.create(scenario, { keyframes: { replayMs: 15 } });
    runToEnd(session);
    session.seek(30_000_000).finish();
    const state = stateOf(session.cluster);
    expect(session.object('deployments.apps', 'default', 'web')?.spec.replicas).toBe(3);
    expect(session.objects('pods', 'default').map((o) => o.metadata.name)).toHaveLength(4);
    expect(session.objects('nonsense')).toEqual([]);
    const revisions = session.revisions('deployments.apps', 'default', 'web');
    expect(revisions[0]).toMatchObject({ verb: 'create', timeUs: expect.any(Number) });
    expect(revisions[0].object?.metadata.resourceVersion).toBe(String(revisions[0].revision));
    expect(session.revisions('pods', 'default', 'nobody')).toEqual([]);
    const { queues, schedulers, events } = session.pendingWork;
    expect(events).toBeGreaterThan(0);
    expect(queues.some((q) => q.controller === 'deployment-controller')).toBe(true);
    expect(schedulers[0].pods).toMatchObject({ unschedulable: 1 });
    expect(stateOf(session.cluster)).toBe(state);
    session.seek(41_000_000).finish();
    expect(session.object('deployments.apps', 'default', 'web')?.spec.replicas).toBe(5);
  });
});
