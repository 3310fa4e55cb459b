import { expect, test } from 'vitest';
import type { Flip, FlipChange, KubeObject } from '../../../sim-core/index.ts';
import { entriesOfFlip } from '../../../web/worker/queries/flipActions.ts';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    uid: 'u1',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-rs', uid: 'u2', controller: true }],
  },
  spec: {
    nodeName: '',
    containers: [{ name: 'web', resources: { requests: { cpu: '2' } }, volumeMounts: [{ name: 'kube-api-access' }] }],
  },
};
const replicaSet: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-rs',
    namespace: 'shop',
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u3', controller: true }],
  },
  spec: {},
};
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u3', resourceVersion: '9', managedFields: [] },
  spec: {
    replicas: 3,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', resources: { requests: { cpu: '2' } } }] },
    },
  },
  status: { replicas: 3 },
};

const objects =
  (...all: readonly KubeObject[]) =>
  (_resource: string, _namespace: string, name: string) =>
    all.find((o) => o.metadata.name === name);

const change = (c: Partial<FlipChange>): FlipChange => ({
  target: 'pod',
  name: '',
  field: '',
  from: '',
  to: '',
  relative: 1,
  message: { id: 'sched.flip.request', params: {} },
  ...c,
});

const flip = (changes: readonly FlipChange[], patches: Flip['patches'] = []): Flip => ({
  wanted: '',
  found: true,
  node: 'n-1',
  changes,
  patches,
  tried: 1,
  complete: true,
  messages: [],
});

const ref = { namespace: 'shop', name: 'web-1' };
const request = flip(
  [change({ field: 'spec.containers[0].resources.requests.cpu', from: '2', to: '500m' })],
  [
    {
      target: 'pod',
      name: 'web-1',
      patch: '{"spec":{"containers":[{"name":"web","resources":{"requests":{"cpu":"500m"}}}]}}',
    },
  ],
);

test('a request is changed in the template of the outermost controller, and nothing else is', () => {
  const actions = entriesOfFlip(request, ref, objects(pod, replicaSet, deployment), []);
  expect(actions).toHaveLength(1);
  const [action] = actions;
  if (action.do !== 'kubectl') throw new Error(action.do);
  expect(action.command).toBe('apply -f deployment.yaml');
  const [file] = action.files;
  expect(file).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas: 3,
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', resources: { requests: { cpu: '500m' } } }] },
      },
    },
  });
  expect(JSON.stringify(deployment)).not.toContain('500m');
});

test('a pod that nobody owns is replaced', () => {
  const bare = { ...pod, metadata: { name: 'web-1', namespace: 'shop' }, spec: { ...pod.spec, nodeName: 'n-9' } };
  const actions = entriesOfFlip(request, ref, objects(bare), []);
  expect(actions.map((a) => (a.do === 'kubectl' ? a.command : a.do))).toEqual([
    'delete pod web-1 -n shop --now',
    'apply -f pod.yaml',
  ]);
  const [, apply] = actions;
  expect(apply.do === 'kubectl' && apply.files[0].spec?.nodeName).toBeUndefined();
});

test('a toleration comes from the merge patch', () => {
  const patch = '{"spec":{"tolerations":[{"key":"dedicated","operator":"Exists"}]}}';
  const actions = entriesOfFlip(
    flip(
      [change({ field: 'spec.tolerations', to: 'dedicated:NoSchedule' })],
      [{ target: 'pod', name: 'web-1', patch }],
    ),
    ref,
    objects(pod, replicaSet, deployment),
    [],
  );
  const [action] = actions;
  expect(action.do === 'kubectl' && action.files[0].spec?.template.spec.tolerations).toEqual([
    { key: 'dedicated', operator: 'Exists' },
  ]);
});

test('nodes are labelled, untainted, uncordoned and resized', () => {
  const node = (id: FlipChange['message']['id'], params: FlipChange['message']['params']) =>
    change({ target: 'node', name: 'n-1', message: { id, params } });
  const commands = (c: FlipChange) =>
    entriesOfFlip(flip([c]), ref, objects(pod), []).map((a) => (a.do === 'kubectl' ? a.command : a.do));
  expect(commands(node('sched.flip.uncordon', {}))).toEqual(['uncordon n-1']);
  expect(commands(node('sched.flip.nodeLabel', { key: 'disk', to: 'ssd' }))).toEqual([
    'label node n-1 disk=ssd --overwrite',
  ]);
  expect(commands(node('sched.flip.removeTaint', { taint: 'dedicated=batch:NoSchedule' }))).toEqual([
    'taint node n-1 dedicated=batch:NoSchedule-',
  ]);
  const more = (resource: string, to: string) =>
    change({ target: 'node', name: 'n-1', to, message: { id: 'sched.flip.allocatable', params: { resource } } });
  expect(entriesOfFlip(flip([more('cpu', '6'), more('example.com/gpu', '2')]), ref, objects(pod), [])).toEqual([
    { do: 'fault', kind: 'NodeResize', params: { node: 'n-1', allocatable: { cpu: '6', 'example.com/gpu': '2' } } },
  ]);
  expect(entriesOfFlip({ ...flip([change({})]), found: false }, ref, objects(pod), [])).toEqual([]);
});

test('another weight starts the scheduler again with its configuration and that weight', () => {
  const score = { disabled: [{ name: 'ImageLocality' }], enabled: [{ name: 'ImageLocality', weight: 9 }] };
  const patch = JSON.stringify({ profiles: [{ schedulerName: 'packed', plugins: { score } }] });
  const weight = flip([change({ target: 'profile' })], [{ target: 'profile', name: 'packed', patch }]);
  const kept = { enabled: [{ name: 'NodeAffinity', weight: 5 }], disabled: [{ name: 'TaintToleration' }] };
  const configuration = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    metadata: {},
    percentageOfNodesToScore: 40,
    profiles: [{ schedulerName: 'other' }, { schedulerName: 'packed', plugins: { score: kept, bind: {} } }],
  } as unknown as KubeObject;
  const schedulers = [
    { name: 'kube-scheduler', configuration: undefined },
    { name: 'kube-scheduler-b', configuration },
  ];
  const [action] = entriesOfFlip(weight, ref, objects(pod), schedulers);
  if (action.do !== 'scheduler') throw new Error(action.do);
  expect(action.scheduler).toBe('kube-scheduler-b');
  expect(action.configuration['percentageOfNodesToScore']).toBe(40);
  expect(action.configuration['profiles']).toEqual([
    { schedulerName: 'other' },
    {
      schedulerName: 'packed',
      plugins: {
        bind: {},
        score: {
          enabled: [
            { name: 'NodeAffinity', weight: 5 },
            { name: 'ImageLocality', weight: 9 },
          ],
          disabled: [{ name: 'TaintToleration' }, { name: 'ImageLocality' }],
        },
      },
    },
  ]);
  // Nobody runs such a profile.
  expect(entriesOfFlip(weight, ref, objects(pod), [schedulers[0]])).toEqual([]);
});
