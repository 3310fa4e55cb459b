import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  roundUpQuantity,
} from '../machinery/quantity.ts';
import { at, each, eachValue, fill, type Piece, pipe, put } from './draft.ts';

/** Defaults of pods and pod templates (Kubernetes pkg/apis/core/v1/defaults.go and zz_generated.defaults.go). */

/** Where the part of an image reference after the name begins; the tag, or '' with a digest alone. */
export function imageTag(image: string): string {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  if (colon >= 0) return name.slice(colon + 1);
  return at < 0 ? 'latest' : '';
}

const REFERENCE = /^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/;

function pullPolicy(image: string | undefined): string {
  if (!image || !REFERENCE.test(image) || /[A-Z]/.test(image.replace(/^[^/]*[.:][^/]*\//, '').replace(/[:@].*$/, '')))
    return 'IfNotPresent';
  return imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent';
}

/** Quantities finer than a thousandth are rounded up (SetDefaults_ResourceList). */
export function roundToMilli(text: string): string {
  if (!/[nu]$|\.\d{4}|e-/i.test(text)) return text;
  return formatQuantity(roundUpQuantity(parseQuantity(text), -3).rounded);
}

export function defaultResourceList(piece: Piece, field: string): Piece {
  return eachValue(piece, field, roundToMilli);
}

function defaultResources(resources: Piece): Piece {
  return defaultResourceList(defaultResourceList(resources, 'limits'), 'requests');
}

function defaultHttpGet(action: Piece): Piece {
  return fill(action, { path: '/', scheme: 'HTTP' });
}

function defaultProbe(probe: Piece): Piece {
  return pipe(
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
    (p) => at(p, 'httpGet', defaultHttpGet),
    (p) => at(p, 'grpc', (grpc) => fill(grpc, { service: '' })),
  );
}

function defaultLifecycle(lifecycle: Piece): Piece {
  const handler = (piece: Piece): Piece => at(piece, 'httpGet', defaultHttpGet);
  return at(at(lifecycle, 'postStart', handler), 'preStop', handler);
}

const defaultFieldRef = (piece: Piece): Piece => at(piece, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' }));

function defaultEnv(env: Piece): Piece {
  return at(env, 'valueFrom', (source) =>
    pipe(source, defaultFieldRef, (s) => at(s, 'fileKeyRef', (ref) => fill(ref, { optional: false }))),
  );
}

export function defaultContainer(container: Piece): Piece {
  return pipe(
    fill(container, {
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      imagePullPolicy: pullPolicy(container.image),
    }),
    (c) => each(c, 'ports', (port) => fill(port, { protocol: 'TCP' })),
    (c) => each(c, 'env', defaultEnv),
    (c) => at(c, 'resources', defaultResources),
    (c) => at(c, 'livenessProbe', defaultProbe),
    (c) => at(c, 'readinessProbe', defaultProbe),
    (c) => at(c, 'startupProbe', defaultProbe),
    (c) => at(c, 'lifecycle', defaultLifecycle),
  );
}

function defaultProjection(source: Piece): Piece {
  return pipe(
    source,
    (s) => at(s, 'downwardAPI', (api) => each(api, 'items', defaultFieldRef)),
    (s) => at(s, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: 3600 })),
  );
}

const VOLUME_SOURCES: Readonly<Record<string, (source: Piece) => Piece>> = {
  secret: (s) => fill(s, { defaultMode: 420 }),
  configMap: (s) => fill(s, { defaultMode: 420 }),
  downwardAPI: (s) => each(fill(s, { defaultMode: 420 }), 'items', defaultFieldRef),
  projected: (s) => each(fill(s, { defaultMode: 420 }), 'sources', defaultProjection),
  hostPath: (s) => fill(s, { type: '' }),
  iscsi: (s) => fill(s, { iscsiInterface: 'default' }),
  rbd: (s) => fill(s, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  azureDisk: (s) => fill(s, { cachingMode: 'ReadWrite', fsType: 'ext4', readOnly: false, kind: 'Shared' }),
  scaleIO: (s) => fill(s, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  ephemeral: (s) => at(s, 'volumeClaimTemplate', (t) => at(t, 'spec', defaultClaimSpec)),
  image: (s) => fill(s, { pullPolicy: pullPolicy(s.reference) }),
};

/** Defaults of one volume source by its field name; shared with PersistentVolumes. */
export function defaultVolumeSource(piece: Piece): Piece {
  let result = piece;
  for (const [name, edit] of Object.entries(VOLUME_SOURCES)) result = at(result, name, edit);
  return result;
}

export function defaultClaimSpec(spec: Piece): Piece {
  return at(fill(spec, { volumeMode: 'Filesystem' }), 'resources', defaultResources);
}

function defaultVolume(volume: Piece): Piece {
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  return sources.length ? defaultVolumeSource(volume) : { ...volume, emptyDir: {} };
}

/** serviceAccount is the old name of serviceAccountName: the newer one counts, and both are written. */
function serviceAccountTwins(spec: Piece): Piece {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? put(put(spec, 'serviceAccountName', name), 'serviceAccount', name) : spec;
}

/** SetDefaults_PodSpec and what is below it: for pods and templates alike. */
export function defaultPodSpec(spec: Piece): Piece {
  return pipe(
    fill(spec, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    }),
    serviceAccountTwins,
    (s) => each(s, 'volumes', defaultVolume),
    (s) => each(s, 'initContainers', defaultContainer),
    (s) => each(s, 'containers', defaultContainer),
    (s) => each(s, 'ephemeralContainers', defaultContainer),
    (s) => at(s, 'resources', defaultResources),
    (s) => defaultResourceList(s, 'overhead'),
  );
}

export function defaultTemplate(owner: Piece, field = 'template'): Piece {
  return at(owner, field, (template) => at(template, 'spec', defaultPodSpec));
}

/** Requests that are not given are the limits. */
function requestsFromLimits(container: Piece): Piece {
  const limits = container.resources?.limits;
  if (!limits) return container;
  return put(
    container,
    'resources',
    put(container.resources, 'requests', fill(container.resources.requests ?? {}, limits)),
  );
}

function hostPorts(container: Piece): Piece {
  return each(container, 'ports', (port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort }));
}

const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

function addInto(total: Map<string, Quantity>, requests: Piece): void {
  for (const [name, text] of Object.entries((requests ?? {}) as Record<string, string>)) {
    const q = parseQuantity(text);
    const old = total.get(name);
    total.set(name, old === undefined ? q : addQuantities(old, q));
  }
}

function maxInto(total: Map<string, Quantity>, other: ReadonlyMap<string, Quantity>): void {
  for (const [name, q] of other) {
    const old = total.get(name);
    if (old === undefined || compareQuantities(q, old) > 0) total.set(name, q);
  }
}

/** Sum of the containers' requests, with init containers at their peak (resourcehelper.AggregateContainerRequests). */
function aggregateRequests(spec: Piece): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) addInto(total, container.resources?.requests);
  const sidecars = new Map<string, Quantity>();
  const peak = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const requests = container.resources?.requests;
    if (container.restartPolicy === 'Always') {
      addInto(total, requests);
      addInto(sidecars, requests);
      maxInto(peak, sidecars);
      continue;
    }
    const here = new Map(sidecars);
    addInto(here, requests);
    maxInto(peak, here);
  }
  maxInto(total, peak);
  return total;
}

