import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fieldErrorText } from '../../../sim-core/api/machinery/fieldErrors.ts';
import { buildCluster, loadScenario, type Scenario } from '../../../sim-core/index.ts';
import {
  buildProfiles,
  PLUGIN_NAMES,
  type SchedulerConfiguration,
} from '../../../sim-core/scheduler/framework/config.ts';
import { validateSchedulerConfiguration } from '../../../sim-core/scheduler/framework/validateConfig.ts';
import { bundleOf } from '../support/scenarios.ts';

const problems = (configuration: unknown) =>
  validateSchedulerConfiguration(configuration, PLUGIN_NAMES).map(fieldErrorText);
const withArgs = (name: string, args: object) => ({ profiles: [{ pluginConfig: [{ name, args }] }] });

describe('KubeSchedulerConfiguration', () => {
  test('the default profile', () => {
    const [profile] = buildProfiles();
    expect(profile.schedulerName).toBe('default-scheduler');
    expect(profile.plugins.score.map((s) => `${s.plugin.name} ${s.weight}`)).toEqual([
      'TaintToleration 3',
      'NodeAffinity 2',
      'NodeResourcesFit 1',
      'VolumeBinding 1',
      'PodTopologySpread 2',
      'InterPodAffinity 2',
      'DynamicResources 2',
      'NodeResourcesBalancedAllocation 1',
      'ImageLocality 1',
    ]);
    expect(profile.plugins.filter.map((p) => p.name)).toEqual([
      'NodeUnschedulable',
      'NodeName',
      'TaintToleration',
      'NodeAffinity',
      'NodePorts',
      'NodeResourcesFit',
      'VolumeRestrictions',
      'NodeVolumeLimits',
      'VolumeBinding',
      'VolumeZone',
      'PodTopologySpread',
      'InterPodAffinity',
      'DynamicResources',
    ]);
    expect(profile.plugins.reserve.map((p) => p.name)).toEqual(['VolumeBinding', 'DynamicResources']);
    expect(profile.plugins.postFilter.map((p) => p.name)).toEqual(['DynamicResources', 'DefaultPreemption']);
  });

  test('an explicit order at a point comes before that of multiPoint', () => {
    const configuration: SchedulerConfiguration = {
      profiles: [
        {
          plugins: { score: { enabled: [{ name: 'ImageLocality', weight: 7 }], disabled: [{ name: 'NodeAffinity' }] } },
        },
      ],
    };
    const scores = buildProfiles(configuration)[0].plugins.score.map((s) => `${s.plugin.name} ${s.weight}`);
    expect(scores[0]).toBe('ImageLocality 7');
    expect(scores).not.toContain('NodeAffinity 2');
  });

  test.each([
    [{ percentageOfNodesToScore: 101 }, ['percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]']],
    [
      { podInitialBackoffSeconds: 20 },
      ['podMaxBackoffSeconds: Invalid value: 10: must be greater than or equal to PodInitialBackoffSeconds'],
    ],
    [{ parallelism: 0 }, ['parallelism: Invalid value: 0: should be an integer value greater than zero']],
    [{ kind: 'Policy' }, ['kind: Unsupported value: "Policy": supported values: "KubeSchedulerConfiguration"']],
    [{ profile: [] }, ['profile: Forbidden: unknown field']],
    [
      { profiles: [{ plugins: { score: { enabled: [{ name: 'Nope' }] }, scores: {} } }] },
      [
        'profiles[0].plugins.scores: Forbidden: unknown field',
        'profiles[0].plugins.score.enabled[0].name: Not found: "Nope"',
      ],
    ],
    [
      { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }, {}] },
      ['profiles[1].schedulerName: Duplicate value: "a"', 'profiles[2].schedulerName: Required value'],
    ],
    [
      withArgs('InterPodAffinity', { hardPodAffinityWeight: 101 }),
      ['profiles[0].pluginConfig[0].args.hardPodAffinityWeight: Invalid value: 101: not in valid range [0-100]'],
    ],
    [
      withArgs('DefaultPreemption', { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }),
      [
        'profiles[0].pluginConfig[0].args.minCandidateNodesPercentage: Invalid value: 0: cannot be zero at the same time as minCandidateNodesAbsolute',
        'profiles[0].pluginConfig[0].args.minCandidateNodesAbsolute: Invalid value: 0: cannot be zero at the same time as minCandidateNodesPercentage',
      ],
    ],
    [
      withArgs('PodTopologySpread', {
        defaultConstraints: [{ maxSkew: 0, topologyKey: 'z', whenUnsatisfiable: 'Never' }],
        defaultingType: 'List',
      }),
      [
        'profiles[0].pluginConfig[0].args.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)',
        'profiles[0].pluginConfig[0].args.defaultConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [
      withArgs('NodeResourcesFit', {
        scoringStrategy: { type: 'MostAllocated', resources: [{ name: 'cpu', weight: 101 }] },
      }),
      [
        'profiles[0].pluginConfig[0].args.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range [1, 100]',
      ],
    ],
  ])('%j', (configuration, expected) => {
    expect(problems(configuration)).toEqual(expected);
  });
});

