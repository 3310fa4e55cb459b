import type { KubeObject } from '../../contracts/index.ts';

/*
 * Templates that the benchmark's files name and that may not lie beside them: what the tests of those names need, in this
 * project's own words. A file that is there is always preferred; one that is not is told.
 */

const PAUSE_REQUESTS = { cpu: '100m', memory: '500Mi' };
const pause = (resources: object) => ({ name: 'pause', image: 'registry.k8s.io/pause:3.10', resources });
const PAUSE = pause({ requests: PAUSE_REQUESTS, limits: PAUSE_REQUESTS });

const pod = (labels: Readonly<Record<string, string>>, spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'pod-', labels },
  spec: { containers: [PAUSE], ...spec },
});

/** Pods of one colour spread over zones. */
const spread = (whenUnsatisfiable: string): KubeObject =>
  pod(
    { color: 'blue' },
    {
      topologySpreadConstraints: [
        {
          maxSkew: 5,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable,
          labelSelector: { matchLabels: { color: 'blue' } },
        },
      ],
    },
  );

/** Nodes that the tests use unless they name others. Source: scheduler_perf config/node-default.yaml. */
export const NODE_BASE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { generateName: 'scheduler-perf-' },
  spec: {},
  status: {
    capacity: { pods: '110', cpu: '4', memory: '32Gi' },
    conditions: [{ type: 'Ready', status: 'True' }],
    phase: 'Running',
  },
};

const TEMPLATES: Readonly<Record<string, KubeObject>> = {
  'pod-with-label.yaml': pod({ color: 'blue' }, {}),
  'pod-with-topology-spreading.yaml': spread('DoNotSchedule'),
  'pod-with-preferred-topology-spreading.yaml': spread('ScheduleAnyway'),
  // Some nodes have a taint that these pods do not tolerate: such nodes must not count as domains.
  'pod-with-node-inclusion-policy.yaml': pod(
    { app: 'foo' },
    {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'foo' } },
          nodeAffinityPolicy: 'Ignore',
          nodeTaintsPolicy: 'Honor',
        },
      ],
    },
  ),
  'pod-with-pod-level-resources.yaml': {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'pod-' },
    spec: { resources: { requests: PAUSE_REQUESTS, limits: PAUSE_REQUESTS }, containers: [pause({})] },
  },
  'node-base.yaml': NODE_BASE,
  // One device, by the template that the other files of the benchmark's tests of devices bring.
  'pod-with-claim-template.yaml': {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'test-dra-' },
    spec: {
      containers: [pause({ claims: [{ name: 'resource' }] })],
      resourceClaims: [{ name: 'resource', resourceClaimTemplateName: 'test-claim-template' }],
    },
  },
  'resourceclaim.yaml': {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { generateName: 'claim-' },
    spec: { devices: { requests: [{ name: 'req-0', exactly: { deviceClassName: 'test-class' } }] } },
  } as KubeObject,
  'deviceclass-no-devices.yaml': {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'DeviceClass',
    metadata: { name: 'no-devices-class' },
    spec: { selectors: [{ cel: { expression: 'false' } }] },
  } as KubeObject,
};

/** Without the file: the template of that name, if it is known. */
export function wellKnownTemplate(path: string): KubeObject | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return Object.hasOwn(TEMPLATES, name) ? TEMPLATES[name] : undefined;
}

/** Gates without which the workloads that ask for them cannot be completed. */
export const INDISPENSABLE_GATES: readonly string[] = [
  'DRAConsumableCapacity',
  'DRAExtendedResource',
  'DRAPartitionableDevices',
];
