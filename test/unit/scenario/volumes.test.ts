import { describe, expect, test } from 'vitest';
import type { Cluster, KubeObject } from '../../../sim-core/index.ts';
import { bundleOf, loaded, ranCluster } from '../support/scenarios.ts';

const scenario = (more = '', duration = '60s') => `apiVersion: orrery.dev/v1alpha1
kind: Scenario
metadata: {name: volumes}
spec:
  duration: ${duration}
  nodePools: [{name: pool, count: 3, machine: m5.large, zones: [a, b, c]}]
  manifests: [objects.yaml]
${more}`;

const storageClass = (
  name: string,
  provisioner: string,
  mode: string,
  policy = 'Delete',
) => `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: ${name}}
provisioner: ${provisioner}
reclaimPolicy: ${policy}
volumeBindingMode: ${mode}
`;
const claim = (name: string, more: string) => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}${more}}
`;
const volume = (name: string, size: string, more = '') => `apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec: {capacity: {storage: ${size}}, accessModes: [ReadWriteOnce], hostPath: {path: /data}, storageClassName: manual${more}}
`;
const pod = (name: string, claimName: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec:
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: "db:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: ${claimName}}}]
`;

const run = (objects: readonly string[], more = '', duration = '60s') =>
  ranCluster(loaded(bundleOf(scenario(more, duration), { 'objects.yaml': objects.join('---\n') })));
const find = (c: Cluster, resource: string, name: string): KubeObject | undefined =>
  c.truth.find(c.world, resource, resource === 'persistentvolumes' ? '' : 'default', name)?.object;
const volumes = (c: Cluster) => c.truth.list(c.world, 'persistentvolumes').map((v) => v.object);
const events = (c: Cluster, name: string) =>
  c.truth
    .list(c.world, 'events')
    .map((v) => v.object)
    .filter((e) => e['involvedObject']?.name === name)
    .map((e) => `${e['type']} ${e['reason']}: ${e['message']}`);

