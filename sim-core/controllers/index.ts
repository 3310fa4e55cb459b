import type { Controller } from '../contracts/controllers.ts';
import { csiProvisioner } from './csi-provisioner/index.ts';
import { deploymentController } from './deployment/index.ts';
import { disruptionController } from './disruption/index.ts';
import { endpointsController } from './endpoints/index.ts';
import { endpointSliceController } from './endpointslice/index.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/index.ts';
import { ephemeralVolumeController } from './ephemeral-volume/index.ts';
import { garbageCollector } from './garbage-collector/index.ts';
import { namespaceController } from './namespace/index.ts';
import { nodeLifecycleController } from './node-lifecycle/index.ts';
import type { ControllerManagerOptions } from './options.ts';
import { persistentVolumeBinder } from './persistentvolume-binder/index.ts';
import { podGarbageCollector } from './pod-gc/index.ts';
import { replicaSetController } from './replicaset/index.ts';
import { resourceClaimController } from './resource-claim/index.ts';
import { rootCAPublisher } from './root-ca/index.ts';
import { serviceAccountController } from './service-account/index.ts';
import { taintEvictionController } from './taint-eviction/index.ts';
import { ttlController } from './ttl/index.ts';
import { claimProtectionController, volumeProtectionController } from './volume-protection/index.ts';

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
    ephemeralVolumeController(),
    garbageCollector(options),
    namespaceController(options),
    nodeLifecycleController(options),
    persistentVolumeBinder(),
    podGarbageCollector(options),
    claimProtectionController(),
    volumeProtectionController(),
    replicaSetController(options),
    rootCAPublisher(options),
    serviceAccountController(),
    taintEvictionController(options),
    ttlController(),
  ];
}

/** What runs beside the control plane where storage classes name provisioners. */
export function storageControllers(): readonly AnyController[] {
  return [csiProvisioner()];
}

/** The controller of claims on devices. Where a scenario brings none, it looks for them when the first pod names one. */
export function deviceControllers(isEager: boolean): readonly AnyController[] {
  return [resourceClaimController(isEager)];
}
