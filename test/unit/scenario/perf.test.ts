import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPerfCluster, isPerfText, parsePerfFile } from '../../../sim-core/index.ts';
import { fillTemplate } from '../../../sim-core/scenario/perf/template.ts';

const pod = (name: string, spec: string, labels = '') => `apiVersion: v1
kind: Pod
metadata: {generateName: ${name}-${labels === '' ? '' : `, labels: ${labels}`}}
spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: pause${spec}}]}
`;
const TEMPLATES: Readonly<Record<string, string>> = {
  'templates/pod.yaml': pod('pod', ', resources: {requests: {cpu: 100m}}'),
  'templates/red.yaml': pod('red', '', '{color: red}'),
  'templates/large.yaml': pod('large', ', resources: {requests: {cpu: "9"}}'),
  'templates/high.yaml': pod('high', ', resources: {requests: {cpu: "3"}}').replace('spec: {', 'spec: {priority: 10, '),
  'templates/full.yaml': pod('full', ', resources: {requests: {cpu: "4"}}'),
  'templates/gated.yaml': pod('gated', '').replace('spec: {', 'spec: {schedulingGates: [{name: wait}], '),
  'templates/claiming.yaml': pod('claiming', '').replace(
    'spec: {',
    'spec: {resourceClaims: [{name: r, resourceClaimTemplateName: t}], ',
  ),
  'templates/class.yaml': `apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: test-class}
spec: {selectors: [{cel: {expression: 'device.driver == "test-driver.cdi.k8s.io"'}}]}
`,
  'templates/claim-template.yaml': `apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: t}
spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: test-class}}]}}}
`,
  'templates/claim.yaml': `apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: "claim-{{.Index}}"}
spec: {devices: {requests: [{name: r, exactly: {deviceClassName: test-class}}]}}
`,
  'templates/service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: "service-{{.Index}}"}\nspec: {ports: [{port: 80}]}\n',
  'templates/namespace.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {labels: {team: devops}}\n',
  'templates/big-node.yaml': `apiVersion: v1
kind: Node
metadata: {generateName: big-}
status: {capacity: {cpu: "16", memory: 32Gi, pods: "110"}, conditions: [{type: Ready, status: "True"}]}
`,
  'templates/named-node.yaml': `apiVersion: v1
kind: Node
metadata: {name: "grown-{{.Index}}"}
status: {capacity: {cpu: 10m, memory: 32Gi, pods: "110"}}
`,
  'templates/grown-node.yaml': `apiVersion: v1
kind: Node
metadata: {name: "grown-{{.Index}}"}
status: {capacity: {cpu: "16", memory: 32Gi, pods: "110"}}
`,
};

function parse(ops: string, params = '{}', more = '') {
  const text = `- name: Test
  workloadTemplate:
${ops.replace(/^/gm, '  ')}
  workloads:
  - name: W
    threshold: 5
    labels: [integration-test]
    params: ${params}
${more}`;
  expect(isPerfText(text)).toBe(true);
  return parsePerfFile(
    'perf/performance-config.yaml',
    text,
    (file) => TEMPLATES[file.replace('perf/', '')] ?? TEMPLATES[file],
  );
}

function run(ops: string, params = '{}') {
  const { workloads, problems } = parse(ops, params);
  expect(problems).toEqual([]);
  const { cluster, driver } = buildPerfCluster(workloads[0], '1');
  while (!driver.done && cluster.world.nowUs < 600e6)
    if (cluster.world.runUntil({ timeUs: 600e6, events: 1000 }).stopped !== 'events') break;
  expect(driver.done, driver.waitsFor()).toBe(true);
  const list = (resource: string) => cluster.truth.list(cluster.world, resource).map((v) => v.object);
  return { cluster, driver, pods: list('pods'), list };
}

const NODES = '- {opcode: createNodes, count: 3}\n';

