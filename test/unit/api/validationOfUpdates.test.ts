import { describe, expect, it } from 'vitest';
import { MemoryApi } from '../../../sim-core/apiserver/memoryApi.ts';
import type { ApiResponse, Json, KubeObject } from '../../../sim-core/contracts/index.ts';

/**
 * What updates of objects and of their statuses are refused with, where the recordings have no such case: ValidateXUpdate and
 * ValidateXStatusUpdate of pkg/apis. A change is a merge patch of the object that was created.
 */

const WHO = { user: 'admin', uid: 'admin-uid', groups: ['system:masters'], agent: 'test/1' };
const NAMESPACED = new Set(['pods', 'jobs.batch', 'cronjobs.batch', 'services', 'persistentvolumeclaims']);
for (const resource of ['resourcequotas', 'statefulsets.apps', 'events.events.k8s.io', 'ingresses.networking.k8s.io'])
  NAMESPACED.add(resource);
NAMESPACED.add('horizontalpodautoscalers.autoscaling');

function server(): MemoryApi {
  const api = new MemoryApi();
  const spec = { finalizers: ['kubernetes'] };
  api.seedObject('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' }, spec });
  const metadata = { name: 'default', namespace: 'default' };
  api.seedObject('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  return api;
}

interface Change {
  readonly resource: string;
  readonly object: object;
  /** Through which subresource; the object itself without one. */
  readonly part?: string;
  /** Changes that are taken before. */
  readonly first?: readonly Json[];
}

function change({ resource, object, part, first = [] }: Change, value: Json): ApiResponse {
  const api = server();
  const namespace = NAMESPACED.has(resource) ? 'default' : '';
  const made = api.handle({ verb: 'create', resource, namespace, name: '', ...WHO, body: object as KubeObject });
  expect(made.code, made.status?.message).toBe(201);
  const name = (object as KubeObject).metadata.name as string;
  const target = { verb: 'patch', resource, namespace, name, ...(part && { subresource: part }), ...WHO } as const;
  for (const step of first) {
    const taken = api.handle({ ...target, patch: { type: 'merge', value: step } });
    expect(taken.code, taken.status?.message).toBe(200);
  }
  return api.handle({ ...target, patch: { type: 'merge', value } });
}

const told = ({ code, status }: ApiResponse): string =>
  status === undefined ? String(code) : (status.message ?? '').replace(/^\S+ "[^"]*" is invalid: /, '');

const typed = (apiVersion: string, kind: string, rest: object, name = 'x') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...rest,
});

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
const JOB: Change = {
  resource: 'jobs.batch',
  object: typed('batch/v1', 'Job', { spec: { template } }),
  part: 'status',
};
const POD: Change = { resource: 'pods', object: typed('v1', 'Pod', template) };
const CRON: Change = {
  resource: 'cronjobs.batch',
  object: typed('batch/v1', 'CronJob', { spec: { schedule: '@daily', jobTemplate: { spec: { template } } } }),
};
const NODE: Change = { resource: 'nodes', object: typed('v1', 'Node', { spec: { podCIDR: '10.0.0.0/24' } }) };
const QUOTA: Change = {
  resource: 'resourcequotas',
  object: typed('v1', 'ResourceQuota', { spec: { hard: { pods: '1' } } }),
};
const EVENT: Change = {
  resource: 'events.events.k8s.io',
  object: typed('events.k8s.io/v1', 'Event', {
    metadata: { name: 'x', namespace: 'default' },
    eventTime: '2024-01-01T00:00:00.000000Z',
    reportingController: 'c/d',
    reportingInstance: 'i',
    action: 'A',
    reason: 'R',
    type: 'Normal',
    regarding: { kind: 'Pod', name: 'p', namespace: 'default' },
  }),
};
const REQUEST: Change = {
  resource: 'certificatesigningrequests.certificates.k8s.io',
  object: typed('certificates.k8s.io/v1', 'CertificateSigningRequest', {
    spec: {
      request: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K',
      signerName: 'a.b/c',
      usages: ['client auth'],
    },
  }),
};
const VOLUME: Change = {
  resource: 'persistentvolumes',
  object: typed('v1', 'PersistentVolume', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
  }),
};

