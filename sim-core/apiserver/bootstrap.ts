import type { ApiRequest, ApiResponse, Cell, Containers, KubeObject } from '../contracts/index.ts';

interface Wanted {
  readonly resource: string;
  readonly namespace: string;
  readonly object: KubeObject;
}

function namespaceNamed(name: string): Wanted {
  return { resource: 'namespaces', namespace: '', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } };
}

function priorityClass(name: string, value: number, description: string): Wanted {
  return {
    resource: 'priorityclasses.scheduling.k8s.io',
    namespace: '',
    object: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, description },
  };
}

/** The first address of the service network belongs to the API server. */
const KUBERNETES_SERVICE: Wanted = {
  resource: 'services',
  namespace: 'default',
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  },
};

/** What a kube-apiserver writes when it starts on an empty store (pkg/controlplane, pkg/registry/scheduling/rest). */
export const BOOTSTRAP_OBJECTS: readonly Wanted[] = [
  namespaceNamed('default'),
  namespaceNamed('kube-system'),
  namespaceNamed('kube-public'),
  namespaceNamed('kube-node-lease'),
  priorityClass(
    'system-node-critical',
    2_000_001_000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  priorityClass(
    'system-cluster-critical',
    2_000_000_000,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
  KUBERNETES_SERVICE,
];

/** The user of the API server's own requests. */
export const LOOPBACK_USER = 'system:apiserver';

/** Writes the bootstrap objects one after another; those that exist are left alone. */
export class BootstrapObjects {
  private at!: Cell<number>;

  init(c: Containers): void {
    this.at = c.cell('bootstrapAt', 0);
  }

  /** The request to send now; undefined when all is written. */
  next(): ApiRequest | undefined {
    const wanted = BOOTSTRAP_OBJECTS[this.at.get()];
    if (!wanted) return undefined;
    const { resource, namespace, object } = wanted;
    return {
      verb: 'create',
      resource,
      namespace,
      name: object.metadata.name ?? '',
      user: LOOPBACK_USER,
      groups: ['system:masters'],
      agent: 'kube-apiserver/v1.35.4',
      body: object,
    };
  }

  /** No answer, or an error of the store: the same request is sent again. */
  answered(response: ApiResponse | undefined): void {
    if (response && (response.code < 400 || response.code === 409)) this.at.set(this.at.get() + 1);
  }
}
