/** pkg/kubelet/images: image policy, pulls (one at a time or some), their back-off and events. */
import { type TimeUs, WHY, type WorldContext } from '../contracts/index.ts';
import { goDuration, IMAGE_PULL, inBackoffSinceUpdate, nextBackoff } from './backoff.ts';
import { type Answer, type KubeletCore, SECOND } from './core.ts';
import type { OpRunner } from './runOps.ts';
import { withTag } from './spec.ts';

/** A reference as docker/distribution parses it: lower-case path, tag, digest. */
const REFERENCE = /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** Errors whose gRPC text says more than that the pull failed (CRI api errors). */
function pullReason(answer: Answer): string {
  const text = answer.error ?? '';
  if (text.includes('RegistryUnavailable')) return 'RegistryUnavailable';
  if (text.includes('SignatureValidationFailed')) return 'SignatureValidationFailed';
  return 'ErrImagePull';
}

export class Images {
  private readonly core: KubeletCore;
  runner!: OpRunner;

  constructor(core: KubeletCore) {
    this.core = core;
  }

  /** EnsureImageExists; ends in `runner.imageReady`. */
  ensure(ctx: WorldContext, slot: number, container: string, image: string, policy: string): void {
    const row = this.core.pod(slot);
    if (!REFERENCE.test(image)) {
      const text = `couldn't parse image name ${JSON.stringify(image)}: invalid reference format${/[A-Z]/.test(image) ? ': repository name (' : ''}`;
      const parse = invalidText(image);
      void text;
      this.core.event(ctx, row, 'Warning', 'InspectFailed', `Failed to apply default image tag ${JSON.stringify(image)}: ${parse}`, container);
      this.runner.imageReady(ctx, slot, { reason: 'InvalidImageName', message: `Failed to apply default image tag ${JSON.stringify(image)}: ${parse}` });
      return;
    }
    const name = withTag(image);
    const present = this.core.runtime.image(row.node, name) !== undefined;
    if (present && policy !== 'Always') {
      const text = `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`;
      this.core.event(ctx, row, 'Normal', 'Pulled', text, container);
      this.runner.imageReady(ctx, slot, undefined);
      return;
    }
    if (policy === 'Never') {
      const text = `Container image ${JSON.stringify(image)} is not present with pull policy of Never`;
      this.core.event(ctx, row, 'Warning', 'ErrImageNeverPull', text, container);
      this.runner.imageReady(ctx, slot, { reason: 'ErrImageNeverPull', message: text });
      return;
    }
    const state = row.pulls[name];
    if (inBackoffSinceUpdate(state?.backoff, ctx.nowUs, IMAGE_PULL)) {
      const text = `Back-off pulling image ${JSON.stringify(image)}`;
      this.core.event(ctx, row, 'Normal', 'BackOff', text, container);
      this.runner.imageReady(ctx, slot, { reason: 'ImagePullBackOff', message: state.error ? `${text}: ${state.error}` : text });
      return;
    }
    this.core.event(ctx, row, 'Normal', 'Pulling', `Pulling image ${JSON.stringify(image)}`, container);
    this.runner.setSync(slot, { pullStartedUs: ctx.nowUs });
    this.queue(ctx, slot);
  }

  private limit(node: number): number {
    const config = this.core.node(node).spec.kubeletConfiguration ?? {};
    if (config.serializeImagePulls === false) return config.maxParallelImagePulls ?? Number.MAX_SAFE_INTEGER;
    return config.maxParallelImagePulls ?? 1;
  }

  private queue(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const node = this.core.node(row.node);
    this.core.setNode(row.node, { pullQueue: [...node.pullQueue, { slot, uid: row.uid }] });
    this.work(ctx, row.node);
  }

  private work(ctx: WorldContext, node: number): void {
    for (;;) {
      const row = this.core.node(node);
      if (row.pullQueue.length === 0 || row.pulling >= this.limit(node)) return;
      const [first, ...rest] = row.pullQueue;
      this.core.setNode(node, { pullQueue: rest });
      const pod = this.core.pods.get(first.slot);
      const op = pod?.sync?.ops[pod.sync.at];
      if (pod === undefined || pod.uid !== first.uid || op?.do !== 'start') continue;
      this.core.setNode(node, { pulling: row.pulling + 1 });
      const image = withTag(this.runner.specOf(pod, op.name).image);
      const cont = { on: 'pull', slot: first.slot, uid: pod.uid, life: row.life, image, node } as const;
      this.runner.setSync(first.slot, { step: 1, containerID: String(ctx.nowUs) });
      this.core.call(ctx, first.slot, { op: 'PullImage', image }, cont);
    }
  }

  answered(ctx: WorldContext, slot: number, node: number, uid: string, image: string, answer: Answer): void {
    this.core.setNode(node, { pulling: this.core.node(node).pulling - 1 });
    this.work(ctx, node);
    const row = this.core.pods.get(slot);
    const op = row?.sync?.ops[row.sync.at];
    if (row === undefined || row.uid !== uid || op?.do !== 'start') return;
    const text = this.runner.specOf(row, op.name).image;
    if (answer.error) {
      const reason = pullReason(answer);
      this.core.event(ctx, row, 'Warning', 'Failed', `Failed to pull image ${JSON.stringify(text)}: ${answer.error}`, op.name);
      const entry = nextBackoff(row.pulls[image]?.backoff, ctx.nowUs, ctx.nowUs, IMAGE_PULL);
      const error = `${reason}: ${answer.error}`;
      this.core.set(slot, { pulls: { ...row.pulls, [image]: { backoff: entry, error } } });
      this.runner.imageReady(ctx, slot, { reason, message: answer.error });
      return;
    }
    const took = (us: TimeUs) => goDuration(Math.floor(us / 1000) * 1000);
    const alone = took(ctx.nowUs - Number(row.sync!.containerID));
    const whole = took(ctx.nowUs - row.sync!.pullStartedUs);
    const message = `Successfully pulled image ${JSON.stringify(text)} in ${alone} (${whole} including waiting). Image size: ${answer.sizeBytes ?? 0} bytes.`;
    this.core.event(ctx, row, 'Normal', 'Pulled', message, op.name);
    this.runner.setSync(slot, { containerID: '' });
    this.runner.imageReady(ctx, slot, undefined);
  }
}

function invalidText(image: string): string {
  const tail = /[A-Z]/.test(image.replace(/[:@].*$/, '')) ? 'repository name must be lowercase' : '';
  return `couldn't parse image name ${JSON.stringify(image)}: invalid reference format${tail ? `: ${tail}` : ''}`;
}

export { SECOND, WHY };
