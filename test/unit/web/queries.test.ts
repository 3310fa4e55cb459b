import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { buildCluster, loadScenario, runCluster, type Scenario, TravelSession } from '../../../sim-core/index.ts';
import { parseMoment } from '../../../web/model/moments.ts';
import { Forks } from '../../../web/worker/forks.ts';
import { etcdQueries } from '../../../web/worker/queries/etcd.ts';
import { type EventFilter, eventQueries } from '../../../web/worker/queries/events.ts';
import { flowQueries } from '../../../web/worker/queries/flow.ts';
import { metricsQueries } from '../../../web/worker/queries/metrics.ts';
import { objectQueries } from '../../../web/worker/queries/object.ts';
import { reportQueries } from '../../../web/worker/queries/report.ts';
import { shellQueries } from '../../../web/worker/queries/shell.ts';
import { timeQueries } from '../../../web/worker/queries/time.ts';
import { Runner } from '../../../web/worker/runner.ts';
import { Task } from '../../../web/worker/task.ts';

const data = path.resolve(import.meta.dirname, '../../e2e/data');
const files = new Map(['small.yaml', 'app.yaml'].map((f) => [f, new Uint8Array(readFileSync(path.join(data, f)))]));
const bundle = { entry: 'small.yaml', files };

let scenario: Scenario;
let runner: Runner;
let pod: string;
const task = () => new Task(runner.run, () => false);

beforeAll(async () => {
  const loaded = loadScenario(bundle);
  if (loaded.scenario === undefined) throw new Error(loaded.problems[0]?.message);
  scenario = loaded.scenario;
  runner = Runner.begin(scenario, { bundle, plain: [] }, []);
  const outcome = await runner.execute(
    () => false,
    () => {},
  );
  expect(outcome.ok).toBe(true);
  pod = runner.run.names.object(runner.run.scan.podOf(0));
}, 60_000);

test('recording in slices over a session gives the digest of a straight run', () => {
  const cluster = buildCluster(scenario);
  expect(runner.run.end?.digest).toBe(runCluster(cluster).digest);
});

test('whatever views ask, the cluster at a moment is that of the straight way', async () => {
  const moment = { timeUs: 62e6 };
  await etcdQueries.at(task(), moment);
  await flowQueries.ladder(task(), { path: pod, part: 'birth', timeUs: 0 });
  await objectQueries.at(task(), { path: pod, moment, managed: true });
  await timeQueries.step(task(), { unit: 'attempt', direction: -1, from: moment, until: [] });
  const asked = await timeQueries.hashes(task(), { timeUs: 90e6 });
  const straight = TravelSession.create(scenario);
  straight.seek(90e6).finish();
  expect(asked).toEqual(straight.cluster.world.hashes());
}, 60_000);

test('steps go to attempts both ways, and conditions stop before their event', async () => {
  const from = { timeUs: 90e6 };
  const back = await timeQueries.step(task(), { unit: 'attempt', direction: -1, from, until: [] });
  expect(back.moved).toBe(true);
  expect(back.text).toContain('scheduler/cycle');
  const on = await timeQueries.step(task(), { unit: 'attempt', direction: 1, from: back, until: [] });
  expect(on.moved ? on.eventNumber : Number.POSITIVE_INFINITY).toBeGreaterThan(back.eventNumber);
  const until = [{ on: 'crash', target: 'general-1' }] as const;
  const hit = await timeQueries.step(task(), { unit: 'condition', direction: 1, from: { timeUs: 20e6 }, until });
  expect(hit.timeUs).toBeLessThanOrEqual(60e6);
  expect(hit.text).toContain('general-1');
});

test('an object has its revisions, the writers of its fields, its owners', async () => {
  const at = await objectQueries.at(task(), { path: pod, moment: { timeUs: 50e6 }, managed: false });
  expect(at.place).toBeGreaterThan(0);
  expect(at.lines.find((l) => l.path === 'status/phase')).toMatchObject({
    text: '  phase: Running',
    writer: 'kubelet',
  });
  expect(at.conditions.map((c) => c.type)).toContain('Ready');
  const rows = await objectQueries.tree(task(), { path: pod, moment: { timeUs: 50e6 } });
  expect(rows.map((r) => r.path.split('/')[0])).toEqual(['deployments.apps', 'replicasets.apps', 'pods']);
  const [first, second] = at.revisions;
  const diff = objectQueries.diff(task(), { path: pod, from: first.rv, to: second.rv });
  expect(diff.some((l) => l.sign === '+')).toBe(true);
  const changes = await objectQueries.field(task(), { path: pod, field: 'status/phase' });
  expect(changes.map((c) => c.after)).toContain('phase: Running');
});

