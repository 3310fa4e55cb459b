/** Pods that the store has as running at t = 0: their containers are put into the runtime as they are said to be. */
import { timeUs } from '../api/machinery/time.ts';
import type { WallClock } from '../client/index.ts';
import type { KubeObject, TimeUs, WorldContext } from '../contracts/index.ts';
import type { Behaviour } from './behaviour.ts';
import type { StatusJson } from './containerStatus.ts';
import type { ContainerState, PodRef, RuntimePod, RuntimePodRef } from './runtime.ts';
import type { SimRuntime } from './simRuntime.ts';
import { findContainer, withTag } from './spec.ts';

function stateOf(
  ref: PodRef,
  s: StatusJson,
  behaviour: Behaviour,
  time: (text: string) => TimeUs,
  sandbox: string,
): ContainerState | undefined {
  const spec = findContainer(ref.pod, s.name)?.spec;
  const ended = s.state?.terminated;
  if (spec === undefined || (!s.state?.running && !ended)) return undefined;
  const startedUs = time(s.state.running?.startedAt ?? ended?.startedAt ?? '');
  const attempt = s.restartCount ?? 0;
  return {
    id: s.containerID || behaviour.containerId(ref, s.name, attempt),
    name: s.name,
    attempt,
    image: s.image ?? withTag(spec.image),
    imageID: s.imageID ?? '',
    sandbox,
    state: ended ? 'exited' : 'running',
    definition: spec,
    createdUs: startedUs,
    startedUs,
    finishedUs: ended ? time(ended.finishedAt ?? '') : -1,
    exitCode: ended?.exitCode ?? 0,
    reason: ended?.reason ?? '',
    message: ended?.message ?? '',
    resources: spec.resources ?? {},
  };
}

function reportedBy(pod: KubeObject): readonly StatusJson[] {
  return [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
}

/** What the runtime has of a pod whose containers are as its status says. */
export function adopted(behaviour: Behaviour, clock: WallClock, ref: PodRef): RuntimePod {
  const time = (text: string): TimeUs => {
    const us = text === '' ? 0 : timeUs(clock.epochSeconds, text);
    return Number.isFinite(us) ? us : 0;
  };
  const sandbox = behaviour.sandboxId(ref, 0);
  const containers = reportedBy(ref.pod)
    .map((s) => stateOf(ref, s, behaviour, time, sandbox))
    .filter((c) => c !== undefined);
  const ip = ref.pod.status?.podIP ?? '';
  return { sandboxes: [{ id: sandbox, attempt: 0, ready: true, ip, createdUs: 0 }], containers };
}

/** The images of adopted containers are on their node. */
export function adoptImages(
  runtime: SimRuntime,
  node: number,
  containers: readonly { readonly image: string; readonly imageID: string }[],
): void {
  for (const c of containers) runtime.adoptImage(node, c.image, c.imageID);
}

/** Puts the pod's containers into the runtime unless it knows the pod already. True when it did. */
export function adoptPod(
  ctx: WorldContext,
  runtime: SimRuntime,
  behaviour: Behaviour,
  clock: WallClock,
  ref: RuntimePodRef,
): boolean {
  const known = runtime.pod(ref.id);
  if (known.sandboxes.length > 0 || known.containers.length > 0 || ref.pod.status === undefined) return false;
  if (!reportedBy(ref.pod).some((s) => s.state?.running)) return false;
  const pod = adopted(behaviour, clock, ref);
  adoptImages(runtime, ref.node, pod.containers);
  runtime.adopt(ctx, ref, pod);
  return true;
}