describe('scheduler_perf workloads', () => {
  test('createNodes and createPods; what is measured', () => {
    const { driver, pods, list } = run(
      `- {opcode: createNodes, countParam: $nodes, labelNodePrepareStrategy: {labelKey: zone, labelValues: [a, b]}}
- {opcode: createPods, count: 7, podTemplatePath: ../templates/pod.yaml}
- {opcode: createPods, countParam: $pods, collectMetrics: true, podTemplatePath: ../templates/pod.yaml}`,
      '{nodes: 4, pods: 20}',
    );
    expect(list('nodes').map((n) => n.metadata.labels?.['zone'])).toEqual(['a', 'b', 'a', 'b']);
    expect(pods.filter((p) => p.spec?.nodeName !== undefined)).toHaveLength(27);
    expect([...new Set(pods.map((p) => p.metadata.namespace))]).toEqual(['namespace-1', 'namespace-2']);
    expect(driver.measure.pods).toBe(20);
    expect(driver.measure.untilUs).toBeGreaterThan(driver.measure.fromUs);
  });

  test('barrier, sleep, and pods that are not waited for', () => {
    const { cluster, pods } =
      run(`${NODES}- {opcode: createPods, count: 5, podTemplatePath: ../templates/large.yaml, skipWaitToCompletion: true}
- {opcode: barrier, stageRequirement: Attempted}
- {opcode: sleep, duration: 30s}
- {opcode: createNodes, count: 4, nodeTemplatePath: ../templates/big-node.yaml}
- {opcode: createNodes, count: 1, nodeTemplatePath: ../templates/big-node.yaml}
- {opcode: barrier}`);
    expect(cluster.world.nowUs).toBeGreaterThan(40e6);
    expect(pods.every((p) => String(p.spec?.nodeName).startsWith('big-'))).toBe(true);
  });

  test('namespaces, pod sets, other objects and their updates', () => {
    const { list, pods } =
      run(`${NODES}- {opcode: createNamespaces, prefix: team, count: 2, namespaceTemplatePath: ../templates/namespace.yaml}
- {opcode: createPodSets, count: 2, namespacePrefix: team, createPodsOp: {opcode: createPods, count: 3, podTemplatePath: ../templates/red.yaml}}
- {opcode: createAny, count: 2, namespace: team-0, templatePath: ../templates/service.yaml}
- {opcode: createNodes, count: 2, nodeTemplatePath: ../templates/named-node.yaml}
- {opcode: createPods, namespace: team-1, count: 2, podTemplatePath: ../templates/large.yaml, skipWaitToCompletion: true}
- {opcode: barrier, stageRequirement: Attempted, namespaces: [team-1]}
- {opcode: updateAny, count: 2, templatePath: ../templates/grown-node.yaml}
- {opcode: barrier}`);
    expect(list('namespaces').filter((n) => n.metadata.labels?.['team'] === 'devops')).toHaveLength(2);
    expect(list('services').map((s) => s.metadata.name)).toEqual(expect.arrayContaining(['service-0', 'service-1']));
    expect(pods.filter((p) => p.metadata.labels?.['color'] === 'red')).toHaveLength(6);
    expect(pods.filter((p) => String(p.spec?.nodeName).startsWith('grown-')).length).toBeGreaterThanOrEqual(2);
  });

  test('deletions wake what waits', () => {
    const { pods } =
      run(`${NODES}- {opcode: createPods, namespace: old, count: 3, podTemplatePath: ../templates/full.yaml}
- {opcode: createPods, namespace: new, count: 3, podTemplatePath: ../templates/full.yaml, skipWaitToCompletion: true}
- {opcode: deletePods, namespace: old, deletePodsPerSecond: 2}
- {opcode: barrier, namespaces: [new]}`);
    expect(pods.map((p) => p.metadata.namespace)).toEqual(['new', 'new', 'new']);
  });

  test('priorities preempt', () => {
    const { pods } = run(`${NODES}- {opcode: createPods, count: 3, podTemplatePath: ../templates/full.yaml}
- {opcode: createPods, count: 2, podTemplatePath: ../templates/high.yaml}`);
    expect(pods.filter((p) => p.metadata.name?.startsWith('high-')).every((p) => p.spec?.nodeName !== undefined)).toBe(
      true,
    );
    expect(pods.filter((p) => p.metadata.name?.startsWith('full-'))).toHaveLength(1);
  });

  test('churn goes on beside the rest', () => {
    const { list } =
      run(`${NODES}- {opcode: churn, mode: create, number: 3, intervalMilliseconds: 100, templatePaths: [../templates/service.yaml]}
- {opcode: churn, mode: recreate, number: 1, intervalMilliseconds: 500, templatePaths: [../templates/gated.yaml]}
- {opcode: sleep, duration: 5s}
- {opcode: startCollectingMetrics, namespaces: [x]}
- {opcode: createPods, namespace: x, count: 3, podTemplatePath: ../templates/pod.yaml}
- {opcode: stopCollectingMetrics}`);
    expect(list('services').filter((s) => s.metadata.namespace === 'namespace-1')).toHaveLength(3);
    expect(list('pods').filter((p) => p.metadata.name?.startsWith('gated-')).length).toBeLessThanOrEqual(1);
  });

  test('claims from templates get devices of the driver', () => {
    const { pods, list } = run(`- {opcode: createNodes, count: 2, nodeTemplatePath: ../templates/big-node.yaml}
- {opcode: createResourceDriver, driverName: test-driver.cdi.k8s.io, nodes: "big-*", maxClaimsPerNode: 2}
- {opcode: createAny, templatePath: ../templates/class.yaml}
- {opcode: createNamespaces, prefix: dev, count: 1}
- {opcode: createAny, namespace: dev-0, templatePath: ../templates/claim-template.yaml}
- {opcode: createPods, namespace: dev-0, count: 4, podTemplatePath: ../templates/claiming.yaml}`);
    expect(pods.map((p) => p.spec?.nodeName).sort()).toEqual(['big-0-0', 'big-0-0', 'big-0-1', 'big-0-1']);
    const claims = list('resourceclaims.resource.k8s.io');
    expect(claims.map((c) => c.metadata.ownerReferences?.[0].kind)).toEqual(['Pod', 'Pod', 'Pod', 'Pod']);
    expect(claims.every((c) => c.status?.allocation !== undefined && c.status.reservedFor.length === 1)).toBe(true);
  });

  test('claims that are allocated beforehand keep their devices; a steady state replaces pods', () => {
    const { driver, pods, list } = run(`- {opcode: createNodes, count: 2, nodeTemplatePath: ../templates/big-node.yaml}
- {opcode: createResourceDriver, driverName: test-driver.cdi.k8s.io, nodes: "big-*", maxClaimsPerNode: 3}
- {opcode: createAny, templatePath: ../templates/class.yaml}
- {opcode: createNamespaces, prefix: dev, count: 1}
- {opcode: sleep, duration: 2s}
- {opcode: createAny, namespace: dev-0, count: 3, templatePath: ../templates/claim.yaml}
- {opcode: allocResourceClaims, namespace: dev-0}
- {opcode: sleep, duration: 2s}
- {opcode: createPods, namespace: steady, count: 2, steadyState: true, duration: 500ms, collectMetrics: true, podTemplatePath: ../templates/pod.yaml}`);
    const devices = list('resourceclaims.resource.k8s.io').map((c) => c.status?.allocation?.devices.results[0].device);
    expect(devices).toEqual(['instance-0', 'instance-1', 'instance-2']);
    expect(driver.measure.pods).toBeGreaterThan(20);
    expect(pods.length).toBeLessThan(10);
  });

  test('what cannot be read is told with its place', () => {
    const { problems, workloads } = parse(`- {opcode: createNodes, countParam: $nodes}
- {opcode: createPods, count: 1, podTemplatePath: ../templates/missing.yaml}
- {opcode: brew, namespace: x}`);
    expect(workloads).toEqual([]);
    expect(problems.map((p) => `${p.at.file}:${p.at.line}:${p.at.col} ${p.message}`)).toEqual([
      'perf/performance-config.yaml:3:27 the workload has no parameter $nodes',
    ]);
    expect(
      parse('- {opcode: createPods, count: 1, podTemplatePath: ../templates/missing.yaml}').problems[0].message,
    ).toBe('no file "../templates/missing.yaml"');
    expect(parse('- {opcode: brew, namespace: x}').problems[0].message).toBe('opcode brew is not imported');
  });

  test('templates', () => {
    expect(fillTemplate('gpu-{{Mod .Index 25}} {{ .Index }} {{DivideInt .Index 5}}', 27, 100)).toBe('gpu-2 27 5');
    expect(() => fillTemplate('{{ .Name }}', 0, 1)).toThrow('templates may use .Index');
  });
});

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/data/config/scheduler-perf');

