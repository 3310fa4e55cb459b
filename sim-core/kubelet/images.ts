/** pkg/kubelet/images: image policy, pulls (one at a time or some), their back-off and events. */
import { formatDurationUs } from '../api/machinery/duration.ts';
import type { TimeUs, WorldContext } from '../contracts/index.ts';
import { IMAGE_PULL, inBackoffSinceUpdate, nextBackoff } from './backoff.ts';
import type { Answer, KubeletCore } from './core.ts';
import type { Op } from './rows.ts';
import type { OpRunner } from './runOps.ts';
import { withTag } from './spec.ts';

/** A reference as docker/distribution parses it: lower-case path, tag, digest. */
const REFERENCE =
  /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$/;

/** An error as the kubelet's image service passes it on: code Unknown says nothing and is cut off (remote_image.go). */
const plain = (error: string): string => error.replace(/^rpc error: code = Unknown desc = /, '');

/** evalCRIPullErr: errors whose text says more than that the pull failed. */
function pullFailure(image: string, error: string): { readonly reason: string; readonly message: string } {
  for (const [reason, text] of [
    ['RegistryUnavailable', 'the registry is unavailable'],
    ['SignatureValidationFailed', 'the signature validation failed'],
  ]) {
    if (error.startsWith(reason))
      return { reason, message: `image pull failed for ${image} because ${text}${error.slice(reason.length)}` };
  }
  return { reason: 'ErrImagePull', message: error };
}

/** What is said of an image again and again. */
interface ImageText {
  readonly isValid: boolean;
  /** With its tag. */
  readonly name: string;
  readonly present: string;
}

const TEXTS_MAX = 4096;

export class Images {
  private readonly core: KubeletCore;
  /** A memo, bounded. */
  private readonly texts = new Map<string, ImageText>();
  runner!: OpRunner;

  constructor(core: KubeletCore) {
    this.core = core;
  }

  /** EnsureImageExists; ends in `runner.imageReady`. */
  ensure(ctx: WorldContext, slot: number, container: string, image: string, policy: string): void {
    const row = this.core.pod(slot);
    const { isValid, name, present: presentText } = this.textOf(image);
    if (!isValid) {
      const parse = invalidText(image);
      this.core.event(
        ctx,
        row,
        'Warning',
        'InspectFailed',
        `Failed to apply default image tag ${JSON.stringify(image)}: ${parse}`,
        container,
      );
      this.runner.imageReady(ctx, slot, {
        reason: 'InvalidImageName',
        message: `Failed to apply default image tag ${JSON.stringify(image)}: ${parse}`,
      });
      return;
    }
    const present = this.core.runtime.image(row.node, name) !== undefined;
    if (present && policy !== 'Always') {
      this.core.event(ctx, row, 'Normal', 'Pulled', presentText, container);
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
      this.runner.imageReady(ctx, slot, {
        reason: 'ImagePullBackOff',
        message: state.error ? `${text}: ${state.error}` : text,
      });
      return;
    }
    this.core.event(ctx, row, 'Normal', 'Pulling', `Pulling image ${JSON.stringify(image)}`, container);
    this.runner.setSync(slot, { pullStartedUs: ctx.nowUs });
    this.queue(ctx, slot);
  }

  textOf(image: string): ImageText {
    let text = this.texts.get(image);
    if (text === undefined) {
      const present = `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`;
      text = { isValid: REFERENCE.test(image), name: withTag(image), present };
      if (this.texts.size >= TEXTS_MAX) this.texts.clear();
      this.texts.set(image, text);
    }
    return text;
  }

  private limit(node: number): number {
    const config = this.core.node(node).spec.kubeletConfiguration ?? {};
    if (config.serializeImagePulls === false) return config.maxParallelImagePulls ?? Number.MAX_SAFE_INTEGER;
    return config.maxParallelImagePulls ?? 1;
  }

  private queue(ctx: WorldContext, slot: number): void {
    const row = this.core.pod(slot);
    const node = this.core.node(row.node);
    if (node.pullQueue.length === 0 && node.pulling < this.limit(row.node)) this.pull(ctx, slot);
    else this.core.setNode(row.node, { pullQueue: [...node.pullQueue, { slot, uid: row.uid }] });
  }

  private work(ctx: WorldContext, node: number): void {
    for (;;) {
      const row = this.core.node(node);
      if (row.pullQueue.length === 0 || row.pulling >= this.limit(node)) return;
      const [first, ...rest] = row.pullQueue;
      this.core.setNode(node, { pullQueue: rest });
      const pod = this.core.podIn(first.slot);
      const op = pod?.sync?.ops[pod.sync.at];
      if (pod === undefined || pod.uid !== first.uid || op?.do !== 'start') continue;
      this.pull(ctx, first.slot);
    }
  }

  private pull(ctx: WorldContext, slot: number): void {
    const pod = this.core.pod(slot);
    const node = this.core.node(pod.node);
    this.core.setNode(pod.node, { pulling: node.pulling + 1 });
    const { name } = pod.sync!.ops[pod.sync!.at] as Op & { do: 'start' };
    const image = withTag(this.runner.specOf(pod, name).image);
    const cont = { on: 'pull', slot, uid: pod.uid, life: node.life, image, node: pod.node } as const;
    this.runner.setSync(slot, { step: 1, containerID: String(ctx.nowUs) });
    this.core.call(ctx, slot, { op: 'PullImage', image }, cont);
  }

  answered(ctx: WorldContext, slot: number, node: number, uid: string, image: string, answer: Answer): void {
    this.core.setNode(node, { pulling: this.core.node(node).pulling - 1 });
    this.work(ctx, node);
    const row = this.core.podIn(slot);
    const op = row?.sync?.ops[row.sync.at];
    if (row === undefined || row.uid !== uid || op?.do !== 'start') return;
    const text = this.runner.specOf(row, op.name).image;
    if (answer.error) {
      const error = plain(answer.error);
      const failure = pullFailure(text, error);
      this.core.event(ctx, row, 'Warning', 'Failed', `Failed to pull image ${JSON.stringify(text)}: ${error}`, op.name);
      const entry = nextBackoff(row.pulls[image]?.backoff, ctx.nowUs, ctx.nowUs, IMAGE_PULL);
      this.core.set(slot, {
        pulls: { ...row.pulls, [image]: { backoff: entry, error: `${failure.reason}: ${failure.message}` } },
      });
      this.runner.imageReady(ctx, slot, failure);
      return;
    }
    const took = (us: TimeUs) => formatDurationUs(Math.floor(us / 1000) * 1000);
    const alone = took(ctx.nowUs - Number(row.sync!.containerID));
    const whole = took(ctx.nowUs - row.sync!.pullStartedUs);
    const message = `Successfully pulled image ${JSON.stringify(text)} in ${alone} (${whole} including waiting). Image size: ${answer.sizeBytes ?? 0} bytes.`;
    this.core.event(ctx, row, 'Normal', 'Pulled', message, op.name);
    this.runner.setSync(slot, { containerID: '' });
    this.runner.imageReady(ctx, slot, undefined);
  }
}

function invalidText(image: string): string {
  const slash = image.indexOf('/');
  const domain = slash > 0 && /[.:]/.test(image.slice(0, slash));
  const path = (domain ? image.slice(slash + 1) : image).replace(/[:@].*$/, '');
  const tail = /[A-Z]/.test(path) ? `: repository name (${path}) must be lowercase` : '';
  return `couldn't parse image name ${JSON.stringify(image)}: invalid reference format${tail}`;
}
