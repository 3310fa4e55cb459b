import { RecordKind, type TraceRecord } from '../../sim-core/index.ts';
import type { OpenRun } from './openRun.ts';

/** Steps back from a write to who asked for it. */
const ASKER_STEPS = 8;

type Asked = Pick<OpenRun, 'records' | 'names' | 'scan'>;

/** Who did what a record tells: a write is that of its client, not of the API server. '' = nobody. */
export function doerOf(run: Asked, r: TraceRecord): string {
  const own = r.actor === 0 ? '' : run.names.component(r.actor);
  if (!isServer(own)) return own;
  const cause = recordAt(run, r.cause);
  const direct = cause === undefined || cause.actor === 0 ? '' : run.names.component(cause.actor);
  // A machine that gets its power back works again: its kubelet writes.
  if (direct === 'faults') return 'kubelets';
  if (direct !== '' && !isServer(direct)) return direct;
  const known = r.kind === RecordKind.write ? writerOf(run, r, cause) : '';
  return known === '' ? askerOf(run, r, own) : known;
}

/** The nearest client before a record. */
function askerOf(run: Asked, r: TraceRecord, own: string): string {
  let at = r.cause;
  for (let steps = 0; at !== 0 && steps < ASKER_STEPS; steps++) {
    const cause = recordAt(run, at);
    if (cause === undefined) break;
    const name = cause.actor === 0 ? '' : run.names.component(cause.actor);
    if (name !== '' && name !== 'faults' && !isServer(name)) return name;
    at = cause.cause;
  }
  return own;
}

/** Written by controllers in answer to what others wrote. */
const OF_CONTROLLERS: ReadonlySet<string> = new Set([
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'replicasets.apps',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'controllerrevisions.apps',
  'jobs.batch',
  'cronjobs.batch',
  'poddisruptionbudgets.policy',
  'replicationcontrollers',
]);
const CREATE = 0;

/** Who writes an object of this kind on the clock or in answer to another write; '' = one cannot tell. */
function writerOf(run: Asked, r: TraceRecord, cause: TraceRecord | undefined): string {
  const [resource, namespace] = run.names.object(r.obj).split('/');
  if (resource === 'nodes' || (resource === 'leases.coordination.k8s.io' && namespace === 'kube-node-lease'))
    return 'kubelets';
  if (cause === undefined) return '';
  if (resource === 'pods')
    return (r.a & 3) === CREATE ? managerAt(run, r.timeUs) : cause.obj === r.obj ? 'kubelets' : '';
  // An event in answer to a Deployment tells what its controller did.
  const about = resource === 'events' ? run.names.object(cause.obj).split('/')[0] : resource;
  return OF_CONTROLLERS.has(about) ? managerAt(run, r.timeUs) : '';
}

const MANAGER = 'kube-controller-manager';

/** The controller manager that led at a moment; '' = none. */
function managerAt({ scan }: Asked, timeUs: number): string {
  return scan.leaders.findLast((l) => l.election === MANAGER && l.timeUs <= timeUs)?.name ?? '';
}

function recordAt({ records }: Asked, id: number): TraceRecord | undefined {
  const place = id === 0 ? -1 : records.placeOf(id);
  return place < 0 ? undefined : records.at(place);
}

const isServer = (name: string) => name.startsWith('apiserver') || name.startsWith('etcd');