describe.skipIf(!existsSync(FOLDER))('scheduler_perf of Kubernetes (skipped without ../shared/data)', () => {
  const files = existsSync(FOLDER)
    ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('performance-config.yaml'))
    : [];

  /** What may be said of a real file: a template that is not beside it, or a gate that is not simulated. */
  const TOLD = /^(no file ".*"|\w+=true is not simulated|the workload needs \w+, which is not simulated)/;

  test.each(files)('%s is understood, or says which file it lacks', (name) => {
    const file = path.join(FOLDER, name);
    const read = (f: string) => (existsSync(f) ? readFileSync(f, 'utf8') : undefined);
    const { workloads, problems } = parsePerfFile(file, readFileSync(file, 'utf8'), read);
    for (const p of problems) expect(p.message).toMatch(TOLD);
    expect(workloads.length + problems.length).toBeGreaterThan(0);
    for (const workload of workloads.filter((w) => w.labels.includes('short')).slice(0, 2)) {
      const { cluster, driver } = buildPerfCluster(workload, '1');
      while (!driver.done && cluster.world.nowUs < 300e6)
        if (cluster.world.runUntil({ timeUs: 300e6, events: 5000 }).stopped !== 'events') break;
      expect(driver.done, driver.waitsFor()).toBe(true);
    }
  });
});

