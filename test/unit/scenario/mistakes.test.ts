import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../sim-core/index.ts';
import { bundleOf } from '../support/scenarios.ts';

/** A scenario with one mistake: `spec` stands below the heading. */
const HEAD = 'apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nmetadata: {name: demo}\n';
const POOL = 'nodePools:\n    - {name: general, count: 3, machine: m5.large, zones: [a, b]}\n';
const spec = (text: string) => `${HEAD}spec:\n  ${text.trim().replaceAll('\n', '\n  ')}\n`;
const withPool = (text: string) => `${HEAD}spec:\n  ${POOL}  ${text.trim().replaceAll('\n', '\n  ')}\n`;

/** What people do wrong, each with the text of the file. */
const MISTAKES: readonly (readonly [string, string, Readonly<Record<string, string>>?])[] = [
  ['a field in snake case', spec('node_pools: []')],
  ['a letter missing in a nested field', spec('nodePools:\n  - {name: a, count: 3, machin: m5.large}')],
  ['a required field is missing', spec('nodePools:\n  - {name: a}')],
  ['a number for a duration', withPool('duration: 300')],
  ['a duration in words', withPool('timeline:\n  - {at: 5 minutes, note: hello}')],
  ['a fault that does not exist', withPool('timeline:\n  - {at: 1m, fault: {kind: NodeCrsh, node: general-0}}')],
  ['a fault without a target', withPool('timeline:\n  - {at: 1m, fault: {kind: NodeCrash}}')],
  ['a node that does not exist', withPool('timeline:\n  - {at: 1m, fault: {kind: NodeCrash, node: general-03}}')],
  ['a zone that does not exist', withPool('timeline:\n  - {at: 1m, fault: {kind: ZoneOutage, zone: c}}')],
  [
    'a component by the name of its program',
    withPool('timeline:\n  - {at: 1m, fault: {kind: ComponentCrash, component: kube-apiserver-0}}'),
  ],
  [
    'an etcd member that does not exist',
    withPool('timeline:\n  - {at: 1m, fault: {kind: EtcdMemberCrash, member: 1}}'),
  ],
  ['a partition of one group', withPool('timeline:\n  - {at: 1m, fault: {kind: Partition, between: [[general-0]]}}')],
  ['a machine that does not exist', spec('nodePools:\n  - {name: a, count: 1, machine: m5.larg}')],
  ['a quantity with a space', spec('nodePools:\n  - {name: a, count: 1, capacity: {memory: 16 GB}}')],
  ['two pools of one name', spec('nodePools:\n  - {name: a, count: 1}\n  - {name: a, count: 2}')],
  ['a count below zero', spec('nodePools:\n  - {name: a, count: -1}')],
  ['an even number of etcd members', spec('controlPlane: {etcd: {members: 2}}')],
  ['a flag with a letter missing', spec('controlPlane: {controllerManager: {flags: {node-monitor-grace-perod: 50s}}}')],
  ['a flag with a bad value', spec('controlPlane: {controllerManager: {flags: {node-monitor-grace-period: fifty}}}')],
  [
    'a scheduler plugin that does not exist',
    spec(
      'controlPlane:\n  schedulers:\n    - config: {apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration, profiles: [{plugins: {score: {enabled: [{name: NodeRes}]}}}]}',
    ),
  ],
  ['a time that is none', spec('epoch: yesterday')],
  [
    'a manifest that is not there',
    spec('manifests: [apps/web.yml]'),
    { 'apps/web.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n' },
  ],
  [
    'a manifest with a mistake in YAML',
    spec('manifests: [web.yaml]'),
    { 'web.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n   labels: {a: b}\n' },
  ],
  [
    'a manifest that is a template',
    spec('manifests: [web.yaml]'),
    { 'web.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n' },
  ],
  [
    'a kind that nobody knows',
    spec('manifests: [web.yaml]'),
    { 'web.yaml': 'apiVersion: example.com/v1\nkind: Website\nmetadata: {name: web}\n' },
  ],
  [
    'a version that is no longer served',
    spec('manifests: [web.yaml]'),
    { 'web.yaml': 'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: web}\n' },
  ],
  [
    'an expression that does not parse',
    withPool("expect:\n  - {name: up, that: \"pods('default', 'app=web'.ready > 3\"}"),
  ],
  [
    'a function that does not exist',
    withPool('expect:\n  - {name: up, that: "deployments(\'web\').status.replicas > 3"}'),
  ],
  ['a selector without a value', withPool('expect:\n  - {name: up, that: "pods(\'app\').ready > 3"}')],
  ['two modes in one expectation', withPool('expect:\n  - {name: up, always: true, at: 1m, that: "true"}')],
  ['a window after the end', withPool('duration: 5m\nexpect:\n  - {name: up, at: 6m, that: "true"}')],
  [
    'a kubectl command that does not exist',
    withPool('timeline:\n  - {at: 1m, kubectl: scael deployment/web --replicas=3}'),
  ],
  ['scale without a count', withPool('timeline:\n  - {at: 1m, kubectl: scale deployment/web}')],
  ['a resource that does not exist', withPool('timeline:\n  - {at: 1m, kubectl: delete deploymnt/web}')],
  [
    'a flag that kubectl does not know',
    withPool('timeline:\n  - {at: 1m, kubectl: drain general-0 --ignore-daemonset}'),
  ],
  ['kubectl apply of a file that is not there', withPool('timeline:\n  - {at: 1m, kubectl: apply -f missing.yaml}')],
  ['an empty entry of the timeline', withPool('timeline:\n  - {at: 1m}')],
  ['something after the end', withPool('duration: 5m\ntimeline:\n  - {at: 10m, note: too late}')],
  ['a parameter that is not there', spec('seed: "${sed}"\nparameters: {seed: "1"}')],
  ['a workload rule with a bad size', spec('workloads:\n  - {match: {app: web}, imageSize: big}')],
  [
    'static pods with mistakes',
    spec('nodePools:\n  - {name: n-a, count: 1, staticPods: [pods.yaml]}'),
    {
      'pods.yaml': [
        'metadata: {name: a}\nspec: 5',
        'metadata: {name: b}\nspec: {containers: [{name: c, image: "x:1", resources: {requests: {cpu: fish}}}]}',
        'metadata: {name: C_D}\nspec: {containers: []}',
        'spec: {contaners: [], containers: [{name: c, image: "x:1"}]}',
        'metadata: {name: e}\nspec:\n  containers: [{name: c, image: "x:1", envFrom: [{secretRef: {name: s}}]}]',
        'metadata: {name: f}\nspec: {containers: [{name: c, image: "x:1"}]}',
        'metadata: {name: f, namespace: default}\nspec: {containers: [{name: c, image: "x:1"}]}',
      ]
        .map((text) => `apiVersion: v1\nkind: Pod\n${text}\n`)
        .concat('apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\n')
        .join('---\n'),
    },
  ],
  [
    'thresholds of eviction that are none',
    spec(
      'nodePools:\n  - name: n-a\n    count: 1\n    kubelet:\n      apiVersion: kubelet.config.k8s.io/v1beta1\n      kind: KubeletConfiguration\n      evictionHard: {memory.avilable: 5%, nodefs.available: fish, imagefs.available: -1Gi}\n      evictionSoft: {memory.available: 200%%}\n      evictionMinimumReclaim: [1]\n      evictionPressureTransitionPeriod: soon',
    ),
  ],
  ['a leak below zero', spec('workloads:\n  - {match: {app: web}, memory: {base: -5Gi, growth: -1Gi}}')],
  ['a key that is there twice', spec('seed: "1"\nseed: "2"')],
  ['a name that YAML takes for a boolean', spec('nodePools:\n  - {name: n, count: 1}')],
  ['a tab', `${HEAD}spec:\n\tseed: "1"\n`],
  ['another apiVersion', 'apiVersion: orrery.dev/v1\nkind: Scenario\nspec: {}\n'],
  ['no scenario at all', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n'],
  ['an empty file', ''],
];

describe('mistakes in scenario files', () => {
  it('are told with their place and what was probably meant', async () => {
    const texts = MISTAKES.map(([name, text, others]) => {
      const { problems } = loadScenario(bundleOf(text, others, 'demo.yaml'));
      const lines = problems.map(
        (p) =>
          `${p.at.file}:${p.at.line}:${p.at.col}: ${p.severity}: ${p.message}${p.hint === undefined || p.hint === '' ? '' : `\n    ${p.hint}`}`,
      );
      return `# ${name}\n${lines.join('\n')}\n`;
    });
    await expect(texts.join('\n')).toMatchFileSnapshot(path.join(import.meta.dirname, 'expected/mistakes.txt'));
  });

  it('a mistake is always told', () => {
    for (const [name, text, others] of MISTAKES)
      expect(loadScenario(bundleOf(text, others, 'demo.yaml')).problems, name).not.toHaveLength(0);
  });

  it('an unknown --set names what there is', () => {
    const { scenario, problems } = loadScenario(bundleOf(spec('parameters: {replicas: 3}')), { set: { replica: '4' } });
    expect(scenario).toBeUndefined();
    expect(problems[0].hint).toBe('did you mean replicas?');
  });
});
