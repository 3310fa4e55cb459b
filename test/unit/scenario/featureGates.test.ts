import { describe, expect, test } from 'vitest';
import { buildCluster, loadScenario, runCluster } from '../../../sim-core/index.ts';
import { readFeatureGates, SIMULATED_GATES } from '../../../sim-core/scenario/featureGates.ts';
import { bundleOf, loaded, ranCluster } from '../support/scenarios.ts';

const at = (name: string) => ({ file: name, line: 1, col: 1 });
const textsOf = (given: Record<string, unknown>) =>
  readFeatureGates(given, at).problems.map((p) => `${p.severity}: ${p.message}`);

describe('feature gates', () => {
  test.each<[Record<string, unknown>, string[]]>([
    [{ SchedulerAsyncPreemption: true, GangScheduling: false }, []],
    [{ SchedulerAsyncPremption: false }, ['error: unrecognized feature gate: SchedulerAsyncPremption']],
    [
      { SchedulerQueueingHints: false },
      ['error: cannot set feature gate SchedulerQueueingHints to false, feature is locked to true'],
    ],
    [{ SchedulerQueueingHints: true }, []],
    [
      { PodLevelResources: 'maybe' },
      ['error: invalid value of PodLevelResources=maybe, err: strconv.ParseBool: parsing "maybe": invalid syntax'],
    ],
    [{ PodLevelResources: 'F' }, []],
    [
      { GenericWorkload: true },
      ['warning: GenericWorkload=true is not simulated: everything goes on as with false, its default in 1.35'],
    ],
    [
      { GangScheduling: true },
      [
        'error: GangScheduling is enabled, but depends on features that are disabled: [GenericWorkload]',
        'warning: GangScheduling=true is not simulated: everything goes on as with false, its default in 1.35',
      ],
    ],
    [
      { MatchLabelKeysInPodTopologySpread: false },
      [
        'error: MatchLabelKeysInPodTopologySpreadSelectorMerge is enabled, but depends on features that are disabled: [MatchLabelKeysInPodTopologySpread]',
      ],
    ],
  ])('%j', (given, texts) => expect(textsOf(given)).toEqual(texts));

  test('a group sets what is not named itself', () => {
    const { off, problems } = readFeatureGates({ AllBeta: false, PodLevelResources: true }, at);
    expect(off).toEqual(SIMULATED_GATES.filter((name) => name !== 'PodLevelResources'));
    expect(problems.map((p) => p.message)[0]).toMatch(/^AllBeta=false: [0-9]+ of these gates are not simulated/);
  });

  test('stand in a scenario, each mistake at its line', () => {
    const text = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
spec:
  controlPlane:
    featureGates:
      PodLevelResources: false
      DynamicResourceAllocation: false
`;
    const { problems } = loadScenario(bundleOf(text, {}));
    expect(problems.map(({ message, at }) => [message, at.line, at.col])).toEqual([
      ['cannot set feature gate DynamicResourceAllocation to false, feature is locked to true', 7, 7],
    ]);
  });
});

const POD = `apiVersion: v1
kind: Pod
metadata: {name: NAME, labels: {app: web, rev: "7"}}
spec:
  priorityClassName: CLASS
  containers: [{name: c, image: "web:1", resources: {requests: {cpu: CPU}}}]
`;
const pod = (name: string, cpu: string, priority: string, more = '') =>
  POD.replace('NAME', name).replace('CPU', cpu).replace('CLASS', priority) + more;
const CLASSES = ['low', 'high']
  .map((name, i) => `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: ${name}}\nvalue: ${i}\n`)
  .join('---\n');
const scenario = (gates: string) => `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: gated}
spec:
  duration: 40s
  controlPlane: {featureGates: {${gates}}}
  nodePools: [{name: node, count: 1, machine: m5.large, zones: [a]}]
  manifests: [classes.yaml, low.yaml]
  timeline: [{at: 20s, kubectl: apply -f high.yaml}]
`;
const SPREAD = `  resources: {requests: {cpu: 1500m}}
  topologySpreadConstraints:
    - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway,
       labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [rev]}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 1
          podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}},
                            matchLabelKeys: [rev, gone], mismatchLabelKeys: [app]}