const isTrue = (...types: readonly string[]): Json => types.map((type) => ({ type, status: 'True' }));
const [EARLY, LATE] = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z'];
const ENDED: Json = {
  status: { conditions: isTrue('SuccessCriteriaMet', 'Complete'), startTime: EARLY, completionTime: LATE },
};
const approval = { ...REQUEST, part: 'approval' };
const issue = { ...REQUEST, part: 'status' };
const podStatus = {
  resource: 'pods',
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  },
  part: 'status',
};

const CASES: readonly (readonly [what: string, change: Change, value: Json, text: string])[] = [
  // Jobs
  [
    'a Job that is complete and no more',
    JOB,
    { status: { conditions: isTrue('Complete') } },
    '[status.completionTime: Required value: completionTime is required for Complete jobs, status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition, status.startTime: Required value: startTime is required for finished job]',
  ],
  ['a Job that is complete', JOB, ENDED, '200'],
  [
    'a Job that met its criteria and failed',
    JOB,
    { status: { conditions: isTrue('SuccessCriteriaMet', 'FailureTarget') } },
    'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions',
  ],
  [
    'a Job that ends before it begins',
    JOB,
    { status: { conditions: isTrue('SuccessCriteriaMet', 'Complete'), startTime: LATE, completionTime: EARLY } },
    `status.completionTime: Invalid value: "${EARLY}": completionTime cannot be set before startTime`,
  ],
  [
    'a Job that is complete no longer',
    { ...JOB, first: [ENDED] },
    { status: { conditions: null, completionTime: null } },
    '[status.conditions: Invalid value: cannot disable the terminal Complete=True condition, status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition]',
  ],
  [
    'a Job that ended at another time',
    { ...JOB, first: [ENDED] },
    { status: { completionTime: '2024-01-03T00:00:00Z' } },
    'status.completionTime: Invalid value: "2024-01-03T00:00:00Z": completionTime cannot be mutated',
  ],
  [
    'a Job that began at another time',
    { ...JOB, first: [{ status: { startTime: EARLY } }] },
    { status: { startTime: LATE } },
    'status.startTime: Required value: startTime cannot be removed for unsuspended job',
  ],
  [
    'a Job that failed fewer pods',
    { ...JOB, first: [{ status: { failed: 2 } }] },
    { status: { failed: 1 } },
    'status.failed: Invalid value: 1: cannot decrease the failed counter',
  ],
  [
    'a Job with more ready than active',
    JOB,
    { status: { ready: 3, active: 1 } },
    'status.ready: Invalid value: 3: cannot set more ready pods than active',
  ],
  [
    'a Job with indexes that it has not',
    JOB,
    { status: { completedIndexes: '0' } },
    'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
  ],
  // CronJobs
  [
    'a CronJob with a zone in its schedule',
    CRON,
    { spec: { schedule: 'TZ=Mars/X 0 0 * * *' } },
    '[spec.schedule: Invalid value: "TZ=Mars/X 0 0 * * *": provided bad location Mars/X: unknown time zone Mars/X, spec.schedule: Invalid value: "TZ=Mars/X 0 0 * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead]',
  ],
  [
    'a CronJob with a zone before its policy',
    CRON,
    { spec: { timeZone: 'Mars', concurrencyPolicy: 'X' } },
    '[spec.timeZone: Invalid value: "Mars": unknown time zone Mars, spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"]',
  ],
  // Pods
  [
    'a pod with less tolerations',
    {
      ...POD,
      object: typed('v1', 'Pod', { spec: { ...template.spec, tolerations: [{ key: 'a', operator: 'Exists' }] } }),
    },
    { spec: { tolerations: null } },
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ],
  // Nodes, quotas, volumes
  [
    'a node with another range',
    NODE,
    { spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.1.0/24'] } },
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ],
  [
    'a quota with other scopes',
    QUOTA,
    { spec: { scopes: ['Terminating'] } },
    'spec.scopes: Invalid value: ["Terminating"]: field is immutable',
  ],
  [
    'a volume of another path',
    VOLUME,
    { spec: { hostPath: { path: '/y' } } },
    'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n@@ -2,7 +2,7 @@\n  "GCEPersistentDisk": null,\n  "AWSElasticBlockStore": null,\n  "HostPath": {\n-  "Path": "/x",\n+  "Path": "/y",\n   "Type": ""\n  },\n  "Glusterfs": null,\n',
  ],
  // Events
  [
    'an event of something else',
    EVENT,
    { regarding: { name: 'q' } },
    'involvedObject: Invalid value: {"Kind":"Pod","Namespace":"default","Name":"q","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
  ],
  [
    'an event with a series of one',
    EVENT,
    { series: { count: 1, lastObservedTime: '2024-01-01T00:00:00.000000Z' } },
    'series.count: Invalid value: "": should be at least 2',
  ],
  ['an event with a series', EVENT, { series: { count: 2, lastObservedTime: '2024-01-01T00:00:00.000000Z' } }, '200'],
  // Requests for certificates
  ['an approval', approval, { status: { conditions: isTrue('Approved') } }, '200'],
  [
    'an approval that is none',
    approval,
    { status: { conditions: [{ type: 'Approved', status: 'False' }] } },
    'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
  ],
  [
    'an approval that is denied',
    approval,
    { status: { conditions: isTrue('Approved', 'Denied') } },
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ],
  [
    'an approval taken back',
    { ...approval, first: [{ status: { conditions: isTrue('Approved') } }] },
    { status: { conditions: null } },
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ],
  [
    'an approval by the signer',
    issue,
    { status: { conditions: isTrue('Approved') } },
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ],
  [
    'a certificate that is none',
    issue,
    { status: { certificate: 'YWJj' } },
    'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
  ],
  // Statuses of others
  [
    'the conditions of a pod',
    podStatus,
    { status: { conditions: [{ type: 'a b', status: 'True' }] } },
    "metadata.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'the claims of a pod',
    podStatus,
    { status: { resourceClaimStatuses: [{ name: 'z', resourceClaimName: 'A' }] } },
    "[status.resourceClaimStatuses[0].name: Invalid value: \"z\": must match the name of an entry in `spec.resourceClaims`, status.resourceClaimStatuses[0].name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')]",
  ],
  [
    'addresses of one family',
    podStatus,
    { status: { podIP: '1.2.3.4', podIPs: [{ ip: '1.2.3.4' }, { ip: '1.2.3.5' }] } },
    'status.podIPs: Invalid value: [{"IP":"1.2.3.4"},{"IP":"1.2.3.5"}]: may specify no more than one IP for each IP family',
  ],
  [
    'the user of a container',
    podStatus,
    {
      status: {
        containerStatuses: [
          { name: 'c', image: '', imageID: '', ready: false, restartCount: 0, user: { linux: { uid: -1, gid: 0 } } },
        ],
      },
    },
    'status.containerStatuses[0].linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ],
  [
    'the numbers of an autoscaler',
    {
      resource: 'horizontalpodautoscalers.autoscaling',
      object: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'x' },
        spec: { maxReplicas: 3, scaleTargetRef: { kind: 'D', name: 'd', apiVersion: 'apps/v1' } },
      },
      part: 'status',
    },
    { status: { currentReplicas: -1, desiredReplicas: -1, conditions: [], currentMetrics: null } },
    '[status.currentReplicas: Invalid value: -1: must be greater than or equal to 0, status.desiredReplicasa: Invalid value: -1: must be greater than or equal to 0]',
  ],
  [
    'what a quota counts',
    {
      resource: 'resourcequotas',
      object: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'x' }, spec: { hard: { pods: '1' } } },
      part: 'status',
    },
    { status: { hard: { pods: '1.5' }, used: { x: '1' } } },
    '[status.hard[pods]: Invalid value: "1500m": must be an integer, status.used[x]: Invalid value: "x": must be a standard resource type or fully qualified, status.used[x]: Invalid value: "x": must be a standard resource for quota]',
  ],
  [
    'the addresses of an Ingress',
    {
      resource: 'ingresses.networking.k8s.io',
      object: {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'x' },
        spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
      },
      part: 'status',
    },
    { status: { loadBalancer: { ingress: [{ ip: 'x' }, { hostname: '1.2.3.4' }] } } },
    '[status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff), status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address]',
  ],
  [
    'a namespace that nobody deletes',
    {
      resource: 'namespaces',
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'y' } },
      part: 'status',
    },
    { status: { phase: 'Terminating' } },
    'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  ],
  [
    'a StatefulSet with more ready than there are',
    {
      resource: 'statefulsets.apps',
      object: {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'x' },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          serviceName: 's',
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      },
      part: 'status',
    },
    { status: { replicas: 1, readyReplicas: 3 } },
    'status.readyReplicas: Invalid value: 3: cannot be greater than status.replicas',
  ],
];