describe('claims and volumes', () => {
  test('an immediate claim takes the smallest volume that is large enough, and its pod runs', () => {
    const c = run([
      storageClass('manual', 'kubernetes.io/no-provisioner', 'Immediate'),
      volume('small', '500Mi'),
      volume('right', '2Gi'),
      volume('large', '10Gi'),
      claim('data', ', storageClassName: manual'),
      pod('db', 'data'),
    ]);
    expect(find(c, 'persistentvolumeclaims', 'data')).toMatchObject({
      metadata: {
        annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
      },
      spec: { volumeName: 'right' },
      status: { phase: 'Bound', capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'] },
    });
    expect(
      volumes(c)
        .map((v) => `${v.metadata.name} ${v.status?.phase}`)
        .sort(),
    ).toEqual(['large Available', 'right Bound', 'small Available']);
    expect(find(c, 'pods', 'db')?.status?.phase).toBe('Running');
  });

  test('a class with a provisioner: the volume is made, and deleted when the claim goes', () => {
    const objects = [
      storageClass('fast', 'ebs.csi.example.com', 'WaitForFirstConsumer'),
      claim('data', ', storageClassName: fast'),
      pod('db', 'data'),
    ];
    const c = run(objects);
    const bound = find(c, 'persistentvolumeclaims', 'data');
    const node = find(c, 'pods', 'db')?.spec?.nodeName;
    const zone = c.truth.find(c.world, 'nodes', '', node)?.object.metadata.labels?.['topology.kubernetes.io/zone'];
    expect(bound?.metadata.annotations).toMatchObject({
      'volume.kubernetes.io/selected-node': node,
      'volume.kubernetes.io/storage-provisioner': 'ebs.csi.example.com',
    });
    expect(volumes(c)).toMatchObject([
      {
        metadata: { name: `pvc-${bound?.metadata.uid}` },
        spec: {
          csi: { driver: 'ebs.csi.example.com' },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ values: [zone] }] }] } },
        },
        status: { phase: 'Bound' },
      },
    ]);
    expect(find(c, 'pods', 'db')?.status?.phase).toBe('Running');
    expect(events(c, 'data').slice(0, 3)).toEqual([
      'Normal WaitForFirstConsumer: waiting for first consumer to be created before binding',
      "Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'ebs.csi.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      'Normal Provisioning: External provisioner is provisioning volume for claim "default/data"',
    ]);
    expect(events(c, 'data')).toContain(
      `Normal ProvisioningSucceeded: Successfully provisioned volume pvc-${bound?.metadata.uid}`,
    );

    const timeline = '  timeline: [{at: 60s, kubectl: delete pvc data}, {at: 70s, kubectl: delete pod db}]\n';
    const gone = run(objects, timeline, '100s');
    expect(find(gone, 'persistentvolumeclaims', 'data')).toBeUndefined();
    expect(volumes(gone)).toEqual([]);
    const inUse = run(objects, timeline, '68s');
    expect(find(inUse, 'persistentvolumeclaims', 'data')?.metadata.deletionTimestamp).toBeDefined();
  });

  test('a volume that its claim leaves is released and kept, one that nothing can delete fails', () => {
    const c = run(
      [
        volume('kept', '1Gi', ', persistentVolumeReclaimPolicy: Retain'),
        volume('lost', '3Gi', ', persistentVolumeReclaimPolicy: Delete'),
        claim('one', ', storageClassName: manual'),
        claim('two', ', storageClassName: manual'),
      ],
      '  timeline: [{at: 30s, kubectl: delete pvc one two}]\n',
    );
    expect(volumes(c).map((v) => `${v.metadata.name} ${v.status?.phase}`)).toEqual(['kept Released', 'lost Failed']);
    expect(events(c, 'lost')).toEqual([
      'Warning VolumeFailedDelete: error getting deleter volume plugin for volume "lost": no deletable volume plugin matched',
    ]);
  });

  test('claims that cannot be bound say why', () => {
    const c = run([
      storageClass('nobody', 'kubernetes.io/no-provisioner', 'Immediate'),
      volume('other', '1Gi'),
      claim('a-plain', ''),
      claim('b-nobody', ', storageClassName: nobody'),
      claim('c-unknown', ', storageClassName: unknown'),
      claim('d-small', ', storageClassName: wrong, volumeName: other'),
      pod('db', 'b-nobody'),
    ]);
    expect(events(c, 'a-plain')[0]).toBe(
      'Normal FailedBinding: no persistent volumes available for this claim and no storage class is set',
    );
    expect(events(c, 'b-nobody')[0]).toBe(
      'Warning ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
    );
    expect(events(c, 'c-unknown')[0]).toBe(
      'Warning ProvisioningFailed: storageclass.storage.k8s.io "unknown" not found',
    );
    expect(events(c, 'd-small')[0]).toBe(
      'Warning VolumeMismatch: Cannot bind to requested volume "other": storageClassName does not match',
    );
    const condition = find(c, 'pods', 'db')?.status?.conditions?.[0];
    expect(condition?.message).toBe(
      '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
  });

  test('a claim without a class gets the default one that comes later', () => {
    const defaultClass = storageClass('standard', 'disk.csi.example.com', 'Immediate').replace(
      '{name: standard}',
      '{name: standard, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}',
    );
    const text = scenario('  timeline: [{at: 20s, kubectl: create -f class.yaml}]\n');
    const c = ranCluster(loaded(bundleOf(text, { 'objects.yaml': claim('data', ''), 'class.yaml': defaultClass })));
    expect(find(c, 'persistentvolumeclaims', 'data')).toMatchObject({
      spec: { storageClassName: 'standard' },
      status: { phase: 'Bound' },
    });
  });

  test('a generic ephemeral volume has a claim of its own, which the pod owns', () => {
    const c = run([
      storageClass('fast', 'disk.csi.example.com', 'WaitForFirstConsumer'),
      `apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers: [{name: c, image: "db:1"}]
  volumes:
    - name: scratch
      ephemeral:
        volumeClaimTemplate:
          metadata: {labels: {for: db}}
          spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
`,
    ]);
    expect(find(c, 'persistentvolumeclaims', 'db-scratch')).toMatchObject({
      metadata: { labels: { for: 'db' }, ownerReferences: [{ kind: 'Pod', name: 'db', controller: true }] },
      status: { phase: 'Bound' },
    });
    expect(find(c, 'pods', 'db')?.spec?.nodeName).toBeDefined();
  });

  test('a bound volume that is deleted stays until its claim is gone', () => {
    const c = run(
      [volume('v', '1Gi'), claim('data', ', storageClassName: manual')],
      '  timeline: [{at: 20s, kubectl: "delete pv v"}, {at: 30s, kubectl: "delete pvc data"}]\n',
    );
    // The finalizer keeps a bound volume until its claim is gone; then it goes at once.
    expect(find(c, 'persistentvolumeclaims', 'data')).toBeUndefined();
    expect(volumes(c)).toEqual([]);
  });
});
