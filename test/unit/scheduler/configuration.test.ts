import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fieldErrorText } from '../../../sim-core/api/machinery/fieldErrors.ts';
import { loadManifests } from '../../../sim-core/api/yaml/index.ts';
import {
  buildProfiles,
  PLUGIN_NAMES,
  type SchedulerConfiguration,
} from '../../../sim-core/scheduler/framework/config.ts';
import { validateSchedulerConfiguration } from '../../../sim-core/scheduler/framework/validateConfig.ts';

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

const FOLDERS = ['kube-scheduler', 'kube-scheduler-simulator'].map((name) =>
  path.resolve(import.meta.dirname, '../../../../shared/data/config', name),
);
const present = FOLDERS.filter((folder) => existsSync(folder));

/** Documents of the kind in the files of the shared folder, also those inside of ConfigMaps. */
function configurations(folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.ya?ml$/.test(e.name))
    .map((e) => path.join(e.parentPath, e.name))
    .sort()
    .map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')] as const)
    .filter(([, text]) => /^apiVersion: kubescheduler/m.test(text));
}

describe.skipIf(present.length === 0)('configurations of other projects (skipped without ../shared/data)', () => {
  test('load, or every field that keeps them from loading is named', () => {
    let loaded = 0;
    for (const folder of present) {
      for (const [file, text] of configurations(folder)) {
        for (const document of loadManifests(file, text).documents.map((d) => d.object)) {
          const found = problems(document);
          for (const p of found)
            expect(p, file).toMatch(
              /^[A-Za-z][\w.[\]]*: (Not found|Unsupported value|Invalid value|Forbidden|Required value|Duplicate value)/,
            );
          if (found.length > 0) continue;
          buildProfiles(document as SchedulerConfiguration);
          loaded++;
        }
      }
    }
    expect(loaded).toBeGreaterThan(0);
  });
});
