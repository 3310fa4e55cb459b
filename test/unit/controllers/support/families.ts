import { deploymentController } from '../../../../sim-core/controllers/deployment/index.ts';
import { endpointsController } from '../../../../sim-core/controllers/endpoints/index.ts';
import { endpointSliceController } from '../../../../sim-core/controllers/endpointslice/index.ts';
import { garbageCollector } from '../../../../sim-core/controllers/garbage-collector/index.ts';
import { replicaSetController } from '../../../../sim-core/controllers/replicaset/index.ts';
import type { PlayOptions } from './play.ts';

export interface Family extends PlayOptions {
  readonly prefix: string;
  readonly actors: readonly string[];
  readonly sources: readonly string[];
}

const workloads = {
  controllers: (options: Parameters<PlayOptions['controllers']>[0]) => [
    deploymentController(options),
    replicaSetController(options),
    garbageCollector(options),
    endpointsController(options),
    endpointSliceController(options),
  ],
  actors: ['deployment-controller', 'replicaset-controller', 'generic-garbage-collector', 'endpoint-controller', 'endpointslice-controller'],
  sources: ['deployment-controller', 'replicaset-controller'],
};

/** Which controllers play which recordings. */
export const families: readonly Family[] = [
  { prefix: 'deploy-', ...workloads },
  { prefix: 'rs-', ...workloads },
  { prefix: 'gc-', ...workloads },
  { prefix: 'svc-', ...workloads },
];
