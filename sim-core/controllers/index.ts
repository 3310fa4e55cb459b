import type { Controller } from '../contracts/controllers.ts';
import { deploymentController } from './deployment/index.ts';
import { disruptionController } from './disruption/index.ts';
import { endpointsController } from './endpoints/index.ts';
import { endpointSliceController } from './endpointslice/index.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/index.ts';
import { garbageCollector } from './garbage-collector/index.ts';
import { namespaceController } from './namespace/index.ts';
import { nodeLifecycleController } from './node-lifecycle/index.ts';
import type { ControllerManagerOptions } from './options.ts';
import { podGarbageCollector } from './pod-gc/index.ts';
import { replicaSetController } from './replicaset/index.ts';
import { rootCAPublisher } from './root-ca/index.ts';
import { serviceAccountController } from './service-account/index.ts';
import { taintEvictionController } from './taint-eviction/index.ts';
import { ttlController } from './ttl/index.ts';

export { type ControllerManagerOptions, controllerManagerOptions } from './options.ts';

// biome-ignore lint/suspicious/noExplicitAny: each controller has its own memory
export type AnyController = Controller<any>;

/** The controllers of kube-controller-manager, in the order of their names. */
export function controllerManagerControllers(options: ControllerManagerOptions): readonly AnyController[] {
  return [
    deploymentController(options),
    disruptionController(options),
    endpointsController(options),
    endpointSliceController(options),
    endpointSliceMirroringController(),
    garbageCollector(options),
    namespaceController(options),
    nodeLifecycleController(options),
    podGarbageCollector(options),
    replicaSetController(options),
    rootCAPublisher(options),
    serviceAccountController(),
    taintEvictionController(options),
    ttlController(),
  ];
}
