/** Pods that the store has as running at t = 0: their containers are put into the runtime as they are said to be. */
import { timeUs } from '../api/machinery/time.ts';
import type { WallClock } from '../client/index.ts';
import type { TimeUs, WorldContext } from '../contracts/index.ts';
import type { Behaviour } from './behaviour.ts';
import type { StatusJson } from './containerStatus.ts';
import type { ContainerState, RuntimePodRef } from './runtime.ts';
import type { SimRuntime } from './simRuntime.ts';
import { findContainer, withTag } from './spec.ts';

function stateOf(
  ref: RuntimePodRef,
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
    hash: behaviour.specHash(spec),
    createdUs: startedUs,
    startedUs,
    finishedUs: ended ? time(ended.finishedAt ?? '') : -1,
    exitCode: ended?.exitCode ?? 0,
    reason: ended?.reason ?? '',
    message: ended?.message ?? '',
    resources: spec.resources ?? {},
  };
}

/** Puts the pod's containers into the runtime unless it knows the pod already. True when it did. */
export function adoptPod(
  ctx: WorldContext,
  runtime: SimRuntime,
  behaviour: Behaviour,
  clock: WallClock,
  ref: RuntimePodRef,
): boolean {
  const known = runtime.pod(ref.key);
  const status = ref.pod.status;
  if (known.sandboxes.length > 0 || known.containers.length > 0 || status === undefined) return false;
  const reported = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
  ] as readonly StatusJson[];
  if (!reported.some((s) => s.state?.running)) return false;
  const time = (text: string): TimeUs => {
    const us = text === '' ? 0 : timeUs(clock.epochSeconds, text);
    return Number.isFinite(us) ? us : 0;
  };
  const sandbox = behaviour.sandboxId(ref, 0);
  const containers = reported.map((s) => stateOf(ref, s, behaviour, time, sandbox)).filter((c) => c !== undefined);
  for (const c of containers) runtime.addImage(ref.node, c.image, { id: c.imageID, sizeBytes: 0 });
  const ip = status.podIP ?? '';
  runtime.adopt(ctx, ref, { sandboxes: [{ id: sandbox, attempt: 0, ready: true, ip, createdUs: 0 }], containers });
  return true;
}
