/** Qualified resource names, as the API's table has them. */
export const DEPLOYMENTS = 'deployments.apps';
export const REPLICA_SETS = 'replicasets.apps';
export const STATEFUL_SETS = 'statefulsets.apps';
export const ENDPOINT_SLICES = 'endpointslices.discovery.k8s.io';
export const BUDGETS = 'poddisruptionbudgets.policy';
export const LEASES = 'leases.coordination.k8s.io';
