import type {
  Component,
  EventSpec,
  HandlerSpec,
  KubeObject,
  WorldContext,
} from '../../../../sim-core/contracts/index.ts';
import type { ControllerManager } from '../../../../sim-core/controllers/runtime/index.ts';

/**
 * What the controllers wrote while the recorded world was prepared: the events of the initial objects. They count for the
 * aggregation of similar events, which goes on from there.
 */
export class Preparation implements Component {
  readonly name = 'preparation';
  private readonly manager: ControllerManager;
  private readonly objects: readonly KubeObject[];

  constructor(manager: ControllerManager, objects: readonly KubeObject[]) {
    this.manager = manager;
    this.objects = objects;
  }

  init(): void {}

  handlers(): readonly HandlerSpec[] {
    return [{ name: 'preparation/remember', run: (ctx) => this.remember(ctx) }];
  }

  registered(): void {}
  start(): void {}
  crash(): void {}

  private remember(ctx: WorldContext): void {
    for (const object of this.objects) {
      const owner = this.ownerOf(object);
      if (!owner) continue;
      const { name } = object.metadata;
      const normal = { regarding: owner, type: 'Normal' } as const;
      if (object.kind === 'ReplicaSet' && (object.spec?.replicas ?? 0) > 0) {
        const message = `Scaled up replica set ${name} from 0 to ${object.spec.replicas}`;
        this.tell(ctx, 'deployment-controller', { ...normal, reason: 'ScalingReplicaSet', message });
      }
      if (object.kind === 'Pod' && owner.kind === 'ReplicaSet') {
        this.tell(ctx, 'replicaset-controller', {
          ...normal,
          reason: 'SuccessfulCreate',
          message: `Created pod: ${name}`,
        });
      }
    }
  }

  private tell(ctx: WorldContext, controller: string, event: EventSpec): void {
    this.manager.hosts.find((host) => host.controller.name === controller)?.rememberEvent(ctx, event);
  }

  private ownerOf(object: KubeObject): KubeObject | undefined {
    const uid = object.metadata.ownerReferences?.find((reference) => reference.controller)?.uid;
    return uid === undefined ? undefined : this.objects.find((other) => other.metadata.uid === uid);
  }
}