test('events pass the filter, in the order of time; a wrong expression says so', async () => {
  const filter: EventFilter = {
    groups: ['events', 'faults'],
    text: '',
    object: '',
    warningsOnly: false,
    grouped: false,
  };
  const ask = (more: Partial<EventFilter>) =>
    eventQueries.page(task(), { filter: { ...filter, ...more }, from: 0, count: 200, atUs: 60e6 });
  const all = await ask({});
  expect(all.rows.length).toBe(Math.min(200, all.count));
  expect(all.rows.map((r) => r.timeUs)).toEqual(all.rows.map((r) => r.timeUs).sort((a, b) => a - b));
  expect(all.rows[all.place].timeUs).toBeLessThanOrEqual(60e6);
  const crash = await ask({ text: '/nodecrash/' });
  expect(crash.rows.every((r) => r.text.includes('NodeCrash'))).toBe(true);
  expect(crash.count).toBeGreaterThan(0);
  expect((await ask({ text: 'Scheduled !app' })).count).toBe(0);
  expect((await ask({ text: '/(/' })).problem).not.toBe('');
  const writes = await ask({ groups: ['writes'] });
  expect((await ask({ groups: ['writes'], grouped: true })).count).toBeLessThan(writes.count);
  // A write is told of its client, and stands in the server's log, too.
  const own = await ask({ groups: ['writes'], component: 'kubelets' });
  expect(own.count).toBeGreaterThan(0);
  expect(own.rows.every((r) => r.component === 'kubelets')).toBe(true);
  expect((await ask({ groups: ['writes'], component: 'apiservers' })).count).toBe(writes.count);
  expect(await eventQueries.components(task(), null)).toEqual(expect.arrayContaining(['kubelets', 'kube-scheduler-0']));
});

test('metrics at the end are what the store holds', async () => {
  const { endUs } = runner.session;
  const { series } = await metricsQueries.series(task(), {
    fromUs: 0,
    toUs: endUs,
    bins: 100,
    atUs: endUs,
    request: -1,
  });
  const now = (name: string, labels = '') =>
    series.find((s) => s.spec.name === name && s.spec.labels.includes(labels))?.now;
  const pods = await runner.traveller.at(task(), { timeUs: endUs }, (session) => session.objects('pods'));
  const ready = pods.filter((p) =>
    (p.status?.conditions as { type: string; status: string }[] | undefined)?.some(
      (c) => c.type === 'Ready' && c.status === 'True',
    ),
  );
  expect(now('kube_pod_status_ready')).toBe(ready.length);
  expect(now('kube_pod_container_resource_requests', 'cpu')).toBeCloseTo(
    0.1 * pods.filter((p) => p.spec?.nodeName !== undefined).length,
    5,
  );
  expect(now('kube_node_status_condition', 'status="false"')).toBe(1);
  const puts = series.find((s) => s.spec.name === 'etcd_mvcc_put_total');
  expect(puts?.values.some((v) => v > 0)).toBe(true);
  // Idle services: 5m and 32Mi each; nobody hears of those on the node that is down.
  const heard = pods.filter((p) => p.spec?.nodeName !== undefined && p.spec?.nodeName !== 'general-1').length;
  expect(now('container_cpu_usage_seconds_total')).toBeCloseTo(0.005 * heard, 6);
  expect(now('container_memory_working_set_bytes')).toBe(heard * 32 * 1048576);
});

test('requests by verb and resource: each once, whatever was run again, and as long as etcd and the work on them take', async () => {
  const { endUs } = runner.session;
  const all = await metricsQueries.requests(task(), { fromUs: 0, toUs: endUs });
  const row = (verb: string, resource: string, sub = '') =>
    all.find((r) => r.verb === verb && r.resource === resource && r.subresource === sub);
  const { pods } = await metricsQueries
    .series(task(), { fromUs: 0, toUs: endUs, bins: 1, atUs: endUs, request: -1 })
    .then(({ series }) => ({ pods: series.find((s) => s.spec.labels === 'result="scheduled"')?.values[0] ?? 0 }));
  expect(row('POST', 'pods', 'binding')?.count).toBe(Math.round(pods * (endUs / 1e6)));
  for (const r of all) {
    expect(r.p50).toBeGreaterThan(0);
    expect(r.p50).toBeLessThanOrEqual(r.p99);
  }
  // A write waits for a quorum of disks; a read from the cache does not.
  expect(row('PUT', 'leases')?.p50).toBeGreaterThan(row('LIST', 'pods')?.p50 ?? Number.POSITIVE_INFINITY);
  await timeQueries.hashes(task(), { timeUs: 30e6 });
  await timeQueries.hashes(task(), { timeUs: endUs });
  expect(await metricsQueries.requests(task(), { fromUs: 0, toUs: endUs })).toEqual(all);
  const kind = row('PUT', 'leases')?.number ?? -1;
  const { series } = await metricsQueries.series(task(), {
    fromUs: 0,
    toUs: endUs,
    bins: 4,
    atUs: endUs,
    request: kind,
  });
  const latency = series.filter((s) => s.spec.name === 'apiserver_request_duration_seconds');
  expect(latency.map((s) => s.quantile)).toEqual(['0.5', '0.99']);
  expect(latency[0].spec.labels).toContain('verb="PUT",group="coordination.k8s.io",resource="leases"');
}, 60_000);

