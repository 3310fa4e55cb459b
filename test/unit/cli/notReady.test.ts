import { expect, it } from 'vitest';
import { podsNotReady } from '../../../cli/notReady.ts';
import { bundleOf, loaded, ranCluster } from '../support/scenarios.ts';

const SCENARIO = `
apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: not-ready}
spec:
  duration: 60s
  nodePools: [{name: pool, count: 2, machine: m5.large, zones: [a]}]
  manifests: [app.yaml]
`;

const deployment = (name: string, replicas: number, container: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: app, image: busybox, ${container}}]
`;

const APP = [
  deployment('fine', 2, 'resources: {requests: {cpu: 10m}}'),
  deployment('large', 3, 'resources: {requests: {cpu: "64"}}'),
  deployment('without', 2, 'envFrom: [{configMapRef: {name: missing}}]'),
  `
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  restartPolicy: Never
  containers: [{name: app, image: busybox, command: [sh, -c, exit 3]}]
`,
].join('---');

it('pods that are not Ready are counted by who made them and what keeps them', () => {
  const cluster = ranCluster(loaded(bundleOf(SCENARIO, { 'app.yaml': APP })));
  const rows = podsNotReady(cluster).map(({ pods, of, why, example }) => {
    expect(example).toMatch(of.includes('/') ? /^default\/(large|without)-[a-z0-9]+-[a-z0-9]{5}$/ : /^default\/bare$/);
    return `${pods} ${of}: ${why}`;
  });
  expect(rows.join('\n')).toMatchInlineSnapshot(`
    "3 default Deployment/large: Unschedulable: 0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.
    2 default Deployment/without: container app: CreateContainerConfigError: configmap "missing" not found
    1 default (no controller): Failed: container app: Error, exit code 3"
  `);
});
