import { describe, expect, test } from 'vitest';
import { loadScenario } from '../../../sim-core/index.ts';
import { bundleOf, loaded, ranCluster } from '../support/scenarios.ts';

type Files = Readonly<Record<string, string>>;
const loadedText = (text: string, files: Files) => loadScenario(bundleOf(text, files));
const ran = (text: string, files: Files) => ranCluster(loaded(bundleOf(text, files)));

const CONFIG = (
  extender: string,
) => `{config: {apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration,
        extenders: [${extender}]}, extenders: [SCRIPT]}`;
const URL = 'http://gpu:8888/scheduler';

/** Two pools of two nodes, one pod; its requests and the extender's script are the case's. */
function scenario(extender: string, script: string, more = ''): string {
  return `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: extended}
spec:
  duration: 30s
  controlPlane:
    schedulers:
      - ${CONFIG(`{urlPrefix: "${URL}", ${extender}}`).replace('SCRIPT', `{urlPrefix: "${URL}", ${script}}`)}
  nodePools:
    - {name: slow, count: 2, machine: m5.large, labels: {tier: slow}}
    - {name: fast, count: 2, machine: m5.large, labels: {tier: fast}, capacity: {example.com/slice: "1"}}
  manifests: [pod.yaml]
${more}`;
}

