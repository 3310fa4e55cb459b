import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, KubeObject } from '../../../sim-core/contracts/index.ts';

/**
 * Rules of validation and warnings that the recordings do not touch: pkg/apis/{core,batch,apps,storage,scheduling,autoscaling}/
 * validation and pkg/api/pod/warnings.go.
 */

function server(): MemoryApi {
  const api = new MemoryApi();
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } });
  api.seedObject('serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace: 'demo' },
  });
  return api;
}

function create(resource: string, body: object, namespace = 'demo'): ApiResponse {
  const who = { user: 'kubernetes-admin', agent: 'test/1' };
  return server().handle({ verb: 'create', resource, namespace, name: '', ...who, body: body as KubeObject });
}

const told = ({ status }: ApiResponse): string => (status?.message ?? '').replace(/^\S+ "x" is invalid: /, '');

function pod(spec: object, container: object = {}, metadata: object = {}): ApiResponse {
  const containers = [{ name: 'c', image: 'i', ...container }];
  return create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', ...metadata },
    spec: { containers, ...spec },
  });
}

const affinity = (term: object) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});

describe('pods are refused', () => {
  const cases: readonly (readonly [string, ApiResponse, string])[] = [
    [
      'for Windows with fields of Linux',
      pod({ os: { name: 'windows' }, hostPID: true }, { securityContext: { privileged: true } }),
      '[spec.hostPID: Forbidden: cannot be set for a windows pod, spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod]',
    ],
    [
      'for Linux with options of Windows',
      pod({ os: { name: 'linux' }, securityContext: { windowsOptions: {} } }),
      'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ],
    [
      'with users of their own on the network of the host',
      pod({ hostUsers: false, hostNetwork: true }),
      'spec.hostNetwork: Forbidden: when `hostUsers` is false',
    ],
    [
      'that are processes of the host in part',
      pod(
        { hostNetwork: true, initContainers: [{ name: 'i', image: 'i' }] },
        { securityContext: { windowsOptions: { hostProcess: true } } },
      ),
      'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
    ],
    [
      'whose containers name claims that the pod has not',
      pod({}, { resources: { claims: [{ name: 'x' }] } }),
      'spec.containers[0].resources.claims[0]: Not found: "x": must be one of the names in pod.spec.resourceClaims which is empty',
    ],
    [
      'with a divisor that a resource cannot have',
      pod({}, { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '3' } } }] }),
      'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
    [
      'with a profile that its type does not take',
      pod({ securityContext: { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } }),
      'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"a"}: can only be set when seccomp type is Localhost',
    ],
    [
      'with a key in both lists of label keys',
      pod(affinity({ topologyKey: 'z', labelSelector: {}, matchLabelKeys: ['a'], mismatchLabelKeys: ['a'] })),
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys',
    ],
    [
      'with huge pages of no size',
      pod({}, { resources: { limits: { 'hugepages-x': '2Mi', cpu: '1' }, requests: { 'hugepages-x': '2Mi' } } }),
      '[spec.containers[0].resources.limits[hugepages-x]: Invalid value: "2Mi": 2Mi is not positive integer multiple of hugepages-x, spec.containers[0].resources.requests[hugepages-x]: Invalid value: "2Mi": 2Mi is not positive integer multiple of hugepages-x]',
    ],
    [
      'with old annotations of profiles that are no profiles',
      pod({}, {}, { annotations: { 'container.apparmor.security.beta.kubernetes.io/d': 'foo' } }),
      '[metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: "d": container not found, metadata.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: "foo": invalid AppArmor profile name: "foo"]',
    ],
    [
      'with a cost of deletion that is no number',
      pod({}, {}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': 'a' } }),
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "a": must be a 32bit integer',
    ],
  ];
  for (const [name, answer, message] of cases) it(name, () => expect(told(answer)).toBe(message));

  it('but not for a cost of deletion with a sign before its zeros', () => {
    const withCost = (cost: string) =>
      pod({}, {}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } });
    expect(['0', '-0', '-07', '-2147483648'].map((cost) => withCost(cost).code)).toEqual([201, 201, 201, 201]);
    expect(['', '+1', '07', '-', '2147483648'].map((cost) => withCost(cost).code)).toEqual([422, 422, 422, 422, 422]);
  });

  it('but not for values of labels that a preferred node affinity names', () => {
    const preference = { matchExpressions: [{ key: 'a', operator: 'In', values: ['a b'] }] };
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference }] };
    expect(pod({ affinity: { nodeAffinity } }).code).toBe(201);
  });
});

it('pods keep what marks them, and gated ones the labels that they ask for', () => {
  const api = server();
  const who = { user: 'kubernetes-admin', agent: 'test/1', resource: 'pods', namespace: 'demo' };
  const spec = { containers: [{ name: 'c', image: 'i' }], schedulingGates: [{ name: 'g' }], nodeSelector: { a: 'b' } };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec } as KubeObject;
  expect(api.handle({ verb: 'create', name: '', body, ...who }).code).toBe(201);
  const patched = (value: object) =>
    told(api.handle({ verb: 'patch', name: 'x', patch: { type: 'merge', value: value as never }, ...who }));
  expect(patched({ metadata: { annotations: { 'kubernetes.io/config.mirror': 'm' } } })).toBe(
    '[metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "m": must set spec.nodeName if mirror pod annotation is set, metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not add mirror pod annotation]',
  );
  const cost = 'controller.kubernetes.io/pod-deletion-cost';
  expect(patched({ metadata: { annotations: { [cost]: 'dear' } } })).toBe(
    `metadata.annotations[${cost}]: Invalid value: "dear": must be a 32bit integer`,
  );
  expect(patched({ metadata: { annotations: { [cost]: '-7' } } })).toBe('');
  expect(patched({ spec: { nodeSelector: { a: 'c' } } })).toBe(
    'spec.nodeSelector: Invalid value: {"a":"c"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
  );
  expect(patched({ spec: { nodeSelector: { d: 'e' } } })).toBe('');
});