describe('an update', () => {
  it.each(CASES)('%s', (_, changed, value, text) => {
    expect(told(change(changed, value))).toBe(text);
  });
});

describe('a request for a certificate', () => {
  it('notes who asks, whatever it says itself, and keeps it', () => {
    const { spec } = REQUEST.object as KubeObject;
    const object = typed('certificates.k8s.io/v1', 'CertificateSigningRequest', {
      spec: { ...spec, username: 'root' },
    });
    const answer = change({ ...REQUEST, object }, { spec: { username: 'other' } });
    const groups = ['system:masters', 'system:authenticated'];
    const stored = answer.version?.object ?? answer.object;
    expect(stored?.spec).toEqual({ ...spec, username: 'admin', uid: 'admin-uid', groups });
  });

  it('gets the times of its decision', () => {
    const answer = change(approval, { status: { conditions: isTrue('Approved') } });
    const stored = answer.version?.object ?? answer.object;
    expect(Object.keys(stored?.status.conditions[0]).sort()).toEqual([
      'lastTransitionTime',
      'lastUpdateTime',
      'status',
      'type',
    ]);
  });

  it.each([
    ['a/b', '"a": should be a domain with at least two segments separated by dots'],
    ['a.b/c/d', `"a.b/c/d": must be a fully qualified domain and path of the form 'example.com/signer-name'`],
    [
      'kubernetes.io/legacy-unknown',
      '"kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    ],
  ])('is not for the signer %s', (signerName, text) => {
    const { spec } = REQUEST.object as KubeObject;
    const body = typed('certificates.k8s.io/v1', 'CertificateSigningRequest', { spec: { ...spec, signerName } });
    const { resource } = REQUEST;
    const answer = server().handle({
      verb: 'create',
      resource,
      namespace: '',
      name: '',
      ...WHO,
      body: body as KubeObject,
    });
    expect(told(answer)).toBe(`spec.signerName: Invalid value: ${text}`);
  });
});

describe('finalizers of a namespace', () => {
  const text = 'name is neither a standard finalizer name nor is it fully qualified';
  const body = typed('v1', 'Namespace', { spec: { finalizers: ['kubernetes', 'bad'] } }, 'default') as KubeObject;

  it('are checked at its creation, without their place', () => {
    const other = { ...body, metadata: { name: 'other' } };
    const answer = server().handle({
      verb: 'create',
      resource: 'namespaces',
      namespace: '',
      name: '',
      ...WHO,
      body: other,
    });
    expect(told(answer)).toBe(`spec.finalizers: Invalid value: "bad": ${text}`);
  });

  it('are checked at its end', () => {
    const target = {
      verb: 'update',
      resource: 'namespaces',
      subresource: 'finalize',
      namespace: '',
      name: 'default',
    } as const;
    expect(told(server().handle({ ...target, ...WHO, body }))).toBe(
      `spec.finalizers[1]: Invalid value: "bad": ${text}`,
    );
  });
});