const pod = (spec = '', name = 'web') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: web}}\nspec: {containers: [{name: c, image: "web:1"${spec}}]}\n`;

function run(extender: string, script: string, spec = '') {
  const cluster = ran(scenario(extender, script), { 'pod.yaml': pod(spec) });
  const object = cluster.truth.find(cluster.world, 'pods', 'default', 'web')?.object;
  const condition = (object?.status?.conditions ?? []).find((c: { type: string }) => c.type === 'PodScheduled');
  return { node: (object?.spec?.nodeName ?? '') as string, condition, cluster };
}

describe('extenders', () => {
  test('filter: rejected nodes are counted with their reasons, and any event wakes the pod', () => {
    const { condition } = run(
      'filterVerb: filter',
      'filter: [{nodes: tier=fast, reason: no slice left}, {nodes: tier=slow, reason: no device, unresolvable: true}]',
    );
    expect(condition).toMatchObject({ status: 'False', reason: 'Unschedulable' });
    expect(condition.message).toBe(
      '0/4 nodes are available: 2 no device, 2 no slice left. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    );
  });

  test('filter: what is left is scheduled', () => {
    expect(run('filterVerb: filter', 'filter: [{nodes: tier=fast, reason: x}]').node).toMatch(/^slow-/);
    expect(run('filterVerb: filter', 'filter: [{nodes: tier=slow, reason: x}]').node).toMatch(/^fast-/);
  });

  test('prioritize: scores 0..10 weigh as the extender says, times ten', () => {
    const prefer = (tier: string) =>
      run('prioritizeVerb: p, weight: 5', `prioritize: [{nodes: tier=${tier}, score: 10}]`);
    expect(prefer('slow').node).toMatch(/^slow-/);
    expect(prefer('fast').node).toMatch(/^fast-/);
  });

  test.each([
    ['kind: status, code: 503', `failed filter with extender at URL ${URL}/filter, code 503`],
    ['kind: refused', `Post "${URL}/filter": dial tcp gpu:8888: connect: connection refused`],
    ['kind: error, message: out of tune', 'out of tune'],
    [
      'kind: timeout',
      `Post "${URL}/filter": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    ],
  ])('a failing extender (%s) is an error of the cycle', (failure, message) => {
    const { condition } = run('filterVerb: filter', `failures: [{${failure}}]`);
    expect(condition).toMatchObject({ status: 'False', reason: 'SchedulerError', message });
  });

  test('an ignorable one is left out', () => {
    expect(run('filterVerb: filter, ignorable: true', 'failures: [{kind: refused}]').node).not.toBe('');
  });

  test('its failure ends, and the pod is tried again', () => {
    expect(run('filterVerb: filter', 'failures: [{kind: refused, for: 15s}]').node).not.toBe('');
  });

  test('a slow one keeps the scheduling thread, and times out', () => {
    const { condition, node, cluster } = run('filterVerb: filter, httpTimeout: 300ms', 'latency: 301ms');
    expect(node).toBe('');
    expect(condition.reason).toBe('SchedulerError');
    const slow = run('filterVerb: filter, httpTimeout: 3s', 'latency: 2s');
    expect(slow.node).not.toBe('');
    expect(cluster.world.nowUs).toBe(30_000_000);
  });

  test('only pods that name a managed resource are its business; the scheduler leaves ignored ones to it', () => {
    const managed = 'filterVerb: filter, managedResources: [{name: example.com/slice, ignoredByScheduler: true}]';
    const script = 'filter: [{nodes: tier=fast, reason: x}]';
    expect(run(managed, script).node).not.toBe('');
    // No slow node has a slice, so only the extender's word lets the pod in there.
    expect(run(managed, script, ', resources: {limits: {example.com/slice: 1}}').node).toMatch(/^slow-/);
  });

  test('bind: granted and refused', () => {
    expect(run('bindVerb: bind', 'latency: 50ms').node).not.toBe('');
    const { condition, node } = run('bindVerb: bind', 'bind: [{pods: app=web, error: no quorum}]');
    expect(node).toBe('');
    expect(condition).toMatchObject({ reason: 'SchedulerError', message: 'no quorum' });
  });

  test('nodeCacheCapable: only names are sent', () => {
    expect(run('filterVerb: filter, nodeCacheCapable: true', 'filter: [{nodes: tier=slow, reason: x}]').node).toMatch(
      /^fast-/,
    );
  });

  test('preempt: nodes that an extender keeps are spared', () => {
    const low = 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}\nvalue: 1000\n---\n';
    const big = ', resources: {requests: {cpu: 1500m}}';
    const victims = [0, 1, 2, 3].map((i) => pod(big, `low-${i}`)).join('---\n');
    const high = pod(big, 'web').replace(
      'spec: {',
      'spec: {priorityClassName: high, terminationGracePeriodSeconds: 0, ',
    );
    const at = (spared: string) => {
      const timeline = '  timeline: [{at: 15s, kubectl: create -f high.yaml}]\n';
      const text = scenario('preemptVerb: preempt', `preempt: [${spared}]`, timeline);
      const cluster = ran(text, { 'pod.yaml': low + victims, 'high.yaml': high });
      const object = cluster.truth.find(cluster.world, 'pods', 'default', 'web')?.object;
      return { nominated: object?.status?.nominatedNodeName ?? object?.spec?.nodeName, object };
    };
    expect(at('{nodes: tier=slow}').nominated).toMatch(/^fast-/);
    expect(at('{nodes: tier=fast}').nominated).toMatch(/^slow-/);
    const { nominated, object } = at('{}');
    expect(nominated).toBeUndefined();
    expect(object?.status?.conditions[0].message).toBe(
      '0/4 nodes are available: 4 Insufficient cpu. no new claims to deallocate, preemption: no candidate node for preemption',
    );
  });

  test.each([
    ['prioritizeVerb: p', 'extenders[0].weight: Invalid value: 0: must have a positive weight applied to it'],
    [
      'prioritizeVerb: p, weight: -1',
      'extenders[0].weight: Invalid value: -1: must have a positive weight applied to it',
    ],
    ['filterVerb: f, httpTimeout: soon', 'extenders[0].httpTimeout: Invalid value: "soon": must be a duration'],
    [
      'managedResources: [{name: cpu}]',
      'extenders[0].managedResources[0].name: Invalid value: "cpu": is an invalid extended resource name',
    ],
    ['filterverb: f', 'extenders[0].filterverb: Forbidden: unknown field'],
  ])('%s is refused', (extender, message) => {
    const { problems } = loadedText(scenario(extender, 'filter: []'), { 'pod.yaml': pod() });
    expect(problems.map((p) => p.message)).toEqual([message]);
    expect(problems[0].at.line).toBe(9);
  });

  test('an extender that nobody answers, a selector that is none', () => {
    const unanswered = scenario('filterVerb: f', 'filter: []').replace(
      `extenders: [{urlPrefix: "${URL}", filter: []}]`,
      'extenders: []',
    );
    expect(loadedText(unanswered, { 'pod.yaml': pod() }).problems[0].message).toBe(
      `nobody answers the extender ${URL}`,
    );
    const bad = scenario('filterVerb: f', 'filter: [{nodes: "a in (", reason: x}]');
    expect(loadedText(bad, { 'pod.yaml': pod() }).problems[0].message).toMatch(
      /^extender http:\/\/gpu:8888\/scheduler: /,
    );
  });
});