`;

function run(gates: string) {
  const bundle = bundleOf(scenario(gates), {
    'classes.yaml': CLASSES,
    'low.yaml': pod('low', '1500m', 'low', SPREAD),
    'high.yaml': pod('high', '1500m', 'high'),
  });
  const cluster = buildCluster(loaded(bundle));
  const nominations: string[] = [];
  cluster.truth.listen((_ctx, { object }) => {
    const node = object.kind === 'Pod' ? object.status?.nominatedNodeName : undefined;
    if (node !== undefined) nominations.push(`${node} ${object.spec?.nodeName === undefined ? 'waits' : 'bound'}`);
  });
  runCluster(cluster);
  const get = (name: string) => cluster.truth.find(cluster.world, 'pods', 'default', name)?.object;
  return { get, nominations };
}

describe('with a gate off', () => {
  test('nothing changes where none is', () => {
    const { get, nominations } = run('');
    expect(nominations).toContain('node-0 waits');
    expect(nominations).not.toContain('node-0 bound');
    expect(get('high')?.spec?.nodeName).toBe('node-0');
    expect(get('high')?.metadata.labels).toMatchObject({ 'topology.kubernetes.io/zone': 'a' });
    expect(get('high')?.status?.nominatedNodeName).toBeUndefined();
  });

  test('PodTopologyLabelsAdmission, ClearingNominatedNodeNameAfterBinding', () => {
    const { get, nominations } = run('PodTopologyLabelsAdmission: false, ClearingNominatedNodeNameAfterBinding: false');
    expect(get('high')?.metadata.labels).toEqual({ app: 'web', rev: '7' });
    expect(nominations).toContain('node-0 bound');
  });

  test('SchedulerAsyncPreemption: the cycle lasts until the victims are deleted', () => {
    const { get } = run('SchedulerAsyncPreemption: false');
    expect(get('high')?.spec?.nodeName).toBe('node-0');
    expect(get('low')).toBeUndefined();
  });

  test('SchedulerPopFromBackoffQ: back-off is waited for', () => {
    const { get } = run('SchedulerPopFromBackoffQ: false');
    expect(get('high')?.spec?.nodeName).toBe('node-0');
  });
});

describe('a new pod', () => {
  const stored = (gates: string) => {
    const text = scenario(gates).replace('duration: 40s', 'duration: 15s');
    const files = {
      'classes.yaml': CLASSES,
      'low.yaml': pod('low', '1500m', 'low', SPREAD),
      'high.yaml': pod('high', '1', 'high'),
    };
    const cluster = ranCluster(loaded(bundleOf(text, files)));
    return cluster.truth.find(cluster.world, 'pods', 'default', 'low')?.object.spec;
  };
  const REV = { key: 'rev', operator: 'In', values: ['7'] };

  test('has the label keys of its constraints and terms in their selectors', () => {
    const spec = stored('');
    expect(spec?.resources).toBeDefined();
    expect(spec?.topologySpreadConstraints[0]).toMatchObject({
      matchLabelKeys: ['rev'],
      labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [REV] },
    });
    const term = spec?.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm;
    expect(term.labelSelector.matchExpressions).toEqual([REV, { key: 'app', operator: 'NotIn', values: ['web'] }]);
  });

  test('loses the fields of gates that are off', () => {
    const spec = stored(
      'PodLevelResources: false, MatchLabelKeysInPodTopologySpread: false, MatchLabelKeysInPodTopologySpreadSelectorMerge: false',
    );
    expect(spec?.resources).toBeUndefined();
    expect(spec?.topologySpreadConstraints[0].matchLabelKeys).toBeUndefined();
    expect(spec?.topologySpreadConstraints[0].labelSelector.matchExpressions).toBeUndefined();
  });
});