it('templates have annotations that their pods may have', () => {
  const labels = { a: 'b' };
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/d': 'unconfined' };
  const template = { metadata: { labels, annotations }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { selector: { matchLabels: labels }, template };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' }, spec };
  expect(told(create('deployments.apps', deployment))).toBe(
    'spec.template.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: "d": container not found',
  );
});

describe('templates on the network of the host', () => {
  const labels = { a: 'b' };
  const daemons = (ports: readonly object[]) =>
    create('daemonsets.apps', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'x' },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { hostNetwork: true, containers: [{ name: 'c', image: 'i', ports }] } },
      },
    });

  it('need not name its ports, though no others', () => {
    expect(daemons([{ containerPort: 80 }]).code).toBe(201);
    expect(told(daemons([{ containerPort: 80, hostPort: 81 }]))).toContain('must match `containerPort`');
  });
});

describe('other kinds are refused', () => {
  const cron = (rule: object) => ({ podFailurePolicy: { rules: [{ action: 'Ignore', ...rule }] } });
  const job = (spec: object): string => {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    return told(
      create('jobs.batch', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'x' },
        spec: { template, ...spec },
      }),
    );
  };
  const values = Array.from({ length: 256 }, (_, i) => i + 1);
  const success = (rule: object) => ({ completionMode: 'Indexed', completions: 3, successPolicy: { rules: [rule] } });
  const quota = (spec: object): string =>
    told(create('resourcequotas', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'x' }, spec }));
  const range = (limit: object): string =>
    told(
      create('limitranges', {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'x' },
        spec: { limits: [{ type: 'Container', ...limit }] },
      }),
    );
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'Jobs with rules of two kinds',
      job(cron({ onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 'X' }] })),
      'spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
    ],
    [
      'Jobs with too many exit codes',
      job(cron({ onExitCodes: { operator: 'In', values } })),
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Too many: 256: must have at most 255 items',
    ],
    [
      'Jobs with indexes that they do not have',
      job(success({ succeededIndexes: '0-5' })),
      'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0-5": error parsing succeededIndexes: too large index: "5"',
    ],
    [
      'quotas whose scopes are not for their resources',
      quota({ hard: { services: '1' }, scopes: ['BestEffort'] }),
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ],
    [
      'ratios above that of the limits',
      range({ max: { cpu: '2' }, min: { cpu: '1' }, maxLimitRequestRatio: { cpu: '3' } }),
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
    ],
    [
      'system classes with other values',
      (
        create(
          'priorityclasses.scheduling.k8s.io',
          {
            apiVersion: 'scheduling.k8s.io/v1',
            kind: 'PriorityClass',
            metadata: { name: 'system-node-critical' },
            value: 5,
          },
          '',
        ).status?.message ?? ''
      ).replace(/^.* is invalid: /, ''),
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
    ],
    [
      'nodes with two ranges of one family',
      told(
        create(
          'nodes',
          {
            apiVersion: 'v1',
            kind: 'Node',
            metadata: { name: 'x' },
            spec: { podCIDRs: ['10.0.0.0/24', '10.0.1.0/24'] },
          },
          '',
        ),
      ),
      'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
    [
      'Services of a family that the cluster has not',
      told(
        create('services', {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'x' },
          spec: { ports: [{ port: 80 }], ipFamilies: ['IPv6'] },
        }),
      ),
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
  ];
  for (const [name, message, expected] of cases) it(name, () => expect(message).toBe(expected));
});

describe('warnings', () => {
  it('come with pods, in the order of the real server', () => {
    const spec = {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      imagePullSecrets: [{}],
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway' }],
    };
    const container = {
      resources: { requests: { memory: '100m' } },
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '$(A)2' },
      ],
    };
    expect(pod(spec, container).warnings).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
      'spec.imagePullSecrets[0].name: invalid empty name ""',
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ]);
  });

  it('come with changes of templates too', () => {
    const api = server();
    const who = { user: 'kubernetes-admin', agent: 'test/1', resource: 'deployments.apps', namespace: 'demo' };
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const body = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    } as KubeObject;
    expect(api.handle({ verb: 'create', name: '', body, ...who }).warnings ?? []).toEqual([]);
    const value = { spec: { template: { spec: { nodeSelector: { 'beta.kubernetes.io/arch': 'a' } } } } };
    const changed = api.handle({ verb: 'patch', name: 'x', patch: { type: 'merge', value }, ...who });
    expect(changed.warnings).toEqual([
      'spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead',
    ]);
    const labelled = { metadata: { labels: { a: 'b' } } };
    expect(api.handle({ verb: 'patch', name: 'x', patch: { type: 'merge', value: labelled }, ...who }).warnings).toBe(
      undefined,
    );
  });
});

describe("a CronJob's time zone", () => {
  it.each([
    ['Europe/../Paris', 'unknown time zone Europe/../Paris'],
    ['/UTC', 'unknown time zone /UTC'],
    ['a'.repeat(15), `unknown time zone ${'a'.repeat(15)}`],
    ['Nowhere', 'unknown time zone Nowhere'],
  ])('%s is refused as unknown', (timeZone, text) => {
    const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
    const spec = { schedule: '@daily', timeZone, jobTemplate: { spec: { template } } };
    const answer = create('cronjobs.batch', { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'x' }, spec });
    expect(told(answer)).toBe(`spec.timeZone: Invalid value: ${JSON.stringify(timeZone)}: ${text}`);
  });
});