describe('a template that is not there', () => {
  const text = (template: string, gate = '') => `- name: Test
${gate}  workloadTemplate:
  - opcode: createNodes
    count: 3
  - opcode: createPods
    count: 2
    podTemplatePath: ../templates/${template}
    collectMetrics: true
  workloads:
  - name: W
`;
  const told = (source: string) => {
    const { workloads, problems } = parsePerfFile('dir/performance-config.yaml', source, () => undefined);
    return { workloads, texts: problems.map((p) => `${p.at.line}:${p.at.col} ${p.severity}: ${p.message}`) };
  };

  test('is replaced, and told, where its name is well known', () => {
    const { workloads, texts } = told(text('pod-with-label.yaml'));
    expect(texts).toEqual([
      `7:5 warning: no file "../templates/pod-with-label.yaml": Orrery's own template of that name takes its place`,
    ]);
    const { cluster, driver } = buildPerfCluster(workloads[0], '1');
    cluster.world.runUntil({ timeUs: 60e6, predicate: () => driver.done });
    expect(driver.measure.pods).toBe(2);
  });

  test('is an error otherwise', () => {
    expect(told(text('pod-of-mine.yaml')).texts).toEqual(['7:5 error: no file "../templates/pod-of-mine.yaml"']);
  });

  test('gates that cannot be done without are an error, locked hints are not', () => {
    const gates = (more: string) => `  featureGates:\n    SchedulerQueueingHints: false\n${more}`;
    const needed = told(text('pod-with-label.yaml', gates('    DRAExtendedResource: true\n')));
    expect(needed.texts).toEqual(['4:5 error: the workload needs DRAExtendedResource, which is not simulated']);
    expect(told(text('pod-with-label.yaml', gates(''))).workloads[0].disabledFeatures).toEqual([
      'SchedulerQueueingHints',
    ]);
  });
});
