import { controllerManagerControllers } from '../../../../sim-core/controllers/index.ts';
import type { PlayOptions } from './play.ts';

export interface Family extends PlayOptions {
  readonly prefix: string;
  readonly actors: readonly string[];
  readonly sources: readonly string[];
}

const all = {
  controllers: controllerManagerControllers,
  options: { rootCA: '<ca>' },
  actors: [
    'deployment-controller',
    'disruption-controller',
    'endpoint-controller',
    'endpointslice-controller',
    'generic-garbage-collector',
    'namespace-controller',
    'node-controller',
    'pod-garbage-collector',
    'replicaset-controller',
    'root-ca-cert-publisher',
    'service-account-controller',
    'ttl-controller',
  ],
  sources: [
    'controllermanager',
    'deployment-controller',
    'endpoint-controller',
    'endpointslice-controller',
    'node-controller',
    'replicaset-controller',
    'taint-eviction-controller',
  ],
};

/** Which controllers play which recordings. */
export const families: readonly Family[] = [
  'deploy-',
  'rs-',
  'gc-',
  'svc-',
  'ns-',
  'pdb-',
  'drain-',
  'pod-',
  'node-',
  'zone-',
  'cluster-',
].map((prefix) => ({ prefix, ...all }));
