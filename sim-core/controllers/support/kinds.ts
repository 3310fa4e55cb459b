/** group/Kind -> resource, for references that name a kind (owner references, scale targets). */
const resources: Readonly<Record<string, string>> = {
  '/ConfigMap': 'configmaps',
  '/Endpoints': 'endpoints',
  '/Namespace': 'namespaces',
  '/Node': 'nodes',
  '/PersistentVolume': 'persistentvolumes',
  '/PersistentVolumeClaim': 'persistentvolumeclaims',
  '/Pod': 'pods',
  '/PodTemplate': 'podtemplates',
  '/ReplicationController': 'replicationcontrollers',
  '/ResourceQuota': 'resourcequotas',
  '/Secret': 'secrets',
  '/Service': 'services',
  '/ServiceAccount': 'serviceaccounts',
  'apps/ControllerRevision': 'controllerrevisions.apps',
  'apps/DaemonSet': 'daemonsets.apps',
  'apps/Deployment': 'deployments.apps',
  'apps/ReplicaSet': 'replicasets.apps',
  'apps/StatefulSet': 'statefulsets.apps',
  'autoscaling/HorizontalPodAutoscaler': 'horizontalpodautoscalers.autoscaling',
  'batch/CronJob': 'cronjobs.batch',
  'batch/Job': 'jobs.batch',
  'coordination.k8s.io/Lease': 'leases.coordination.k8s.io',
  'discovery.k8s.io/EndpointSlice': 'endpointslices.discovery.k8s.io',
  'networking.k8s.io/Ingress': 'ingresses.networking.k8s.io',
  'networking.k8s.io/NetworkPolicy': 'networkpolicies.networking.k8s.io',
  'policy/PodDisruptionBudget': 'poddisruptionbudgets.policy',
  'rbac.authorization.k8s.io/ClusterRole': 'clusterroles.rbac.authorization.k8s.io',
  'rbac.authorization.k8s.io/ClusterRoleBinding': 'clusterrolebindings.rbac.authorization.k8s.io',
  'rbac.authorization.k8s.io/Role': 'roles.rbac.authorization.k8s.io',
  'rbac.authorization.k8s.io/RoleBinding': 'rolebindings.rbac.authorization.k8s.io',
  'scheduling.k8s.io/PriorityClass': 'priorityclasses.scheduling.k8s.io',
  'storage.k8s.io/StorageClass': 'storageclasses.storage.k8s.io',
};

const clusterScoped: readonly string[] = [
  'clusterrolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'namespaces',
  'nodes',
  'persistentvolumes',
  'priorityclasses.scheduling.k8s.io',
  'storageclasses.storage.k8s.io',
];

/** By apiVersion and kind: a memo of a pure function. Owner references name few kinds; others are not remembered. */
const found = new Map<string, Map<string, string>>();

export function resourceOfKind(apiVersion: string, kind: string): string | undefined {
  const known = found.get(apiVersion)?.get(kind);
  if (known !== undefined) return known;
  const slash = apiVersion.indexOf('/');
  const resource = resources[`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`];
  if (resource === undefined) return undefined;
  const kinds = found.get(apiVersion);
  if (kinds === undefined) found.set(apiVersion, new Map([[kind, resource]]));
  else kinds.set(kind, resource);
  return resource;
}

export function isClusterScoped(resource: string): boolean {
  return clusterScoped.includes(resource);
}
