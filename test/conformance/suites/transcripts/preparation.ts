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
 * aggregation of similar events, which goes on from there. How a ReplicaSet came to its size is worked out from its
 * generation (one for its creation, one for each scaling), the Deployment's size and its surge.
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
    for (const object of this.objects) if (object.kind === 'ReplicaSet') this.replicaSet(ctx, object);
  }

  private replicaSet(ctx: WorldContext, set: KubeObject): void {
    const uid = set.metadata.ownerReferences?.find((reference) => reference.controller)?.uid;
    const deployment = this.objects.find((other) => uid !== undefined && other.metadata.uid === uid);
    const sizes = deployment ? sizesOf(set, deployment) : [set.spec?.replicas ?? 0];
    let from = 0;
    let gone = 0;
    for (const to of sizes) {
      const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${set.metadata.name} from ${from} to ${to}`;
      if (deployment && to !== from) this.tell(ctx, 'deployment-controller', deployment, 'ScalingReplicaSet', message);
      gone += Math.max(0, from - to);
      from = to;
    }
    this.pods(ctx, set, gone);
  }

  /** Pods that are there, and `gone` that were deleted since. */
  private pods(ctx: WorldContext, set: KubeObject, gone: number): void {
    const own = this.objects.filter(
      (o) => o.kind === 'Pod' && o.metadata.ownerReferences?.[0]?.uid === set.metadata.uid,
    );
    const lost = Array.from({ length: gone }, (_, i) => `${set.metadata.name}-gone${i}`);
    for (const name of [...lost, ...own.map((pod) => pod.metadata.name)]) {
      this.tell(ctx, 'replicaset-controller', set, 'SuccessfulCreate', `Created pod: ${name}`);
    }
    for (const name of lost) this.tell(ctx, 'replicaset-controller', set, 'SuccessfulDelete', `Deleted pod: ${name}`);
  }

  private tell(ctx: WorldContext, controller: string, regarding: KubeObject, reason: string, message: string): void {
    const event: EventSpec = { regarding, type: 'Normal', reason, message };
    this.manager.hosts.find((host) => host.controller.name === controller)?.rememberEvent(ctx, event);
  }
}

/** The sizes that a ReplicaSet has had, in order. */
function sizesOf(set: KubeObject, deployment: KubeObject): readonly number[] {
  const revision = (object: KubeObject) => object.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const wanted: number = deployment.spec?.replicas ?? 1;
  const size: number = set.spec?.replicas ?? 0;
  const steps = (set.metadata.generation ?? 1) - 1;
  if (steps === 0) return [size];
  const isNew = revision(set) === revision(deployment);
  const first = isNew ? Math.min(size, surgeOf(deployment, wanted)) : wanted;
  const sizes = [first];
  for (let i = 1; i < steps; i++) sizes.push(isNew ? Math.min(size, first + i) : Math.max(size, first - i));
  return [...sizes, size];
}

function surgeOf(deployment: KubeObject, wanted: number): number {
  const surge: number | string = deployment.spec?.strategy?.rollingUpdate?.maxSurge ?? '25%';
  if (typeof surge === 'number') return Math.max(1, surge);
  return Math.max(1, Math.ceil((Number.parseInt(surge, 10) * wanted) / 100));
}
