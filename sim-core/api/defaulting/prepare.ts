import type { KubeObject } from '../../contracts/objects.ts';
import { type Piece, put } from './draft.ts';

/**
 * Parts of the strategies' PrepareForCreate that only look at the object: generated selectors, normalised twins of a field,
 * first annotations. What needs the store (allocated addresses, service accounts) is the request path's.
 */

const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

/** The selector and the labels of a Job by its uid, unless manualSelector is set (pkg/registry/batch/job/strategy.go). */
function prepareJob(job: Piece): Piece {
  const spec = job.spec ?? {};
  if (spec.manualSelector === true) return job;
  const { uid, name } = job.metadata;
  const template = spec.template ?? {};
  const labels = {
    ...template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name ?? '',
    'controller-uid': uid,
    'job-name': name ?? '',
  };
  const selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [CONTROLLER_UID]: uid } };
  // Labels that defaulting took from the template are the template's own map in Go: both get the generated labels.
  const shared = job.metadata.labels !== undefined && job.metadata.labels === template.metadata?.labels;
  return {
    ...job,
    ...(shared && { metadata: { ...job.metadata, labels } }),
    spec: {
      ...spec,
      selector,
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

const SNAPSHOTS = 'snapshot.storage.k8s.io';

/** dataSource and dataSourceRef fill each other in; a source that is neither a claim nor a snapshot is dropped. */
function preparePersistentVolumeClaim(claim: Piece): Piece {
  const spec = claim.spec ?? {};
  const known = (source: Piece): boolean =>
    (source.kind === 'PersistentVolumeClaim' && !source.apiGroup) ||
    (source.kind === 'VolumeSnapshot' && source.apiGroup === SNAPSHOTS);
  let { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef && !known(dataSource)) dataSource = undefined;
  if (dataSource && !dataSourceRef) dataSourceRef = { ...dataSource };
  else if (dataSourceRef && !dataSource && dataSourceRef.namespace === undefined) {
    const { apiGroup, kind, name } = dataSourceRef;
    dataSource = { ...(apiGroup !== undefined && { apiGroup }), kind, name };
  }
  if (dataSource === spec.dataSource && dataSourceRef === spec.dataSourceRef) return claim;
  const { dataSource: _, dataSourceRef: __, ...rest } = spec;
  return put(claim, 'spec', { ...rest, ...(dataSource && { dataSource }), ...(dataSourceRef && { dataSourceRef }) });
}

/** Fields of coordinated leader election are behind a feature gate that is off. */
function prepareLease(lease: Piece): Piece {
  if (lease.spec?.strategy === undefined && lease.spec?.preferredHolder === undefined) return lease;
  const { strategy: _, preferredHolder: __, ...spec } = lease.spec;
  return put(lease, 'spec', spec);
}

/** clusterIP and the first of clusterIPs are one. */
function prepareService(service: Piece): Piece {
  const spec = service.spec ?? {};
  if (spec.clusterIP && !spec.clusterIPs?.length)
    return put(service, 'spec', { ...spec, clusterIPs: [spec.clusterIP] });
  return service;
}

/** maxUnavailable of StatefulSets is behind a feature gate that is off. */
function prepareStatefulSet(object: Piece): Piece {
  const strategy = object.spec?.updateStrategy;
  if (strategy?.rollingUpdate?.maxUnavailable === undefined) return object;
  const { maxUnavailable: _, ...rollingUpdate } = strategy.rollingUpdate;
  return put(object, 'spec', { ...object.spec, updateStrategy: { ...strategy, rollingUpdate } });
}

function prepareDaemonSet(object: Piece): Piece {
  const annotations = { ...object.metadata.annotations, 'deprecated.daemonset.template.generation': '1' };
  return put(object, 'metadata', put(object.metadata, 'annotations', annotations));
}

const BY_KIND: Readonly<Record<string, (object: Piece) => Piece>> = {
  'batch/v1 Job': prepareJob,
  'v1 PersistentVolumeClaim': preparePersistentVolumeClaim,
  'coordination.k8s.io/v1 Lease': prepareLease,
  'v1 Service': prepareService,
  'apps/v1 DaemonSet': prepareDaemonSet,
  'apps/v1 StatefulSet': prepareStatefulSet,
};

/** Applies the kind's rules to a new object whose metadata (uid, name, namespace) is filled in. Shares what stays. */
export function prepareForCreate(object: KubeObject): KubeObject {
  return BY_KIND[`${object.apiVersion} ${object.kind}`]?.(object) ?? object;
}