test('the ladder of a pod goes from the API server to the kubelet, each message after its sender had its cause', async () => {
  const ladder = await flowQueries.ladder(task(), { path: pod, part: 'birth', timeUs: 0 });
  if (ladder === undefined) throw new Error('no ladder');
  expect(ladder.actors).toEqual(expect.arrayContaining(['kube-apiserver', 'etcd', 'kube-scheduler', 'kubelet']));
  let last = 0;
  for (const m of ladder.messages) {
    expect(m.arrivedUs).toBeGreaterThanOrEqual(last);
    expect(m.sentUs).toBeLessThanOrEqual(m.arrivedUs);
    last = m.arrivedUs;
  }
  const first = (from: string, to: string) =>
    ladder.messages.findIndex((m) => ladder.actors[m.from] === from && ladder.actors[m.to] === to);
  expect(first('kube-apiserver', 'kube-scheduler')).toBeGreaterThanOrEqual(0);
  expect(first('kube-scheduler', 'kube-apiserver')).toBeGreaterThan(first('kube-apiserver', 'kube-scheduler'));
});

test('etcd, the report, the search', async () => {
  const etcd = await etcdQueries.at(task(), { timeUs: 30e6 });
  expect(etcd?.members.filter((m) => m.role === 'leader')).toHaveLength(1);
  const verdicts = await reportQueries.verdicts(task());
  expect(verdicts.expectations).toMatchObject([{ name: 'six pods run', verdict: 'passed', place: 'small.yaml:21' }]);
  expect(verdicts.invariants).toBe(0);
  const found = await shellQueries.search(task(), 'app');
  expect(found.paths).toContain('deployments.apps/default/app');
  const counts = await shellQueries.counts(task(), 55e6);
  expect(counts.slice(0, 10).reduce((a, b) => a + b, 0)).toBe(6);
});

test('a fork shares what was and differs in what follows', async () => {
  const fork = await runner.traveller.exclusive(async () => {
    await runner.traveller.moveTo(task(), { timeUs: 30e6 });
    return runner.fork('0.1', {
      actions: [{ do: 'kubectl', command: 'scale deployment/app --replicas=8', files: [] }],
    });
  });
  const outcome = await fork.execute(
    () => false,
    () => {},
  );
  expect(outcome.ok && outcome.end.digest).not.toBe(runner.run.end?.digest);
  expect(fork.run.scan.laneCount).toBeGreaterThan(6);
  for (let i = 0; i < 200; i++) expect(fork.run.records.at(i)).toEqual(runner.run.records.at(i));
  expect(fork.run.objects?.revisions(fork.run.objects.find(pod, fork.run.names.object) ?? 0).length).toBeGreaterThan(2);
}, 60_000);

test('moments as people type them', () => {
  expect(parseMoment('12:34.5')).toBe(754.5e6);
  expect(parseMoment('1:02:03')).toBe(3723e6);
  expect(parseMoment('90s')).toBe(90e6);
  expect(parseMoment('2m')).toBe(120e6);
  expect(parseMoment('12:99')).toBe(819e6);
  expect(parseMoment('soon')).toBeUndefined();
});

test('forks that are kept are made again, exactly, and only as far as is wanted', async () => {
  const begin = () => Runner.begin(scenario, { bundle, plain: [] }, []);
  const quietly = [() => false, () => {}] as const;
  const kubectl = (command: string) => ({ do: 'kubectl', command, files: [] }) as const;
  const first = begin();
  const forks = new Forks(first);
  await first.execute(...quietly, 70e6);
  const one = await forks.make(first, { timeUs: 30e6 }, [kubectl('scale deployment/app --replicas=8')], 'more');
  await one.execute(...quietly);
  const two = await forks.make(one, { timeUs: 45e6 }, [kubectl('scale deployment/app --replicas=2')], 'fewer');
  await two.execute(...quietly);
  await forks.make(first, { timeUs: 50e6 }, [{ do: 'note', text: 'here' }], 'note');
  expect(forks.kept.map((f) => f.id)).toEqual(['0.1', '0.1.1', '0.2']);
  expect(forks.kept[1].actions).toHaveLength(1);

  const again = new Forks(begin());
  again.keep(JSON.parse(JSON.stringify(forks.kept)));
  expect(again.facts(undefined).map((f) => [f.id, f.parent, f.isKept])).toEqual([
    ['0', '', false],
    ['0.1', '0', true],
    ['0.1.1', '0.1', true],
    ['0.2', '0', true],
  ]);
  const restored = await again.restore('0.1.1', ...quietly);
  await restored?.execute(...quietly);
  expect(restored?.run.end?.digest).toBe(two.run.end?.digest);
  // The parents ran to where their forks left them, and go on from there.
  expect(again.get('0')?.run.nowUs).toBe(30e6);
  expect(again.get('0.1')?.run.nowUs).toBe(45e6);
  await again.get('0.1')?.execute(...quietly);
  expect(again.get('0.1')?.run.end?.digest).toBe(one.run.end?.digest);
  again.drop('0.1');
  expect(again.kept.map((f) => f.id)).toEqual(['0.2']);
}, 120_000);