/** Pod-level requests (defaultPodRequests): from the containers' where they have some, else from the pod's limits. */
function defaultPodLevel(spec: Piece): Piece {
  const resources = spec.resources;
  if (!resources?.limits && !resources?.requests) return spec;
  const given = (resources.requests ?? {}) as Record<string, string>;
  const requests: Record<string, string> = { ...given };
  const sums = aggregateRequests(spec);
  for (const [name, sum] of [...sums].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    if (isPodLevel(name) && requests[name] === undefined && !name.startsWith('hugepages-'))
      requests[name] = formatQuantity(sum);
  }
  for (const [name, limit] of Object.entries((resources.limits ?? {}) as Record<string, string>)) {
    if (requests[name] === undefined && isPodLevel(name)) requests[name] = limit;
  }
  if (Object.keys(requests).length === Object.keys(given).length) return spec;
  return put(spec, 'resources', put(resources, 'requests', requests));
}

/** podIP is the first of podIPs. */
function podIpTwins(status: Piece): Piece {
  if (status.podIP && !status.podIPs?.length) return put(status, 'podIPs', [{ ip: status.podIP }]);
  return status.podIPs?.length ? put(status, 'podIP', status.podIPs[0].ip) : status;
}

/** SetDefaults_Pod: what pods get and templates do not. */
export function defaultPod(pod: Piece): Piece {
  return at(at(pod, 'status', podIpTwins), 'spec', (given) =>
    pipe(
      defaultPodSpec(fill(given, { enableServiceLinks: true })),
      (s) => each(s, 'containers', requestsFromLimits),
      (s) => each(s, 'initContainers', requestsFromLimits),
      defaultPodLevel,
      (s) => (s.hostNetwork ? each(each(s, 'containers', hostPorts), 'initContainers', hostPorts) : s),
    ),
  );
}