const FOLDERS = ['kube-scheduler', 'kube-scheduler-simulator', 'scheduler-perf'].map((name) =>
  path.resolve(import.meta.dirname, '../../../../shared/data/config', name),
);
const present = FOLDERS.filter((folder) => existsSync(folder));

/** Files of the shared folder with a document of the kind, also inside of ConfigMaps. */
function configurations(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.ya?ml$/.test(e.name))
    .map((e) => path.join(e.parentPath, e.name))
    .filter((file) => /kind: KubeSchedulerConfiguration/.test(readFileSync(file, 'utf8')))
    .sort();
}

describe.skipIf(present.length === 0)('configurations of other projects (skipped without ../shared/data)', () => {
  test.each(present.flatMap(configurations))('%s loads', (file) => {
    const text = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
spec: {controlPlane: {schedulers: [{config: config.yaml}]}}
`;
    const { scenario, problems } = loadScenario(bundleOf(text, { 'config.yaml': readFileSync(file, 'utf8') }));
    expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
    for (const p of problems)
      expect(p.message).toMatch(
        /: (Invalid value: ".*": (kube-scheduler does not have this plugin; it is left out|Kubernetes 1.35 knows .*)|.*the first is used)$|the first is used$/,
      );
    expect(scenario?.spec.controlPlane.schedulers[0].configuration?.kind).toBe('KubeSchedulerConfiguration');
    expect(() => buildCluster(scenario as Scenario)).not.toThrow();
  });
});

describe('places', () => {
  const config = (text: string) => {
    const scenario = `apiVersion: orrery.dev/v1alpha1
kind: Scenario
spec: {controlPlane: {schedulers: [{config: config.yaml}]}}
`;
    return loadScenario(bundleOf(scenario, { 'config.yaml': text })).problems.map(
      (p) => `${p.at.file}:${p.at.line}:${p.at.col} ${p.severity}: ${p.message}`,
    );
  };
  const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';

  test('each mistake stands at its field', () => {
    expect(
      config(`${head}percentageOfNodesToScore: 200
profiles:
  - schedulerName: a
    plugins:
      score:
        enabled:
          - name: NodeResourcesFit
            weight: -3
          - name: NodeResourceFit
`),
    ).toEqual([
      'config.yaml:3:1 error: percentageOfNodesToScore: Invalid value: 200: not in valid range [0-100]',
      'config.yaml:10:13 error: profiles[0].plugins.score.enabled[0].weight: Invalid value: -3: must be a non-negative integer',
      'config.yaml:11:13 error: profiles[0].plugins.score.enabled[1].name: Not found: "NodeResourceFit"',
    ]);
  });

  test('in a ConfigMap too', () => {
    expect(
      config(`apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  scheduler.yaml: |
    apiVersion: kubescheduler.config.k8s.io/v1beta3
    kind: KubeSchedulerConfiguration
    profiles:
    - plugins: {queueSort: {enabled: [{name: Coscheduling}], disabled: [{name: "*"}]}}
      pluginConfigs: []
`),
    ).toEqual([
      'config.yaml:10:7 error: profiles[0].pluginConfigs: Forbidden: unknown field',
      'config.yaml:6:5 warning: apiVersion: Invalid value: "kubescheduler.config.k8s.io/v1beta3": Kubernetes 1.35 knows kubescheduler.config.k8s.io/v1 only; read as v1',
      'config.yaml:9:40 warning: profiles[0].plugins.queueSort.enabled[0].name: Invalid value: "Coscheduling": kube-scheduler does not have this plugin; it is left out',
    ]);
  });
});

describe('a configuration of the wrong kinds', () => {
  test.each<[unknown, string]>([
    [{ profiles: { a: 1 } }, 'profiles: Invalid value: {"a":1}: must be a list'],
    [{ profiles: [7] }, 'profiles[0]: Invalid value: 7: must be a map'],
    [{ profiles: [{ plugins: [] }] }, 'profiles[0].plugins: Invalid value: []: must be a map'],
    [
      { profiles: [{ plugins: { score: { enabled: 'NodeAffinity' } } }] },
      'profiles[0].plugins.score.enabled: Invalid value: "NodeAffinity": must be a list',
    ],
    [
      { profiles: [{ plugins: { filter: { enabled: ['NodeName'] } } }] },
      'profiles[0].plugins.filter.enabled[0]: Invalid value: "NodeName": must be a map',
    ],
    [{ extenders: { a: 1 } }, 'extenders: Invalid value: {"a":1}: must be a list'],
    [{ podInitialBackoffSeconds: 'soon' }, 'podInitialBackoffSeconds: Invalid value: "soon": must be a number'],
  ])('%j is told at its field', (configuration, text) =>
    expect(validateSchedulerConfiguration(configuration, PLUGIN_NAMES).map(fieldErrorText)).toEqual([text]),
  );
});
